using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Account;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Ui;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>The security keys of the person in front of a tab, for the panel of My Account. Full disks become sentences.</summary>
/// <param name="viewer">Who it is, and where the page is open.</param>
/// <param name="administrators">The administrators.</param>
/// <param name="keys">The keys.</param>
/// <param name="factors">What the sign-in asks for.</param>
/// <param name="settings">Rings when keys or factors changed.</param>
/// <param name="options">The server's public address.</param>
public sealed class MySecurityKeys(Viewer viewer, IAdministrators administrators, OwnKeys keys, OwnFactors factors, SettingsFile settings, IOptions<CometOptions> options)
{
    /// <summary>Rings when something may have changed.</summary>
    public LiveSignal Changed => settings.Changed;

    /// <summary>Why no key can be registered on this page; null where it can.</summary>
    public string? Obstacle => KeyOrigin.Of(viewer.BaseAddress)?.CheckUsable() is { Ok: false } unusable ? unusable.Why : null;

    /// <summary>The same page where keys work; null when this server knows no such address.</summary>
    public string? Better => KeyPlaces.Better(new Uri(new Uri(viewer.BaseAddress), "account"), options.Value.PublicUrl);

    /// <summary>The administrator as he is now.</summary>
    public async Task<Administrator?> MeAsync() => administrators.Find((await viewer.ActorAsync()).Name);

    /// <summary>The keys.</summary>
    public async Task<IReadOnlyList<OwnKey>> ListAsync(CancellationToken ct) => await keys.ListAsync(await viewer.ActorAsync(), ct);

    /// <summary>Gives a key another name.</summary>
    public Task<Outcome> RenameAsync(string id, string description) => Saving.TryAsync(async () => await keys.RenameAsync(await viewer.ActorAsync(), id, description));

    /// <summary>Removes a key.</summary>
    public Task<Outcome> RemoveAsync(string id) => Saving.TryAsync(async () => await keys.RemoveAsync(await viewer.ActorAsync(), id, await viewer.KeyAsync(), CancellationToken.None));

    /// <summary>Makes keys required at the sign-in, or not.</summary>
    public Task<Outcome> RequireAsync(bool required) => Saving.TryAsync(async () => await factors.RequireAsync(await viewer.ActorAsync(), null, required, await viewer.KeyAsync()));
}
