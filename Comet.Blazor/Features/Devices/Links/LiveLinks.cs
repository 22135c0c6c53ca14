using System.Collections.Concurrent;
using System.Collections.Immutable;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>All links of this process: every open socket for the watch, the signed-in ones for everybody.</summary>
public sealed class LiveLinks : ILiveConnections
{
    private readonly ConcurrentDictionary<DeviceLink, bool> _open = new();
    private readonly ConcurrentDictionary<string, SignedInLink> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(AccountId Account, string Device), ImmutableArray<SignedInLink>> _byDevice = new();
    private volatile Refused? _closed;

    /// <inheritdoc />
    public LiveSignal Changed { get; } = new();

    /// <inheritdoc />
    public IReadOnlyCollection<LiveConnection> All => [.. _byId.Values.Select(static l => l.Connection)];

    /// <summary>The number of signed-in links.</summary>
    public int Count => _byId.Count;

    /// <summary>Every open socket, signed in or not.</summary>
    public ICollection<DeviceLink> Open => _open.Keys;

    /// <inheritdoc />
    public LiveConnection? Find(string connectionId) => Link(connectionId)?.Connection;

    /// <summary>One signed-in link, or null.</summary>
    public SignedInLink? Link(string connectionId) => _byId.GetValueOrDefault(connectionId);

    /// <inheritdoc />
    public IReadOnlyList<LiveConnection> Of(AccountId account, string deviceId) =>
        _byDevice.TryGetValue((account, deviceId), out var links) ? [.. links.Select(static l => l.Connection)] : [];

    /// <summary>The signed-in links of an account.</summary>
    public IReadOnlyList<SignedInLink> OfAccount(AccountId account) => [.. _byId.Values.Where(l => l.Connection.Account == account)];

    /// <summary>A socket was accepted. After <see cref="CloseAll"/> it is told so at once.</summary>
    public void Opened(DeviceLink link)
    {
        _open[link] = true;
        if (_closed is { } why)
        {
            link.Close(why);
        }
    }

    /// <summary>A socket is gone.</summary>
    public void Gone(DeviceLink link) => _open.TryRemove(link, out _);

    /// <summary>A device has signed in.</summary>
    public void Add(SignedInLink link)
    {
        _byId[link.Connection.Id] = link;
        _byDevice.AddOrUpdate((link.Connection.Account, link.Connection.DeviceId), static (_, l) => [l], static (_, all, l) => all.Add(l), link);
        Changed.Raise();
    }

    /// <summary>Removes exactly this link: a late goodbye does not touch a fresh hello of the same device.</summary>
    public void Remove(SignedInLink link)
    {
        if (!_byId.TryRemove(new KeyValuePair<string, SignedInLink>(link.Connection.Id, link)))
        {
            return;
        }

        var key = (link.Connection.Account, link.Connection.DeviceId);
        while (_byDevice.TryGetValue(key, out var links))
        {
            var rest = links.Remove(link);
            if (rest.IsEmpty ? _byDevice.TryRemove(new KeyValuePair<(AccountId, string), ImmutableArray<SignedInLink>>(key, links)) : _byDevice.TryUpdate(key, rest, links))
            {
                break;
            }
        }

        Changed.Raise();
    }

    /// <summary>Ends one link; it is not listed any more when this returns.</summary>
    public void Close(SignedInLink link, Refused why)
    {
        link.Link.Close(why);
        Remove(link); // also when another reason came first and is being told right now
    }

    /// <inheritdoc />
    public Task<int> EndAsync(AccountId account, string? deviceId, int closeCode, string message, CancellationToken ct)
    {
        var why = closeCode == AgentProtocol.CloseCodes.Revoked ? Refusals.Revoked with { Message = message }
            : closeCode == AgentProtocol.CloseCodes.Forbidden ? Refusals.Forbidden(message)
            : new Refused(closeCode, message, 0);
        var links = OfAccount(account).Where(l => deviceId is null || l.Connection.DeviceId == deviceId).ToList();
        foreach (var link in links)
        {
            Close(link, why);
        }

        return Task.FromResult(links.Count);
    }

    /// <summary>Ends all links, those that are still signing in among them, and refuses new ones from now on.</summary>
    public void CloseAll(Refused why)
    {
        _closed = why;
        foreach (var link in _open.Keys)
        {
            link.Close(why);
        }
    }
}
