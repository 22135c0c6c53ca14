using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies;

namespace Comet.Blazor.Tests.Policies;

/// <summary>What changes is said before a policy is saved, in the words of its editor.</summary>
public sealed class PolicyChangeTests
{
    [Theory]
    [InlineData("{}", """{"PreventEditStorageVault":true}""", "Prevent editing existing Storage Vaults: not set → on")]
    [InlineData("""{"ModeAdminViewFilenames":0}""", """{"ModeAdminViewFilenames":4}""", "\"Allow administrator to view file names\" setting on devices: System default → Always off")]
    [InlineData("""{"DefaultSources":{"k.1":{"Description":"Home","EngineProps":{"INCLUDE0":"/a"}}}}""", """{"DefaultSources":{"k.1":{"Description":"Home","EngineProps":{"INCLUDE0":"/b"}}}}""", "Protected Item Home: EngineProps.INCLUDE0: /a → /b")]
    [InlineData("""{"DefaultSourcesWithOSRestriction":{"k":{"SourceConfig":{"Description":"Users"},"RestrictOS":1}}}""", """{"DefaultSourcesWithOSRestriction":{"k":{"SourceConfig":{"Description":"Users"},"RestrictOS":2}}}""", "Protected Item Users: RestrictOS: 1 → 2")]
    [InlineData("""{"DefaultBackupRules":{"r":{"Description":"Nightly"}}}""", """{"DefaultBackupRules":{}}""", "Backup rule Nightly: Description: Nightly → not set")]
    [InlineData("""{"DefaultEmailReports":{"Reports":[{"ReportType":0}]}}""", """{"DefaultEmailReports":{"Reports":[{"ReportType":1}]}}""", "Email report 1: ReportType: 0 → 1")]
    [InlineData("{}", """{"StorageVaultProviders":{"AllowedProvidersWhenRestricted":[1003]}}""", "Storage Vault type 1: not set → Comet Storage Role")]
    [InlineData("{}", """{"DefaultNewStorageVault":""}""", "Storage Vault of a new device: not set → empty")]
    [InlineData("{}", """{"NeverSeen":{"A":1}}""", "NeverSeen.A: not set → 1")]
    [InlineData("{}", """{"DefaultSources":{"k":{"Description":"DB","EngineProps":{"PASSWORD":"secret"}}}}""", "Protected Item DB: EngineProps.PASSWORD:  → set (a secret)")]
    public void Change_IsSaidInWords(string before, string after, string expected) =>
        Assert.Contains(expected, PolicyChange.Between(Group(before), Group(after)).Select(static c => $"{c.Setting}: {c.Before} → {c.After}"));

    [Fact]
    public void NoChange_SaysNothing() => Assert.Empty(PolicyChange.Between(Group("""{"PreventOpenWebUI":true}"""), Group("""{"PreventOpenWebUI":true}""")));

    private static JsonObject Group(string policy) => new() { ["Description"] = "Gold", ["Policy"] = JsonNode.Parse(policy) };
}
