using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.Administrators;

/// <summary>Adding, deleting, resetting and changing administrators (spec/04 §3, §3.1).</summary>
public sealed class AdministratorCommandTests
{
    private const string Good = "long enough 1";
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin", null, "127.0.0.1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Added_SignsIn_WithWhatWasAsked()
    {
        await using var server = await TestServer.StartAsync();
        var wanted = new NewAdministrator("maria", "пароль 🔑 lang") { OrganizationId = "org-1", RequirePasswordChange = true, AllowedAddresses = @"^10\." };

        var added = await server.Get<AddAdministrator>().RunAsync(Admin, wanted, Ct);

        Assert.True(added.Ok, added.Why);
        var maria = (await server.Get<AdministratorStore>().VerifyAsync("maria", "пароль 🔑 lang", Ct)).Value!;
        Assert.Equal(("org-1", true, @"^10\.", true), (maria.OrganizationId, maria.RequirePasswordChange, maria.AllowedAddresses, maria.AllowPassword));
        Assert.False(maria.ActAs(null, ActorVia.Web).May(Right.AccountsView)); // until the password is changed
    }

    [Theory]
    [InlineData("", Good, Refusal.Invalid)]
    [InlineData("Jürgen", Good, Refusal.Invalid)]
    [InlineData("a/b", Good, Refusal.Invalid)]
    [InlineData("..", Good, Refusal.Invalid)]
    [InlineData("maria", "short", Refusal.Invalid)]
    [InlineData("admin", Good, Refusal.Conflict)]
    public async Task Added_WithBadInput_IsRefused_AndNothingIsWritten(string name, string password, Refusal kind)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(kind, (await AddAsync(server, name, password)).Kind);
        Assert.Equal(Refusal.Invalid, (await AddAsync(server, new string('x', 256), Good)).Kind);
        Assert.Equal(Refusal.Invalid, (await AddAsync(server, "maria", new string('x', 1001))).Kind);
        Assert.Equal(Refusal.Invalid, (await server.Get<AddAdministrator>().RunAsync(Admin, new NewAdministrator("maria", Good) { AllowedAddresses = "(" }, Ct)).Kind);
        Assert.Equal(Refusal.Invalid, (await server.Get<AddAdministrator>().RunAsync(Admin, new NewAdministrator("maria", Good) { OrganizationId = "a b" }, Ct)).Kind);

