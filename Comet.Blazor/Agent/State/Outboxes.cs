using System.Collections.Concurrent;

namespace Comet.Blazor.Agent.State;

/// <summary>The outboxes of all accounts that this device has belonged to; usually one.</summary>
/// <param name="state">Where they are.</param>
/// <param name="console">Told when the disk refuses.</param>
public sealed class Outboxes(StateFolder state, AgentConsole console) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Outbox>> _open = new(StringComparer.Ordinal);

    /// <summary>The outbox of an account.</summary>
    /// <param name="accountId">The account.</param>
    /// <param name="newEpoch">Its epoch if it has none yet; null for a random one.</param>
    /// <exception cref="IOException">The file can't be read or written.</exception>
    public Outbox For(string accountId, string? newEpoch = null) =>
        _open.GetOrAdd(accountId, id => new Lazy<Outbox>(() => Outbox.Open(state, id, newEpoch ?? NewEpoch(), console))).Value;

    /// <summary>A random epoch.</summary>
    public static string NewEpoch() => Guid.NewGuid().ToString("N");

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var box in _open.Values.Where(static b => b.IsValueCreated))
        {
            box.Value.Dispose();
        }
    }
}
