using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Contract;

namespace Comet.Blazor.Tests.Policies;

/// <summary>Every restriction of a policy (spec/01 §4.3) takes away what it says, and nothing without it.</summary>
public sealed class RestrictionTests
{
    /// <summary>What is put right at each save, whoever saves: the policy, what is stored, and what stands afterwards.</summary>
    private static readonly Dictionary<string, (string Policy, Action<JsonObject> Before, Func<JsonObject, bool> After)[]> Overridden = new()
    {
        ["EnforceStorageVaultRetention"] = [(Retention, static _ => { }, static p => JsonNode.DeepEquals(p["Destinations"]!["v"]!["DefaultRetention"], JsonNode.Parse(Retention)!["DefaultStorageVaultRetention"]))],
        ["ModeScheduleSkipAlreadyRunning"] =
        [
            ("""{"ModeScheduleSkipAlreadyRunning":3}""", static _ => { }, static p => (bool)p["BackupRules"]!["r"]!["SkipAlreadyRunning"]!),
            ("""{"ModeScheduleSkipAlreadyRunning":4}""", static p => p["BackupRules"]!["r"]!["SkipAlreadyRunning"] = true, static p => !(bool)p["BackupRules"]!["r"]!["SkipAlreadyRunning"]!),
            ("""{"ModeScheduleSkipAlreadyRunning":2}""", static p => p["BackupRules"]!["r"]!["SkipAlreadyRunning"] = true, static p => (bool)p["BackupRules"]!["r"]!["SkipAlreadyRunning"]!),
        ],
        ["ModeScheduleLastJobFailDoRetry"] =
        [
            ("""{"ModeScheduleLastJobFailDoRetry":3}""", static _ => { }, static p => p["BackupRules"]!["r"]!["EventTriggers"]!.ToJsonString().Contains("30") && (bool)p["BackupRules"]!["r"]!["EventTriggers"]!["OnLastJobFailDoRetry"]!),
            ("""{"ModeScheduleLastJobFailDoRetry":4}""", static p => p["BackupRules"]!["r"]!["EventTriggers"] = new JsonObject { ["OnLastJobFailDoRetry"] = true },
                static p => !(bool)p["BackupRules"]!["r"]!["EventTriggers"]!["OnLastJobFailDoRetry"]!),
        ],
        ["ModeLastJobFailDoRetryTime"] = [("""{"ModeScheduleLastJobFailDoRetry":3,"ModeLastJobFailDoRetryTime":7}""", static _ => { }, static p => (long)p["BackupRules"]!["r"]!["EventTriggers"]!["LastJobFailDoRetryTime"]! == 7)],
        ["ModeLastJobFailDoRetryCount"] = [("""{"ModeScheduleLastJobFailDoRetry":3,"ModeLastJobFailDoRetryCount":4}""", static _ => { }, static p => (long)p["BackupRules"]!["r"]!["EventTriggers"]!["LastJobFailDoRetryCount"]! == 4)],
        ["ModeAdminResetPassword"] =
        [
            ("""{"ModeAdminResetPassword":4}""", static p => p["PasswordRecovery"] = "sealed", static p => (string)p["PasswordRecovery"]! == ""),
            ("""{"ModeAdminResetPassword":2}""", static p => p["PasswordRecovery"] = "sealed", static p => (string)p["PasswordRecovery"]! == "sealed"),
        ],
    };