        Assert.Single(server.Get<AdministratorStore>().All);
    }

    [Fact]
    public async Task Added_WithTheLongestNameAndPassword_SignsIn()
    {
        await using var server = await TestServer.StartAsync();
        var (name, password) = (new string('x', 255), new string('é', 1000));

        Assert.True((await AddAsync(server, name, password)).Ok);

        Assert.True((await server.Get<AdministratorStore>().VerifyAsync(name, password, Ct)).Ok);
    }

    [Fact]
    public async Task EveryCommand_WithoutTheRight_IsRefused_AndOnRecord()
    {
        await using var server = await TestServer.StartAsync();
        await AddAsync(server, "maria", Good);
        await AddAsync(server, "tenant", Good, "org-1");
        await ChangeAsync(server, Admin, "maria", new AdministratorChange { Permissions = new() { PreventEditServerSettings = true } });
        foreach (var by in new[] { ActorOf(server, "maria"), ActorOf(server, "tenant"), new Actor(ActorKind.Customer, "admin"), new Actor(ActorKind.Administrator, "nobody") })
        {
            var said = server.Get<AuditLog>().Changed.Version;
            Assert.Equal(Refusal.Denied, (await server.Get<AddAdministrator>().RunAsync(by, new NewAdministrator("x", Good), Ct)).Kind);
            Assert.Equal(Refusal.Denied, (await server.Get<DeleteAdministrator>().RunAsync(by, "admin")).Kind);
            Assert.Equal(Refusal.Denied, (await server.Get<DeleteAdministrator>().RunAsync(by, "who")).Kind); // which names exist is not told
            Assert.Equal(Refusal.Denied, (await server.Get<ResetAdministrator>().RunAsync(by, "admin", Good, false, Ct)).Kind);
            Assert.Equal(Refusal.Denied, (await ChangeAsync(server, by, "admin", new AdministratorChange { OrganizationId = "x" })).Kind);
            Assert.Equal(Refusal.Denied, server.Get<AdministratorList>().All(by).Kind);
            Assert.Equal(Refusal.Denied, server.Get<AdministratorList>().One(by, "admin").Kind);
            Assert.Equal(said + 5, server.Get<AuditLog>().Changed.Version);
        }

        Assert.Equal(3, server.Get<AdministratorStore>().All.Count);
    }

    [Fact]
    public async Task Deleted_LosesItsSessions_AndYouCantDeleteYourselfOrTheLastOne()
    {
        await using var server = await TestServer.StartAsync();
        await AddAsync(server, "maria", Good);
        await AddAsync(server, "tenant", Good, "org-1");
        var session = await SessionAsync(server, "maria");

        Assert.Equal(Refusal.Conflict, (await server.Get<DeleteAdministrator>().RunAsync(Admin, "admin")).Kind);
        Assert.True((await server.Get<DeleteAdministrator>().RunAsync(Admin, "maria")).Ok);
        Assert.Equal(Refusal.Missing, (await server.Get<DeleteAdministrator>().RunAsync(Admin, "maria")).Kind);
        Assert.Equal(Refusal.Conflict, (await server.Get<DeleteAdministrator>().RunAsync(Actor.Server, "admin")).Kind); // a tenant's administrator can't repair the server

        Assert.Null(server.Get<SessionStore>().Find(session));
        Assert.Equal(["admin", "tenant"], server.Get<AdministratorStore>().All.Select(static a => a.Name));
    }

    [Fact]
    public async Task TheLastTwo_DeletingEachOtherAtTheSameTime_LeaveOne()
    {
        await using var server = await TestServer.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var (one, other) = (server.Get<AdministratorStore>().All.Single(), $"maria{round}");
            Assert.True((await server.Get<AddAdministrator>().RunAsync(ActorOf(server, one.Name), new NewAdministrator(other, Good), Ct)).Ok);
            var (first, second) = (ActorOf(server, one.Name), ActorOf(server, other));
            using var start = new Barrier(2);

            var outcomes = await Task.WhenAll(DeleteAtAsync(first, other), DeleteAtAsync(second, one.Name));

            Assert.Single(outcomes, static o => o.Ok);
            Assert.Equal(Refusal.Denied, outcomes.Single(static o => !o.Ok).Kind); // who was deleted may nothing any more
            Assert.Single(server.Get<AdministratorStore>().All);

            Task<Outcome> DeleteAtAsync(Actor by, string name) => Task.Run(() =>
            {
                start.SignalAndWait(Ct);
                return server.Get<DeleteAdministrator>().RunAsync(by, name);
            });
        }
    }

    [Fact]
    public async Task Reset_OpensTheDoorAgain_TakesTheFactors_AndEndsSessions()
    {
        await using var server = await TestServer.StartAsync();
        await AddAsync(server, "maria", Good);
        server.Get<AdministratorStore>().Change("maria", static one => one with { AllowPassword = false, AllowTotp = true, AllowWebAuthn = true, TotpKey = "lost", TotpKeyFormat = 1, Keys = [new() { Description = "Lost" }] });
        var session = await SessionAsync(server, "maria");

        Assert.Equal(Refusal.Invalid, (await server.Get<ResetAdministrator>().RunAsync(Admin, "maria", "short", true, Ct)).Kind);
        Assert.Equal(Refusal.Conflict, (await server.Get<ResetAdministrator>().RunAsync(Admin, "admin", Good, true, Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await server.Get<ResetAdministrator>().RunAsync(Admin, "who", Good, true, Ct)).Kind);
        Assert.True((await server.Get<ResetAdministrator>().RunAsync(Admin, "maria", "another one 2", true, Ct)).Ok);

        var maria = (await server.Get<AdministratorStore>().VerifyAsync("maria", "another one 2", Ct)).Value!;
        Assert.True(maria is { AllowPassword: true, AllowTotp: false, AllowWebAuthn: false, TotpKey: null, Keys.Count: 0, RequirePasswordChange: true });
        Assert.Null(server.Get<SessionStore>().Find(session));
    }

    [Fact]
    public async Task Changed_ByOthers_CanBeRestrictedInAllWays_ButNotTheLastOne()
    {
        await using var server = await TestServer.StartAsync();
        await AddAsync(server, "maria", Good);
        var maria = ActorOf(server, "maria");
        AdministratorChange[] harmful =
        [
            new() { Permissions = new() { PreventDeleteStorageVault = true } },
            new() { Permissions = new() { ShouldRestrictProviderList = true } },
            new() { Permissions = new() { AllowedUserPolicies = ["p"] } },
            new() { Permissions = new() { HideCloudStorageBranding = true } },
            new() { OrganizationId = "org-1" },
            new() { AllowPassword = false },
        ];
        server.Get<AdministratorStore>().Change("maria", static one => one with { AllowedAddresses = "(" }); // written into the file: lets nobody in

        foreach (var change in harmful)
        {
            var outcome = await ChangeAsync(server, maria, "admin", change);
            Assert.Equal(Refusal.Conflict, outcome.Kind);
            Assert.Contains("last administrator", outcome.Why, StringComparison.Ordinal);
        }

        server.Get<AdministratorStore>().Change("maria", static one => one with { AllowedAddresses = null });
        foreach (var change in harmful)
        {
            var outcome = await ChangeAsync(server, maria, "admin", change);
            Assert.True(outcome.Ok, outcome.Why);
            await ChangeAsync(server, maria, "admin", new AdministratorChange { Permissions = new(), OrganizationId = "", AllowPassword = true });
        }
    }

    [Fact]
    public async Task Changed_ByOneself_KeepsTheWayBack()
    {
        await using var server = await TestServer.StartAsync();
        await AddAsync(server, "maria", Good);
        var maria = ActorOf(server, "maria");

        Assert.Equal(Refusal.Conflict, (await ChangeAsync(server, maria, "maria", new() { Permissions = new() { PreventEditServerSettings = true } })).Kind);
        Assert.Equal(Refusal.Conflict, (await ChangeAsync(server, maria, "maria", new() { OrganizationId = "org-1" })).Kind);
        Assert.Equal(Refusal.Conflict, (await ChangeAsync(server, maria, "maria", new() { AllowPassword = false, AllowTotp = true })).Kind); // no code is set up
        Assert.False((await ChangeAsync(server, maria, "maria", new() { AllowedAddresses = @"^10\." })).Ok);
        Assert.True((await ChangeAsync(server, maria, "maria", new() { AllowedAddresses = @"^127\.0\.0\.1$", Permissions = new() { PreventDeleteStorageVault = true } })).Ok);
    }

    [Fact]
    public async Task WithRestrictions_NobodyGivesOrTakesMoreThanHeHas()
    {
        await using var server = await TestServer.StartAsync();
        var limits = new AdministratorPermissions { PreventDeleteStorageVault = true, ShouldRestrictProviderList = true, AllowedProvidersWhenRestricted = [1000, 1003], AllowedUserPolicies = ["p", "q"], HideCloudStorageBranding = true };
        await server.Get<AddAdministrator>().RunAsync(Admin, new NewAdministrator("maria", Good) { Permissions = limits }, Ct);
        var maria = ActorOf(server, "maria");

        foreach (var more in new[]
        {
            new(), limits with { PreventDeleteStorageVault = false }, limits with { AllowedProvidersWhenRestricted = [1000, 1001] }, limits with { ShouldRestrictProviderList = false },
            limits with { AllowedUserPolicies = ["r"] }, limits with { AllowedUserPolicies = [] }, limits with { HideCloudStorageBranding = false },
        })
        {
            Assert.Equal(Refusal.Denied, (await server.Get<AddAdministrator>().RunAsync(maria, new NewAdministrator("eve", Good) { Permissions = more }, Ct)).Kind);
            Assert.Equal(Refusal.Denied, (await ChangeAsync(server, maria, "maria", new() { Permissions = more })).Kind);
        }

        Assert.Equal(Refusal.Denied, (await server.Get<ResetAdministrator>().RunAsync(maria, "admin", Good, false, Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await server.Get<DeleteAdministrator>().RunAsync(maria, "admin")).Kind);
        Assert.Equal(Refusal.Denied, (await ChangeAsync(server, maria, "admin", new() { Permissions = limits })).Kind);
        Assert.True((await server.Get<AddAdministrator>().RunAsync(maria, new NewAdministrator("otto", Good), Ct)).Ok);
        Assert.Equal(["PreventDeleteStorageVault"], PermissionWords.TakesAway.Where(w => w.Field != "HideCloudStorageBranding" && w.Get(server.Get<AdministratorStore>().Find("otto")!.Permissions)).Select(static w => w.Field));
        Assert.True((await server.Get<AddAdministrator>().RunAsync(maria, new NewAdministrator("ines", Good) { Permissions = limits with { AllowedUserPolicies = ["p"], DenyViewServerInfo = true } }, Ct)).Ok);
    }

    [Fact]
    public async Task Changed_MeanwhileBySomebodyElse_IsRefused()
    {
        await using var server = await TestServer.StartAsync();
        await AddAsync(server, "maria", Good);
        var seen = ChangeAdministrator.MarkOf(server.Get<AdministratorStore>().Find("maria")!);
        Assert.True((await ChangeAsync(server, Admin, "maria", new() { OrganizationId = "org-1" })).Ok);

        var late = await ChangeAsync(server, Admin, "maria", new() { Permissions = new(), Expected = seen });

        Assert.Equal(Refusal.Conflict, late.Kind);
        Assert.Contains("someone else", late.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changed_KeepsWhatItDoesNotKnow_AndEndsSessionsThatLostTheirGround()
    {
        await using var server = await TestServer.StartAsync();
        await AddAsync(server, "maria", Good);
        server.Get<SettingsFile>().Update(static root => root["AdminUsers"]![1]!["Permissions"] = new System.Text.Json.Nodes.JsonObject { ["FromTomorrow"] = 7 });
        var (near, far) = (await SessionAsync(server, "maria", "10.0.0.1"), await SessionAsync(server, "maria", "192.0.2.1"));

        Assert.True((await ChangeAsync(server, Admin, "maria", new() { Permissions = new() { DenyViewServerInfo = true }, AllowedAddresses = @"^10\." })).Ok);

        Assert.NotNull(server.Get<SessionStore>().Find(near));
        Assert.Null(server.Get<SessionStore>().Find(far));
        Assert.Equal(7, server.Get<SettingsFile>().Read(static root => (int)root["AdminUsers"]![1]!["Permissions"]!["FromTomorrow"]!));
        Assert.True((await ChangeAsync(server, Admin, "maria", new() { AllowPassword = false, AllowTotp = true })).Ok);
        Assert.Null(server.Get<SessionStore>().Find(near));
    }

    private static Task<Outcome> AddAsync(TestServer server, string name, string password, string organization = "") =>
        server.Get<AddAdministrator>().RunAsync(Admin, new NewAdministrator(name, password) { OrganizationId = organization }, Ct);

    private static Task<Outcome> ChangeAsync(TestServer server, Actor by, string name, AdministratorChange change) => server.Get<ChangeAdministrator>().RunAsync(by, name, change);

    private static Actor ActorOf(TestServer server, string name) => server.Get<AdministratorStore>().Find(name)!.ActAs("127.0.0.1", ActorVia.Web);

    private static Task<string> SessionAsync(TestServer server, string name, string? address = null) =>
        server.Get<SessionStore>().StartAsync(SessionOwner.Administrator(name, address, null, ActorVia.Web), Ct);
}
