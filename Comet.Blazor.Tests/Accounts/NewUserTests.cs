using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Accounts.Users.Csv;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Rights;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Every way to a new user agrees about names, the default policy, and what belongs to whom (spec/01 §1.2, §1.3, §4.5).</summary>
public sealed class NewUserTests
{
    private static readonly Actor Top = TenantsRig.Actor("");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DefaultPolicy_IsGivenToEachNewUser_WhicheverWayItComes()
    {
        await using var rig = await TenantsRig.StartAsync();
        var made = await rig.Server.Get<CreatePolicy>().RunAsync(Top, new JsonObject { ["Description"] = "House rules", ["DefaultUserPolicy"] = true, ["Policy"] = new JsonObject { ["PreventOpenWebUI"] = true } }, "house");
        Assert.True(made.Ok, made.Why);

        Assert.Equal(200, TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/add-user", ("TargetUser", "by-api"), ("TargetPassword", "correct horse"))).Status);
        var lines = CsvUserFile.Read(Encoding.UTF8.GetBytes("Username,Password,Policy,Organization\nby-csv,correct horse,,\nby-csv-other,correct horse,policy-top,\nof-alpha,correct horse,,alpha")).Value!;
        var csv = rig.Server.Get<AddCsvUsers>();
        var results = await csv.RunAsync(Top, csv.Check.Run(Top, lines, false, "UTC").Value!, rig.Server.Address, null, Ct);
        Assert.Equal([2, 3, 4], results.Where(static r => r.Outcome.Ok).Select(static r => r.From.Line));
        Assert.Equal(200, (await FromProfileAsync(rig, "from-profile", static p => p.Remove("PolicyID"))).Status);
        Assert.Equal(200, (await FromProfileAsync(rig, "from-profile-custom", static p => p["PolicyID"] = "")).Status);
        Assert.True((await rig.Server.Get<AddUser>().RunAsync(Top, new NewUser("by-hand-custom", "correct horse") { PolicyId = "" }, Ct)).Ok);

        Assert.All(new[] { "by-api", "by-csv", "from-profile" }, name => Assert.Equal(("house", true), (Entry(rig, name).PolicyId, Entry(rig, name).SignIn.PreventsWeb)));
        Assert.Equal(("policy-top", false), (Entry(rig, "by-csv-other").PolicyId, Entry(rig, "by-csv-other").SignIn.PreventsWeb));
        Assert.All(new[] { "from-profile-custom", "by-hand-custom", "of-alpha" }, name => Assert.Equal(("", false), (Entry(rig, name).PolicyId, Entry(rig, name).SignIn.PreventsWeb)));
    }

    [Fact]
    public async Task Name_InUseButForCapitals_IsRefusedEverywhere_AndAnAdministratorsNameIsWarnedOf()
    {
        await using var rig = await TenantsRig.StartAsync();

        var (status, message) = TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/add-user", ("TargetUser", "TOP-user"), ("TargetPassword", "correct horse")));
        Assert.Equal((409, true), (status, message.Contains("only in capital letters", StringComparison.Ordinal)));
        Assert.Equal(409, (await FromProfileAsync(rig, "Top-USER", static _ => { })).Status);
        var add = rig.Server.Get<AddUser>();
        Assert.Equal(Refusal.Conflict, add.CheckName("tOp-uSer").Kind);
        Assert.Equal("A user with this name already exists.", add.CheckName("top-user").Why);

        var choices = rig.Server.Get<NewUserChoices>();
        Assert.Contains("administrator has this name", choices.WarningFor(Top, "alpha-admin"), StringComparison.Ordinal);
        Assert.Null(choices.WarningFor(Top, "nobody"));
        Assert.Null(choices.WarningFor(TenantsRig.Actor("beta"), "alpha-admin")); // another tenant's is not told
        Assert.True((await add.RunAsync(Top, new NewUser("alpha-admin", "correct horse"), Ct)).Ok); // names of their own: a warning is all
    }

    [Fact]
    public async Task Profile_ThatNamesWhatIsAnothers_IsRefused_NewOrSaved()
    {
        await using var rig = await TenantsRig.StartAsync();
        var group = (await rig.Server.Get<SaveUserGroup>().RunAsync(TenantsRig.Actor("beta"), null, "Beta's own", null)).Value!;
        var own = (await rig.Server.Get<SaveUserGroup>().RunAsync(TenantsRig.Actor("alpha"), null, "Alpha's own", null)).Value!;
        (string Field, JsonNode Value, string Words)[] wrong =
        [
            ("PolicyID", "policy-beta", "policy"), ("PolicyID", "unheard-of", "policy"), ("GroupID", group.Id, "group"), ("GroupID", "unheard-of", "group"),
            ("LocalTimezone", "Mars/Base", "time zone"), ("MaximumDevices", -1, "Maximum devices"),
        ];
        foreach (var (field, value, words) in wrong)
        {
            var made = await FromProfileAsync(rig, "copy", p => p[field] = value.DeepClone(), "alpha");
            Assert.Equal((400, true), (made.Status, made.Message.Contains(words, StringComparison.OrdinalIgnoreCase)));
            var saved = await SaveAsync(rig, TenantsRig.Actor("alpha"), rig.Alpha.User, p => p[field] = value.DeepClone());
            Assert.Equal(Refusal.Invalid, saved.Kind);
            Assert.DoesNotContain("Beta's own", made.Message + saved.Why, StringComparison.Ordinal);
        }

        Assert.Null(rig.Server.Get<AccountStore>().EntryByName("copy"));
        Assert.True((await SaveAsync(rig, TenantsRig.Actor("alpha"), rig.Alpha.User, p => p["GroupID"] = own.Id)).Ok);
        Assert.Equal(own.Id, Entry(rig, rig.Alpha.User).Facts.GroupId);
        Assert.Equal(Refusal.Invalid, (await SaveAsync(rig, Top, rig.Alpha.User, static p => p["OrganizationID"] = "beta")).Kind); // the group does not go along
    }

    [Fact]
    public async Task GroupOfATenant_KeepsUsersOfOthersOut_AndDoesNotTellTheirNames()
    {
        await using var rig = await TenantsRig.StartAsync();
        var group = (await rig.Server.Get<SaveUserGroup>().RunAsync(TenantsRig.Actor("alpha"), null, "Alpha's own", null)).Value!;
        var store = rig.Server.Get<AccountStore>();
        await store.ChangeAsync(rig.Beta.Account, null, d => // as an older version left it
        {
            d.Root["GroupID"] = group.Id;
            return Outcome.Done;
        }, tellDevices: false, Ct);

        var set = await rig.Server.Get<SetGroupUsers>().RunAsync(TenantsRig.Actor("alpha"), group.Id, [rig.Alpha.User], Ct);

        Assert.True(set.Ok, set.Why);
        Assert.Equal((group.Id, group.Id), (Entry(rig, rig.Alpha.User).Facts.GroupId, Entry(rig, rig.Beta.User).Facts.GroupId));
    }

    private static AccountEntry Entry(TenantsRig rig, string name) => rig.Server.Get<AccountStore>().EntryByName(name)!;

    private static async Task<(int Status, string Message)> FromProfileAsync(TenantsRig rig, string name, Action<JsonObject> edit, string organization = "")
    {
        var profile = new JsonObject { ["Username"] = name, ["PasswordFormat"] = 0, ["PasswordHash"] = "correct horse", ["OrganizationID"] = organization, ["LocalTimezone"] = "UTC" };
        edit(profile);
        return TenantsRig.Envelope(await rig.CallAsync("top-admin", "admin/add-user-from-profile", ("TargetUser", name), ("ProfileData", profile.ToJsonString())));
    }

    private static async Task<Outcome> SaveAsync(TenantsRig rig, Actor by, string user, Action<JsonObject> edit)
    {
        var view = (await rig.Server.Get<ReadProfile>().RunAsync(by, user, Ct)).Value!;
        edit(view.Document.Root);
        return (await rig.Server.Get<SaveProfile>().RunAsync(by, user, view.Document.Root, view.Hash, Ct)).Plain;
    }
}
