using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.SignIn;

/// <summary>The first administrator of a server that was started without one (spec/04 §2).</summary>
public sealed class FirstAdministratorTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OfManyAtOnce_OneWins_AndLaterOnesAreRefused()
    {
        await using var server = await TestServer.StartAsync(args: ["--Comet:DefaultAdmin", "false"]);
        var first = server.Get<FirstAdministrator>();
        Assert.True(first.IsAwaited);

        var made = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => first.RunAsync($"admin{i}", "a long password", null, i % 2 == 0 ? ActorVia.Web : ActorVia.Api, Ct)));

        Assert.Single(made, static m => m.Ok);
        Assert.Single(server.Get<AdministratorStore>().All);
        Assert.False(first.IsAwaited);
        Assert.Equal(Refusal.Denied, (await first.RunAsync("late", "a long password", null, ActorVia.Web, Ct)).Kind);
    }

    [Fact]
    public async Task ServerWithUsers_IsNobodysToTake()
    {
        await using var server = await TestServer.StartAsync(args: ["--Comet:DefaultAdmin", "false"]);
        Assert.True((await server.Get<AddUser>().RunAsync(Actor.Server, new NewUser("alice", "correct horse"), Ct)).Ok);

        Assert.Equal(Refusal.Denied, (await server.Get<FirstAdministrator>().RunAsync("eve", "a long password", null, ActorVia.Web, Ct)).Kind);
    }

    [Theory]
    [InlineData("", "a long password")]
    [InlineData("ada lovelace", "a long password")]
    [InlineData("ada", "short")]
    public async Task BadNameOrPassword_IsSaid_AndNothingIsMade(string name, string password)
    {
        await using var server = await TestServer.StartAsync(args: ["--Comet:DefaultAdmin", "false"]);

        Assert.Equal(Refusal.Invalid, (await server.Get<FirstAdministrator>().RunAsync(name, password, null, ActorVia.Web, Ct)).Kind);
        Assert.True(server.Get<FirstAdministrator>().IsAwaited);
    }
}
