using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Rights;

namespace Comet.Blazor.Tests.Policies;

/// <summary>
/// A restriction is the same at every door (spec/01 §4.2, §4.3): the whole profile, the calls for one Protected Item, the calls to devices, and the
/// sentence on administrators' pages.
/// </summary>
public sealed class RestrictionDoorTests
{
    private const string Ending = " Ask your backup administrator.";
    private static readonly string[] Parts = ["Devices", "Destinations", "Sources", "BackupRules", "Emails", "SendEmailReports", "OverrideEmailSettings", "AccountName"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryRestriction_SaysTheSame_AtEveryDoor_AndNothingIsStored()
    {
        await using var fleet = await Fleet.StartAsync();
        List<string> wrong = [];
        foreach (var (field, cases) in RestrictionCases.Prevented)
        {
            for (var i = 0; i < cases.Length; i++)
            {
                if (await DoorsAsync(fleet, cases[i]) is { } complaint)
                {
                    wrong.Add($"{field} {i}: {complaint}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("delete-snapshot", "SnapshotID", "{0}")]
    [InlineData("delete-snapshots", "SnapshotIDs", "[\"{0}\"]")]
    public async Task SingleSnapshots_AreNotDeletedByCustomers_AndTheDeviceIsNotEvenAsked(string call, string parameter, string format)
    {
        await using var fleet = await Fleet.StartAsync();
        await HoldAsync(fleet, """{"PreventDeleteSingleSnapshots":true}""");
        await using var device = await fleet.SignInAsync();
        var snapshot = format.Replace("{0}", new string('a', 64), StringComparison.Ordinal);
        (string, string)[] fields = [("TargetID", device.Welcome!.ConnectionId), ("DestinationID", "v"), (parameter, snapshot)];

        var refused = TenantsRig.Envelope(await CallAsync(fleet, "user/web/dispatcher/" + call, fields));

        Assert.Equal((403, "Prevented by the policy Gold: deleting single snapshots." + Ending), refused);
        await device.AssertAliveAsync();
    }

    [Theory]
    [InlineData("""{"PreventRequestStorageVault":true}""", "user/web/request-storage-vault", "requesting Storage Vaults", "StorageProvider", "any")]
    [InlineData("""{"PreventChangeAccountPassword":true}""", "user/web/account/reset-password", "changing the password", "NewPassword", "another horse")]
    public async Task OtherCalls_SayItInTheSameWords(string policy, string call, string what, string parameter, string value)
    {
        await using var fleet = await Fleet.StartAsync();
        await HoldAsync(fleet, policy);

        var refused = TenantsRig.Envelope(await CallAsync(fleet, call, (parameter, value), ("ProfileHash", "any"), ("OldPassword", Fleet.Password)));

        Assert.Equal((403, $"Prevented by the policy Gold: {what}.{Ending}"), refused);
    }

    [Fact]
    public async Task FileNames_AreNotShownToAdministrators_WhenThePolicyTurnsThemOff()
    {
        await using var fleet = await Fleet.StartAsync();
        await HoldAsync(fleet, """{"ModeAdminViewFilenames":4}""");
        await using var device = await fleet.SignInAsync();

        var refused = await fleet.Server.Get<IDeviceQuestions>().BrowseAsync(Fleet.Admin, device.Welcome!.ConnectionId, "", "", Ct);

        Assert.Equal((Refusal.Denied, "Prevented by the policy Gold: administrators seeing file names. Enter the paths by hand."), (refused.Kind, refused.Why));
        await device.AssertAliveAsync();
    }

    private static async Task<string?> DoorsAsync(Fleet fleet, (string Policy, Action<JsonObject> Change, string Words) tried)
    {
        await HoldAsync(fleet, tried.Policy);
        var before = await ReadAsync(fleet);
        var own = JsonNode.Parse(await CallAsync(fleet, "user/web/get-user-profile-and-hash"))!;
        var after = (JsonObject)own["Profile"]!.DeepClone();
        tried.Change(after);

        var raw = TenantsRig.Envelope(await CallAsync(fleet, "user/web/set-profile-hash", ("ProfileData", after.ToJsonString()), ("ProfileHash", (string)own["ProfileHash"]!)));
        var sentence = raw.Message.EndsWith(Ending, StringComparison.Ordinal) ? raw.Message[..^Ending.Length] : raw.Message;
        if (raw.Status != 403 || !raw.Message.StartsWith("Prevented by the policy Gold: ", StringComparison.Ordinal) || !sentence.Contains(tried.Words, StringComparison.Ordinal))
        {
            return $"the raw profile: {raw}";
        }

        // The type of an item can't be changed by anybody there.
        var typed = before.Entries("Sources").Any(s => after.Map("Sources")[s.Key] is JsonObject item && item.Text("Engine") != s.Value.Text("Engine"));
        foreach (var item in await ItemCallsAsync(fleet, before, after))
        {
            if (typed ? item.Status != 400 : item != raw)
            {
                return $"the item: {item} instead of {raw}";
            }
        }

        if (!JsonNode.DeepEquals(before, await ReadAsync(fleet)))
        {
            return "something was stored";
        }

        return sentence.Contains("email", StringComparison.Ordinal) || sentence.Contains("account name", StringComparison.Ordinal) || Pages(fleet, before).Contains(sentence)
            ? null : $"no page says: {sentence}";
    }

    private static async Task<List<(int Status, string Message)>> ItemCallsAsync(Fleet fleet, JsonObject before, JsonObject after)
    {
        List<(int, string)> answers = [];
        foreach (var id in before.Map("Sources").Concat(after.Map("Sources")).Select(static s => s.Key).Distinct())
        {
            if (after.Map("Sources")[id] is not { } source)
            {
                answers.Add(TenantsRig.Envelope(await CallAsync(fleet, "user/web/delete-protected-item", ("SourceID", id))));
                continue;
            }

            var rules = new JsonObject(after.Entries("BackupRules").Where(r => r.Value.Text("Source") == id).Select(static r => KeyValuePair.Create(r.Key, (JsonNode?)r.Value.DeepClone())));
            var same = JsonNode.DeepEquals(before.Map("Sources")[id], source) && JsonNode.DeepEquals(before.Map("BackupRules"), after.Map("BackupRules"));
            if (!same)
            {
                answers.Add(TenantsRig.Envelope(await CallAsync(
                    fleet, "user/web/set-protected-item-with-backup-rules", ("SourceID", id), ("Source", source.ToJsonString()), ("BackupRules", rules.ToJsonString()))));
            }
        }

        return answers;
    }

    private static HashSet<string?> Pages(Fleet fleet, JsonObject profile)
    {
        var policies = fleet.Server.Get<IPolicyDirectory>();
        var (items, vaults) = (ItemRules.Of(profile, policies), VaultPolicy.Of(profile, policies));
        return
        [
            items.NoAdd(), items.NoAdd("engine1/mysql"), items.NoAdd("engine1/stdout"), items.NoEdit, items.NoDelete, items.NoRetention,
            vaults.NoAddByHand, vaults.NoEdit, vaults.NoDelete, vaults.NoType(1000), vaults.NoType(1004),
        ];
    }

    // The account as the cases expect it, with this policy under the name Gold.
    private static async Task HoldAsync(Fleet fleet, string policy)
    {
        var id = Guid.NewGuid().ToString();
        var made = await fleet.Server.Get<CreatePolicy>().RunAsync(Fleet.Admin, new JsonObject { ["Description"] = "Gold", ["Policy"] = JsonNode.Parse(policy) }, id);
        Assert.True(made.Ok, made.Why);
        var parts = RestrictionCases.Profile("{}");
        ProfileTemplates.Complete(parts);
        await fleet.EditAsync(d =>
        {
            d.Root["PolicyID"] = id;
            foreach (var part in Parts)
            {
                d.Root[part] = parts[part]?.DeepClone();
            }
        });
    }

    private static async Task<JsonObject> ReadAsync(Fleet fleet) => (await fleet.Server.Get<AccountStore>().ReadAsync(fleet.Account.Id, Ct))!.Root;

    private static async Task<string> CallAsync(Fleet fleet, string path, params IEnumerable<(string Name, string Value)> fields)
    {
        (string Name, string Value)[] all = [("Username", Fleet.User), ("AuthType", "Password"), ("Password", Fleet.Password), .. fields];
        using var response = await fleet.Server.Client.PostAsync("api/v1/" + path, new FormUrlEncodedContent(all.Select(static f => KeyValuePair.Create(f.Name, f.Value))), Ct);
        return await response.Content.ReadAsStringAsync(Ct);
    }
}
