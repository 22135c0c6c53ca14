using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.WebAuthn;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Security.WebAuthn;

/// <summary>The real server with a clock of the test's, at which keys are registered and used.</summary>
internal sealed class KeyRig : IAsyncDisposable
{
    public static readonly KeyOrigin Https = KeyOrigin.Of("https://comet.example")!;
    public static readonly Actor Admin = new(ActorKind.Administrator, "admin", null, "192.0.2.7");

    private readonly bool _ownsFolder;

    private KeyRig(TestServer server, FakeTimeProvider clock, bool ownsFolder) => (Server, Clock, _ownsFolder) = (server, clock, ownsFolder);

    public TestServer Server { get; }

    public FakeTimeProvider Clock { get; }

    public KeyCeremony Ceremony => Server.Get<KeyCeremony>();

    public IReadOnlyList<SecurityKey> Keys => Server.Get<AdministratorStore>().Find("admin")!.Keys;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<KeyRig> StartAsync(TempFolder? folder = null)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        return new KeyRig(await TestServer.StartAsync(folder, b => b.Services.AddSingleton<TimeProvider>(clock)), clock, folder is null);
    }

    public async Task<Outcome<SecurityKey>> RegisterAsync(SoftKey key, string name = "Blue key", Actor? by = null, KeyOrigin? at = null)
    {
        var asked = await Ceremony.BeginRegistrationAsync(by ?? Admin, at ?? Https, Ct);
        Assert.True(asked.Ok, asked.Why);
        return await Ceremony.FinishRegistrationAsync(by ?? Admin, asked.Value.ChallengeId, key.Register(asked.Value), name, null, null, Ct);
    }

    public async Task<Outcome<SecurityKey>> SignInAsync(SoftKey key, Actor? by = null, KeyOrigin? at = null)
    {
        var asked = await AskAsync(by, at);
        return await FinishAsync(asked, key.Sign(asked), by);
    }

    public async Task<KeyChallenge> AskAsync(Actor? by = null, KeyOrigin? at = null)
    {
        var asked = await Ceremony.BeginAssertionAsync(by ?? Admin, at ?? Https, Ct);
        Assert.True(asked.Ok, asked.Why);
        return asked.Value;
    }

    public Task<Outcome<SecurityKey>> FinishAsync(KeyChallenge asked, string answer, Actor? by = null) => Ceremony.FinishAssertionAsync(by ?? Admin, asked.ChallengeId, answer, Ct);

    public async ValueTask DisposeAsync()
    {
        if (_ownsFolder)
        {
            await Server.DisposeAsync();
        }
        else
        {
            await Server.StopAsync();
        }
    }
}
