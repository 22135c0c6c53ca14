using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Time;

namespace Comet.Blazor.Security.Audit;

/// <summary>An entry with all of its details.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Hash">Its hash, hexadecimal.</param>
public sealed record AuditDetails(AuditEntry Entry, string Hash);

/// <summary>What pages read of the audit log. Everything is refused as <see cref="Refusal.Denied"/> without <see cref="Right.AuditView"/>.</summary>
/// <param name="audit">The log.</param>
/// <param name="store">Where it is stored.</param>
/// <param name="links">Where the pages of objects are.</param>
public sealed class AuditReading(AuditLog audit, ServerStore store, IEnumerable<AuditLink> links)
{
    private readonly Dictionary<AuditTargetKind, Func<AuditTarget, string>> _links = links.ToDictionary(static l => l.Kind, static l => l.Href);

    private static readonly Outcome Forbidden = Outcome.Denied("You may not see the audit log.");

    /// <summary>Rings after each entry.</summary>
    public LiveSignal Changed => audit.Changed;

    /// <summary>The entries as a table, newest first by nature.</summary>
    public Outcome<AuditTable> Table(Actor by, BrowserClock clock) => by.May(Right.AuditView) ? new AuditTable(audit, store, clock) : Forbidden;

    /// <summary>Where the page of an object is; null when there is none.</summary>
    public string? Href(AuditTarget target) => target.Id.Length > 0 && _links.TryGetValue(target.Kind, out var href) ? href(target) : null;

    /// <summary>One entry.</summary>
    public async Task<Outcome<AuditDetails>> EntryAsync(Actor by, long number, CancellationToken ct)
    {
        if (!by.May(Right.AuditView))
        {
            return Forbidden;
        }

        var record = await store.Db.ReadAsync(db => db.Get(AuditChain.Entries, number), ct);
        return record is null ? Outcome.Missing($"There is no entry {number:N0} in the audit log. Press Verify to see what is missing.")
            : AuditEntry.Read(record.Json) is { } entry ? new AuditDetails(entry, AuditChain.HashOf(record))
            : Outcome.Invalid($"Entry {number:N0} can't be read: it was changed. Press Verify to see all that is broken.");
    }
}
