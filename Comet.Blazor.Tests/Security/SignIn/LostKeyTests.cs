using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.SignIn;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.SignIn;

/// <summary>Signing in when the server can't open the secret of one's codes any more.</summary>
public sealed class LostKeyTests
{
    private static readonly SignInFrom Here = new("192.0.2.7", null, ActorVia.Web);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KeysFolderGone_TheSecondStepSaysWhatToDo_AndCountsAsNoGuess()
    {
        using var folder = new TempFolder();
        var first = await TestServer.StartAsync(folder);
        var app = SecondFactorRig.RequireTotp(first);
        var keys = first.Get<DataFolder>().Keys;
        await first.StopAsync();
        File.Delete(Path.Combine(keys, "secrets.key"));

        await using var again = await TestServer.StartAsync(folder);
        var who = again.Get<AdministratorStore>().Find("admin")!;
        for (var i = 0; i < 30; i++)
        {
            var step = await again.Get<Entrance>().CodeAsync(Here, who, app.ComputeTotp(TimeProvider.System.GetUtcNow().UtcDateTime), Ct);
            Assert.Equal(Refusal.Unsupported, step.Kind);
            Assert.Contains("Put the folder back", step.Why, StringComparison.Ordinal);
        }

        Assert.Equal(TimeSpan.Zero, again.Get<LoginGuard>().Wait(Here.Address, "admin"));
    }
}
