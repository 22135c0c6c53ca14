using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Features.Accounts.Items.Copying;

/// <summary>The configuration of a Protected Item at the time it was copied. Neither backup data nor keys of Storage Vaults are part of it.</summary>
/// <param name="Account">Whose it was.</param>
/// <param name="Username">That user's name.</param>
/// <param name="DeviceName">The device it was on.</param>
/// <param name="Os">That device's operating system; empty when unknown.</param>
/// <param name="Source">SourceConfig; not to be changed.</param>
/// <param name="Rules">Its backup rules; not to be changed.</param>
public sealed record CopiedItem(AccountId Account, string Username, string DeviceName, string Os, JsonObject Source, IReadOnlyList<JsonObject> Rules)
{
    /// <summary>The item's name.</summary>
    public string Name => Source.Text("Description");
}

/// <summary>What administrators have copied, one thing per session (spec/01 §5.3): it survives navigation, is there in all tabs, and goes with the session. In memory only.</summary>
/// <param name="sessions">The sessions.</param>
public sealed class ItemClipboard(SessionStore sessions)
{
    private readonly ConditionalWeakTable<Session, CopiedItem> _copied = [];

    /// <summary>Rings when something was copied or cleared.</summary>
    public LiveSignal Changed { get; } = new();

    /// <summary>What this session has copied; null for nothing.</summary>
    /// <param name="sessionKey">The session's key; null when nobody is signed in.</param>
    public CopiedItem? Of(string? sessionKey) => sessions.Find(sessionKey) is { } session && _copied.TryGetValue(session, out var item) ? item : null;

    /// <summary>Puts an item there, in the place of what was there; null clears it.</summary>
    public void Put(string? sessionKey, CopiedItem? item)
    {
        if (sessions.Find(sessionKey) is not { } session)
        {
            return;
        }

        if (item is null)
        {
            _copied.Remove(session);
        }
        else
        {
            _copied.AddOrUpdate(session, item);
        }

        Changed.Raise();
    }
}
