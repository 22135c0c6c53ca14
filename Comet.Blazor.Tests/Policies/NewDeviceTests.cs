using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items.Forms;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Accounts;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Policies;

/// <summary>What a policy gives to a new device, and to the agent with its part of the profile.</summary>
public sealed class NewDeviceTests
{
    private const string Exclusions = """
        {"FileAndFolderMandatoryExclusions":[{"Exclude":"everywhere"},{"Exclude":"windows","RestrictOS":1},{"Exclude":"win32","RestrictOS":2},{"Exclude":"win64","RestrictOS":3},
         {"Exclude":"mac","RestrictOS":4},{"Exclude":"linux","RestrictOS":5},{"Exclude":"a+","Regex":true}]}
        """;
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
    public void RulesWithoutANameAreToldApartByWhatStartsThem()
    {
        var document = Account("""
            {"DefaultSources":{"any":{"Engine":"engine1/file"}},"DefaultBackupRules":{
             "daily":{"Destination":"1100","Schedules":[{"FrequencyType":8011,"SecondsPast":79200}]},"boot":{"Destination":"1100","EventTriggers":{"OnPCBoot":true}}}}
            """);
        document.Vaults["v"] = new JsonObject();
        NewDevices.Give(document, "d", Linux, 1);
        NewDevices.Give(document, "d", Linux, 2);

        Assert.Equal([0, 1], document.Root.Entries("BackupRules").Select(static r => r.Value["Schedules"] is JsonArray all ? all.Count : 0).Order());
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
    [InlineData("linux", "amd64", "everywhere linux a+")]
    [InlineData("windows", "amd64", "everywhere windows win64 a+")]
    [InlineData("windows", "386", "everywhere windows win32 a+")]
    [InlineData("darwin", "arm64", "everywhere mac a+")]
    public void MandatoryExclusions_AreThoseOfTheDevicesSystem(string os, string arch, string expected)
    {
        var policy = new UserPolicy(JsonNode.Parse(Exclusions)!.AsObject());

        Assert.Equal(expected, string.Join(' ', policy.Exclusions.Where(e => e.AppliesTo(os, arch)).Select(static e => e.Exclude)));
    }

    [Fact]
    public async Task MandatoryExclusions_GoToTheDeviceOnce_WhateverItsItemsSay()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync("mary");
        Assert.True((await all.Devices.RegisterAsync(user.Id, new DeviceReport("d1", "Laptop", "1.2.3", "UTC", Linux), TestContext.Current.CancellationToken)).Ok);
        await all.EditAsync(user.Id, static d =>
        {
            d.Root["Policy"] = JsonNode.Parse(Exclusions);
            d.Items["i1"] = JsonNode.Parse("""{"Engine":"engine1/file","OwnerDevice":"d1","EngineProps":{"INCLUDE0":"/home","EXCLUDE0":"own"}}""");
        });

        var given = (await all.Devices.ProfileForAsync(user.Id, "d1", TestContext.Current.CancellationToken)).Value!;

        Assert.Equal(["INCLUDE0", "EXCLUDE0"], Assert.Single(given.Items).EngineProps.Keys);
        Assert.Equal([("everywhere", 0, false), ("windows", 1, false), ("win32", 2, false), ("win64", 3, false), ("mac", 4, false), ("linux", 5, false), ("a+", 0, true)], given.Exclusions!.Select(static e => (e.Pattern, e.Os, e.Regex)));
    }

    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(1, true, 45)]
    [InlineData(2, false, 0)]
    [InlineData(3, true, 45)]
    [InlineData(4, false, 0)]
    public void RetryOfANewRule_BeginsAsThePolicySays(int mode, bool expected, long minutes)
    {
        var policy = new UserPolicy(new JsonObject { ["ModeScheduleLastJobFailDoRetry"] = mode, ["ModeLastJobFailDoRetryTime"] = 45, ["ModeScheduleSkipAlreadyRunning"] = mode });

        var rule = RuleForm.New("v", policy);

        Assert.Equal((expected, minutes), (rule.Retry, rule.RetryMinutes));
        Assert.Equal(mode is 0 or 1 or 3, rule.SkipAlreadyRunning);
    }

    private static AccountDocument Account(string policy)
    {
        var root = ProfileTemplates.Profile();
        root["Policy"] = JsonNode.Parse(policy);
        return new AccountDocument(AccountId.New(), root);
    }
}
