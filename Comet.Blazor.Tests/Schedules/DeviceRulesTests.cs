using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Tests.Accounts;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Tests.Schedules;

/// <summary>Backup rules from the contract's JSON to a device.</summary>
public sealed class DeviceRulesTests
{
    private const string Full = """
        {"Description":"Nightly","CreateTime":1,"ModifyTime":7,"PreExec":null,"ThawExec":null,"PostExec":null,"Source":"i1","Destination":"v1","SkipAlreadyRunning":true,"StopAfter":60,
         "LimitVaultSpeedBps":2048,"ReduceDiskConcurrency":false,"UseOnDiskIndexes":false,"AllowZeroFilesSuccess":false,"AutoRetentionLevel":0,"ConcurrencyCount":0,"LogLevel":"","Tags":"",
         "Schedules":[{"FrequencyType":8012,"SecondsPast":900,"RestrictRuntime":true,"FromTime":{"Hour":8,"Minutes":0},"ToTime":{"Hour":18,"Minutes":30},"RestrictDays":true,
         "DaysSelect":{"Sunday":false,"Monday":true,"Tuesday":true,"Wednesday":true,"Thursday":true,"Friday":true,"Saturday":false},"RandomDelaySecs":300,"SelectedMonth":0,"SelectedDay":0}],
         "EventTriggers":{"OnPCBoot":true,"OnPCBootIfLastJobMissed":true,"OnLastJobFailDoRetry":true}}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ProfileFor_RulesOfTheDevicesItemsOnly_WithTheLargestDelay()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        foreach (var device in new[] { "d1", "d2" })
        {
            await all.Devices.RegisterAsync(user.Id, new DeviceReport(device, "", "1.0.0", "Europe/Amsterdam", new OsInfo("linux", "amd64", "", "")), Ct);
        }

        await all.EditAsync(user.Id, static d =>
        {
            d.Items["i1"] = new JsonObject { ["OwnerDevice"] = "d1" };
            d.Items["i2"] = new JsonObject { ["OwnerDevice"] = "d2" };
            d.Rules["r1"] = JsonNode.Parse(Full);
            d.Rules["r2"] = new JsonObject { ["Source"] = "i2", ["Schedules"] = null };
            d.Rules["r3"] = new JsonObject { ["Source"] = "gone" };
            d.Root["ServerConfig"] = new JsonObject { ["RandomDelaySecs"] = 600 };
        });

        var rule = Assert.Single((await all.Devices.ProfileForAsync(user.Id, "d1", Ct)).Value!.Rules!);
        var other = Assert.Single((await all.Devices.ProfileForAsync(user.Id, "d2", Ct)).Value!.Rules!);

        Assert.Equal(("r1", "Nightly", "i1", "v1", 7, new BackupOptions(true, 2048, 60)), (rule.Id, rule.Description, rule.ItemId, rule.VaultId, rule.ModifyTime, rule.Options));
        Assert.Equal(new AgentSchedule(8012, 900, 0, new AgentWindow(480, 1110), 62, 600), Assert.Single(rule.Schedules));
        Assert.Equal(new AgentTriggers(true, true, 1, 30), rule.Triggers);
        Assert.Equal(("r2", 0, new AgentTriggers()), (other.Id, other.Schedules.Length, other.Triggers));
    }

    [Theory]
    [InlineData("Schedules.0.FrequencyType", "8017", "BackupRules[r1].Schedules[0]: FrequencyType is 8017; it must be one of 8010 (once) to 8016 (yearly).")]
    [InlineData("Schedules.0.FrequencyType", "\"daily\"", "The field BackupRules[r1].Schedules[0].FrequencyType of the profile must be a whole number.")]
    [InlineData("Schedules.0.SecondsPast", "-1", "SecondsPast is -1; for this frequency it is the seconds after the full hour, 0 to 3599.")]
    [InlineData("Schedules.0.FromTime", "{\"Hour\":24,\"Minutes\":0}", "FromTime and ToTime must be 0 to 23 hours and 0 to 59 minutes.")]
    [InlineData("Schedules.0.ToTime", "{\"Hour\":\"8\"}", "BackupRules[r1].Schedules[0].ToTime.Hour of the profile must be a whole number.")]
    [InlineData("Schedules.0.DaysSelect", "{\"Monday\":1}", "DaysSelect.Monday of the profile must be true or false.")]
    [InlineData("Schedules.0.RandomDelaySecs", "18001", "RandomDelaySecs is 18001; it may be 18000 (5 hours) at most.")]
    [InlineData("Schedules.0", "7", "BackupRules[r1].Schedules of the profile must be a list of objects.")]
    [InlineData("EventTriggers", "{\"LastJobFailDoRetryCount\":101}", "LastJobFailDoRetryCount must be 0 to 100.")]
    [InlineData("StopAfter", "-5", "StopAfter and LimitVaultSpeedBps must not be below 0.")]
    [InlineData("EventTriggers", "null", "")]
    [InlineData("Schedules", "null", "")]
    [InlineData("FutureField", "{}", "")]
    public void Check_NamesRuleScheduleAndField(string path, string value, string complaint)
    {
        var rule = (JsonObject)JsonNode.Parse(Full)!;
        JsonNode at = rule;
        var steps = path.Split('.');
        foreach (var step in steps[..^1])
        {
            at = step == "0" ? at[0]! : at[step]!;
        }

        if (steps[^1] == "0")
        {
            at[0] = JsonNode.Parse(value);
        }
        else
        {
            at[steps[^1]] = JsonNode.Parse(value);
        }

        var outcome = ProfileShape.Check(new JsonObject { ["BackupRules"] = new JsonObject { ["r1"] = rule } });

        Assert.Equal(complaint.Length == 0, outcome.Ok);
        Assert.Contains(complaint, outcome.Why, StringComparison.Ordinal);
    }
}
