using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Policies;

/// <summary>What a policy gives to a new device, and to the agent with its part of the profile.</summary>
public sealed class NewDeviceTests
{
    private static readonly OsInfo Linux = new("linux", "amd64", "debian", "12");

    [Fact]
    public void Device_GetsTheItemsForItsSystem_AndTheirRules_Once()
    {
        var document = Account("""
            {"ModeScheduleSkipAlreadyRunning":1,
             "DefaultSources":{"any":{"Engine":"engine1/file","Description":"Home","EngineProps":{"INCLUDE0":"/home"},"ExistingUserUpdate":true}},
             "DefaultSourcesWithOSRestriction":{"lin":{"SourceConfig":{"Engine":"engine1/file","Description":"Etc"},"RestrictOS":5},"win":{"SourceConfig":{"Engine":"engine1/file"},"RestrictOS":1}},
             "DefaultSourcesBackupRules":{"r":{"Description":"Nightly","Source":"any","Destination":"1101"}},
             "DefaultBackupRules":{"all":{"Description":"Weekly","Source":"","Destination":"1100"}}}
            """);
        document.Vaults["old"] = new JsonObject { ["CreateTime"] = 1 };
        document.Vaults["new"] = new JsonObject { ["CreateTime"] = 2 };
        document.Vaults["others"] = new JsonObject { ["CreateTime"] = 3, ["AssociatedDevices"] = new JsonArray("elsewhere") };

        NewDevices.Give(document, "d", Linux, 100);
        NewDevices.Give(document, "d", Linux, 200);

        var items = document.Root.Entries("Sources").ToDictionary(static s => s.Value.Text("PolicySourceID"), static s => s);
        Assert.Equal(["any", "lin"], items.Keys.Order());
        Assert.Equal(("d", "Home", true, 100L), (items["any"].Value.Text("OwnerDevice"), items["any"].Value.Text("Description"), items["any"].Value.Flag("ExistingUserUpdate"), items["any"].Value.Number("CreateTime")));
        var rules = document.Root.Entries("BackupRules").Select(static r => (r.Value.Text("Description"), r.Value.Text("Source"), r.Value.Text("Destination"))).Order();
        var (any, lin) = (items["any"].Key, items["lin"].Key);
        Assert.Equal(new[] { ("Nightly", any, "new"), ("Nightly", any, "old"), ("Weekly", any, "new"), ("Weekly", lin, "new") }.Order(), rules);
        Assert.All(document.Root.Entries("BackupRules"), static r => Assert.True(r.Value.Flag("SkipAlreadyRunning")));
    }

    [Fact]
    public void RulesWaitForTheFirstVault()
    {
        var document = Account("""{"DefaultSources":{"any":{"Engine":"engine1/file"}},"DefaultBackupRules":{"r":{"Destination":"1100"}}}""");
        NewDevices.Give(document, "d", Linux, 1);
        Assert.Empty(document.Rules);

        document.Vaults["v"] = new JsonObject();
        NewDevices.Give(document, "d", Linux, 2);
        Assert.Single(document.Rules);
        Assert.Single(document.Items);
    }

    [Fact]
    public void RuleForTheNewestVault_GoesToTheDevicesOwn_OnceThatIsMade_AndStaysThere()
    {
        var document = Account("""{"DefaultSources":{"any":{"Engine":"engine1/file"}},"DefaultBackupRules":{"r":{"Description":"Nightly","Destination":"1100"}}}""");
        document.Devices["d"] = new JsonObject { ["RegistrationTime"] = 100 };
        document.Vaults["shared"] = new JsonObject { ["CreateTime"] = 1 };
        NewDevices.Give(document, "d", Linux, 100);
        document.Vaults["own"] = new JsonObject { ["CreateTime"] = 101 };
        NewDevices.Give(document, "d", Linux, 101);
        Assert.Equal(["own"], document.Root.Entries("BackupRules").Select(static r => r.Value.Text("Destination")));

        // Revoked and registered again later: what the rule has become stays.
        document.Devices["d"] = new JsonObject { ["RegistrationTime"] = 500 };
        document.Vaults["later"] = new JsonObject { ["CreateTime"] = 400 };
        NewDevices.Give(document, "d", Linux, 500);
        Assert.Equal(["own"], document.Root.Entries("BackupRules").Select(static r => r.Value.Text("Destination")));
    }

    [Fact]
    public void KeyInBothMapsOfTheContract_IsOneItem()
    {
        var document = Account("""{"DefaultSources":{"k":{"Engine":"engine1/file","Description":"One"}},"DefaultSourcesWithOSRestriction":{"k":{"SourceConfig":{"Description":"Two"},"RestrictOS":5}}}""");
        NewDevices.Give(document, "d", Linux, 1);
        PolicyItems.Follow(document, [], 2);
        Assert.Equal("One", Assert.Single(document.Root.Entries("Sources")).Value.Text("Description"));
    }

    [Theory]
    [InlineData("linux", "amd64", "EXCLUDE0=own EXCLUDE1=everywhere EXCLUDE2=linux REXCLUDE0=a+")]
    [InlineData("windows", "amd64", "EXCLUDE0=own EXCLUDE1=everywhere EXCLUDE2=windows EXCLUDE3=win64 REXCLUDE0=a+")]
    [InlineData("windows", "386", "EXCLUDE0=own EXCLUDE1=everywhere EXCLUDE2=windows EXCLUDE3=win32 REXCLUDE0=a+")]
    [InlineData("darwin", "arm64", "EXCLUDE0=own EXCLUDE1=everywhere EXCLUDE2=mac REXCLUDE0=a+")]
    public void MandatoryExclusions_AreAddedForTheDevicesSystem(string os, string arch, string expected)
    {
        var policy = new UserPolicy(JsonNode.Parse("""
            {"FileAndFolderMandatoryExclusions":[{"Exclude":"everywhere"},{"Exclude":"windows","RestrictOS":1},{"Exclude":"win32","RestrictOS":2},{"Exclude":"win64","RestrictOS":3},
             {"Exclude":"mac","RestrictOS":4},{"Exclude":"linux","RestrictOS":5},{"Exclude":"a+","Regex":true}]}
            """)!.AsObject());
        var item = new AgentItem("i", "engine1/file", "Home", new Dictionary<string, string> { ["EXCLUDE0"] = "own" });

        var given = NewDevices.WithExclusions(item, policy, os, arch);

        Assert.Equal(expected, string.Join(' ', given.EngineProps.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => $"{p.Key}={p.Value}")));
        Assert.Single(item.EngineProps);
        Assert.Same(item, NewDevices.WithExclusions(item, new UserPolicy([]), os, arch));
    }

    private static AccountDocument Account(string policy)
    {
        var root = ProfileTemplates.Profile();
        root["Policy"] = JsonNode.Parse(policy);
        return new AccountDocument(AccountId.New(), root);
    }
}
