using System.Collections.Concurrent;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Settings;

/// <summary>Who has switched Advanced Options on: one record per administrator in the server's store.</summary>
/// <param name="store">The server's store.</param>
public sealed class AdvancedChoices(ServerStore store)
{
    private const string Collection = "security_advanced";
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <summary>Rings when somebody has switched.</summary>
    public LiveSignal Changed { get; } = new();

    /// <summary>What this administrator chose; off unless chosen.</summary>
    public async ValueTask<bool> OfAsync(string name, CancellationToken ct) =>
        _known.TryGetValue(name, out var known) ? known : _known.GetOrAdd(name, await store.Db.ReadAsync(db => db.Get(Collection, name) is not null, ct));

    /// <summary>Remembers a choice.</summary>
    /// <exception cref="IOException">It could not be stored; nothing was changed.</exception>
    public Task ChooseAsync(string name, bool on, CancellationToken ct) => store.Db.WriteAsync(
        db =>
        {
            if (on)
            {
                db.Put(Collection, new DbRecord(name, [], "{}"u8.ToArray()));
            }
            else
            {
                db.Delete(Collection, name);
            }

            db.AfterCommit(() =>
            {
                _known[name] = on;
                Changed.Raise();
            });
            return true;
        },
        ct);
}
