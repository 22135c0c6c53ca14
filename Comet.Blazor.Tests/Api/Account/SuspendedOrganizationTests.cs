using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Mail.Bulletins;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.SignIn;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Api.Account;

/// <summary>An organization that is suspended takes its administrators along, and its users everywhere: lists, mail, devices (spec/01 §2.1).</summary>
public sealed class SuspendedOrganizationTests
{
    private static readonly Actor Boss = new(ActorKind.Administrator, "admin", null, "192.0.2.7");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ItsAdministrator_IsRefused_AtEveryDoor_AndLosesWhatIsOpen()
    {
        await using var api = await StartAsync();
        var (clerk, sessions) = (ApiRig.Password("clerk", "correct horse"), api.Server.Get<SessionStore>());
        var key = await api.StartSessionAsync(who: clerk);
        var pending = api.Server.Get<PendingSignIns>().Begin(api.Administrators.Find("clerk")!, "/");
        var behind = new SessionOwner(ActorKind.Customer, "mary") { Account = Account(api, "mary").Id, StartedBy = "clerk" };
        var view = await sessions.StartAsync(behind, Ct);
        var before = sessions.Find(key);
        Assert.Equal(200, (await api.PingAsync(ApiRig.Session("clerk", key))).Status);

        Suspend(api, true);

        Assert.Equal((403, Administrator.SuspendedSentence), await api.PingAsync(clerk));
        Assert.Equal((403, Administrator.SuspendedSentence), await api.TryAsync("admin/account/session-start", clerk));
        Assert.Equal((403, Administrator.SuspendedSentence), await api.TryAsync("hybrid/session/start", clerk));
        Assert.Equal(401, (await api.PingAsync(ApiRig.Password("clerk", "wrong horse"))).Status); // who does not know the password learns nothing
        Assert.Equal(401, (await api.PingAsync(ApiRig.Session("clerk", key))).Status);
        Assert.Null(SessionActor.Of(before, api.Administrators)); // an open page
        Assert.Null(api.Server.Get<PendingSignIns>().Find(pending));
        await UntilAsync(api, () => sessions.Find(key) is null && sessions.Find(view) is null, "the sessions have ended");
        Assert.Equal(200, (await api.PingAsync(ApiRig.Password("admin", "admin"))).Status);

        Suspend(api, false);
        Assert.Equal(200, (await api.PingAsync(clerk)).Status);
    }

    [Fact]
    public async Task ItsUsers_CountAsSuspended_ForListsAndMail_AlsoAfterARestart()
    {
        await using var api = await StartAsync();
        Assert.Equal(2, api.Server.Get<SendBulletin>().Audience(Boss).Value!.Addresses.Count);

        Suspend(api, true);
        await UntilAsync(api, () => Account(api, "mary").IsSuspended, "mary counts as suspended");

        Assert.Equal((true, false), (Account(api, "mary").WithOrganization, Account(api, "john").IsSuspended));
        var store = api.Server.Get<AccountStore>();
        Assert.Empty(ReportPlan.Of(Account(api, "mary"), store.EntryByName("mary")!.Emails));
        Assert.NotEmpty(ReportPlan.Of(Account(api, "john"), store.EntryByName("john")!.Emails));
        Assert.Equal(["john@example.com"], api.Server.Get<SendBulletin>().Audience(Boss).Value!.Addresses);
        Assert.False((await store.ReadAsync(Account(api, "mary").Id, Ct))!.IsSuspended); // the profile itself says nothing of it

        await api.EditUserAsync("mary", static p => p["AccountName"] = "Mary");
        Assert.True(Account(api, "mary").IsSuspended);
        await api.RestartAsync();
        Assert.True(Account(api, "mary").IsSuspended);

        Suspend(api, false);
        await UntilAsync(api, () => !Account(api, "mary").IsSuspended, "mary is back");
        await api.Server.Get<SuspendUser>().RunAsync(Boss, "mary", suspend: true, Ct);
        Assert.Equal((true, false), (Account(api, "mary").IsSuspended, Account(api, "mary").WithOrganization));
    }

    private static async Task<ApiRig> StartAsync()
    {
        var api = await ApiRig.StartAsync();
        api.Server.Get<SettingsFile>().Update(static root => root["Organizations"] = new JsonObject { ["acme"] = new JsonObject { ["Name"] = "Acme" } });
        Assert.True(api.Administrators.Add(AdministratorStore.New("clerk", "acme", AdminPassword.Make("correct horse"))).Ok);
        foreach (var name in new[] { "mary", "john" })
        {
            await api.AddUserAsync(name, edit: p => (p["Emails"], p["SendEmailReports"]) = (new JsonArray(name + "@example.com"), true));
        }

        Assert.True((await api.Server.Get<TransferUser>().RunAsync(Boss, "mary", "acme", Ct)).Ok);
        return api;
    }

    private static AccountRef Account(ApiRig api, string name) => api.Server.Get<AccountStore>().FindByName(name)!;

    private static void Suspend(ApiRig api, bool on) => api.Server.Get<SettingsFile>().Update(root => root["Organizations"]!["acme"]!["IsSuspended"] = on);

    private static Task UntilAsync(ApiRig api, Func<bool> met, string what) => Wait.UntilAsync(
        () =>
        {
            api.Clock.Advance(TimeSpan.FromMilliseconds(300));
            return met();
        },
        what);
}
