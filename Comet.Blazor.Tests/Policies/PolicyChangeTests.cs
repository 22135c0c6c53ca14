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
    [InlineData("""{"DefaultBackupRules":{"r":{"Description":"Nightly"}}}""", """{"DefaultBackupRules":{}}""", "Backup rule Nightly: there → removed")]
    [InlineData("{}", """{"DefaultSourcesWithOSRestriction":{"k":{"SourceConfig":{"Description":"Users","EngineProps":{"INCLUDE0":"/a"}},"RestrictOS":1}}}""", "Protected Item Users: not there → added")]
    [InlineData("""{"DefaultEmailReports":{"Reports":[{"ReportType":0}]}}""", """{"DefaultEmailReports":{"Reports":[{"ReportType":1}]}}""", "Email report 1: ReportType: 0 → 1")]
    [InlineData("{}", """{"StorageVaultProviders":{"AllowedProvidersWhenRestricted":[1003]}}""", "Storage Vault types that can be added: not set → Comet Storage Role")]
    [InlineData("""{"StorageVaultProviders":{"AllowedProvidersWhenRestricted":[1003]}}""", """{"StorageVaultProviders":{"AllowedProvidersWhenRestricted":[]}}""", "Storage Vault types that can be added: Comet Storage Role → none")]
    [InlineData("""{"DefaultStorageVaultRetention":{"Mode":801,"Ranges":[]}}""", """{"DefaultStorageVaultRetention":{"Mode":802,"Ranges":[{"Type":900,"Jobs":3}]}}""", "Default retention policy: Keep every backup → Keep the last 3 backups")]
    [InlineData("{}", """{"DefaultNewStorageVault":""}""", "Storage Vault of a new device: not set → empty")]
    [InlineData("{}", """{"NeverSeen":{"A":1}}""", "NeverSeen.A: not set → 1")]
    [InlineData("""{"DefaultSources":{"k":{"Description":"DB"}}}""", """{"DefaultSources":{"k":{"Description":"DB","EngineProps":{"PASSWORD":"secret"}}}}""", "Protected Item DB: EngineProps.PASSWORD:  → set (a secret)")]
    public void Change_IsSaidInWords(string before, string after, string expected) =>
        Assert.Contains(expected, PolicyChange.Between(Group(before), Group(after)).Select(static c => $"{c.Setting}: {c.Before} → {c.After}"));

    [Fact]
    public void AddedItem_IsOneLine() =>
        Assert.Single(PolicyChange.Between(Group("{}"), Group("""{"DefaultSources":{"k":{"Description":"Home","Engine":"engine1/file","EngineProps":{"INCLUDE0":"/a"}}}}""")));

    [Fact]
    public void NoChange_SaysNothing() => Assert.Empty(PolicyChange.Between(Group("""{"PreventOpenWebUI":true}"""), Group("""{"PreventOpenWebUI":true}""")));

    private static JsonObject Group(string policy) => new() { ["Description"] = "Gold", ["Policy"] = JsonNode.Parse(policy) };
}