    /// <summary>Fields that are tried elsewhere, or that this server has nothing to do for, each with the reason.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["PreventRequestStorageVault"] = "OwnAccountPolicyTests: the call is refused",
        ["PreventChangeAccountPassword"] = "OwnAccountPolicyTests: the call is refused",
        ["PreventOpenWebUI"] = "OwnAccountPolicyTests: the sign-in is refused",
        ["ModeRequireUserResetPassword"] = "PolicyAssignmentTests: new users",
        ["DefaultStorageVaultRetention"] = "PolicyAssignmentTests: new Storage Vaults",
        ["DefaultNewStorageVault"] = "OwnAccountPolicyTests: the vault of a device that registers",
        ["DefaultSources"] = "PolicyAssignmentTests: the linked items follow the policy",
        ["DefaultSourcesBackupRules"] = "NewDeviceTests: what a device gets when it registers",
        ["DefaultSourcesWithOSRestriction"] = "NewDeviceTests: what a device gets when it registers",
        ["DefaultBackupRules"] = "NewDeviceTests: what a device gets when it registers",
        ["RandomDelaySecs"] = "DeviceRules: the schedules that a device gets",
        ["DefaultEmailReports"] = "the mail feature chooses the reports",
        ["PreventDeleteSingleSnapshots"] = "RestrictionDoorTests: the calls are refused",
        ["FileAndFolderMandatoryExclusions"] = "NewDeviceTests: given to devices with their part of the profile",
        ["ModeAdminViewFilenames"] = "RestrictionDoorTests: the folders are not shown",
        ["HideCloudStorageBranding"] = "what a customer's own pages show",
        ["AllowEditObjectLockRetention"] = "loosens, in a customer's own pages",
        ["PreventOpenAppUI"] = "the desktop application only",
        ["RequirePasswordOpenAppUI"] = "the desktop application only",
        ["PreventViewDeviceNames"] = "the desktop application only; the web shows the names",
        ["HideAppImport"] = "the desktop application only",
        ["HideAppVersion"] = "the desktop application only",
        ["RotateStorageVaultKeysHours"] = "keys of the product's own storage, which this server does not rotate",
    };

    private const string Retention = """{"EnforceStorageVaultRetention":true,"DefaultStorageVaultRetention":{"Mode":802,"Ranges":[{"Type":900,"Jobs":3}]}}""";

    public static TheoryData<string, int> PreventedCases => new(RestrictionCases.Prevented.SelectMany(static p => p.Value.Select((_, i) => (p.Key, i))));

    public static TheoryData<string, int> OverriddenCases => new(Overridden.SelectMany(static p => p.Value.Select((_, i) => (p.Key, i))));

    [Fact]
    public void EveryFieldOfTheContract_IsTried_OrSaysWhere() =>
        Assert.Equal(ContractFile.Struct("UserPolicy").Keys.Order(), RestrictionCases.Prevented.Keys.Concat(Overridden.Keys).Concat(Elsewhere.Keys).Order());

    [Theory]
    [MemberData(nameof(PreventedCases))]
    public void Restriction_PreventsItsChange_AndNothingWithoutIt(string field, int index)
    {
        var (policy, change, words) = RestrictionCases.Prevented[field][index];
        var before = RestrictionCases.Profile(policy);
        var after = (JsonObject)before.DeepClone();
        change(after);

        var refused = CustomerRules.Check(before, after, "Gold");
        Assert.Equal(Refusal.Denied, refused.Kind);
        Assert.StartsWith("Prevented by the policy Gold: ", refused.Why);
        Assert.Contains(words, refused.Why);
        Assert.StartsWith("Prevented by this account's policy: ", CustomerRules.Check(before, after, "").Why);

        var free = RestrictionCases.Profile("{}");
        var changed = (JsonObject)free.DeepClone();
        change(changed);
        Assert.Equal(Outcome.Done, CustomerRules.Check(free, changed, ""));
        Assert.Equal(Outcome.Done, CustomerRules.Check(before, (JsonObject)before.DeepClone(), "Gold"));
    }

    [Theory]
    [MemberData(nameof(OverriddenCases))]
    public void EnforcedValue_StandsAfterASave(string field, int index)
    {
        var (policy, edit, after) = Overridden[field][index];
        var profile = RestrictionCases.Profile(policy);
        edit(profile);

        PolicyValues.Apply(profile);
        Assert.True(after(profile), profile.ToJsonString());

        var again = profile.ToJsonString();
        PolicyValues.Apply(profile);
        Assert.Equal(again, profile.ToJsonString());
    }

    [Theory]
    [InlineData("PolicyID")]
    [InlineData("IsSuspended")]
    [InlineData("MaximumDevices")]
    [InlineData("OrganizationID")]
    [InlineData("GroupID")]
    [InlineData("PasswordHash")]
    [InlineData("AllowPasswordLogin")]
    [InlineData("ServerConfig")]
    [InlineData("NeverSeenField")]
    public void FieldThatIsNotTheCustomers_IsRefusedByItsName(string field)
    {
        var (before, after) = (RestrictionCases.Profile("{}"), RestrictionCases.Profile("{}"));
        after[field] = new JsonObject { ["x"] = 1 };

        var refused = CustomerRules.Check(before, after, "");
        Assert.Equal((Refusal.Denied, true), (refused.Kind, refused.Why.Contains($"the field {field} ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("StorageLimitBytes", 1)]
    [InlineData("StorageLimitID", "x")]
    [InlineData("EncryptedEncryptionKey", "other")]
    public void QuotaAndKeyOfAVault_AreNotTheCustomers(string field, object value)
    {
        var before = RestrictionCases.Profile("{}");
        before["Destinations"]!["v"]!["EncryptedEncryptionKey"] = "wrapped";
        var after = (JsonObject)before.DeepClone();
        after["Destinations"]!["v"]![field] = JsonValue.Create(value);

        Assert.Contains($"Destinations[v].{field}", CustomerRules.Check(before, after, "").Why);
    }

    [Fact]
    public void Device_CanBeRenamed_ButNeitherRemovedNorAddedNorChanged()
    {
        var before = RestrictionCases.Profile("{}");
        Assert.True(Try(static p => p["Devices"]!["d"]!["FriendlyName"] = "Desk"));
        Assert.False(Try(static p => p["Devices"]!["d"]!["ClientVersion"] = "9"));
        Assert.False(Try(static p => p["Devices"] = new JsonObject()));
        Assert.False(Try(static p => p["Devices"]!["e"] = ProfileTemplates.Device()));

        bool Try(Action<JsonObject> change)
        {
            var after = (JsonObject)before.DeepClone();
            change(after);
            return CustomerRules.Check(before, after, "").Ok;
        }
    }

    [Fact]
    public void RuleOfANewOrRemovedItem_ComesAndGoesWithIt_ThoughEditingIsPrevented()
    {
        var before = RestrictionCases.Profile("""{"PreventEditProtectedItem":true}""");
        var added = (JsonObject)before.DeepClone();
        (added["Sources"]!["new"], added["BackupRules"]!["r2"]) = (RestrictionCases.Item("engine1/file"), RestrictionCases.Rule("new"));
        var removed = (JsonObject)before.DeepClone();
        (removed["Sources"], removed["BackupRules"]) = (new JsonObject(), new JsonObject());

        Assert.Equal(Outcome.Done, CustomerRules.Check(before, added, ""));
        Assert.Equal(Outcome.Done, CustomerRules.Check(before, removed, ""));
    }

    [Theory]
    [InlineData(DefaultSettingMode.SystemDefault, true, true, true)]
    [InlineData(DefaultSettingMode.SystemDefault, false, false, true)]
    [InlineData(DefaultSettingMode.OptionalOn, false, false, true)]
    [InlineData(DefaultSettingMode.OptionalOff, true, true, false)]
    [InlineData(DefaultSettingMode.AlwaysOn, false, true, true)]
    [InlineData(DefaultSettingMode.AlwaysOff, true, false, false)]
    public void Mode_ChoosesTheValue(DefaultSettingMode mode, bool requested, bool effective, bool initial) =>
        Assert.Equal((effective, initial), (mode.Effective(requested), mode.Initial(systemDefault: true)));
}
