using Comet.Blazor.Data;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Audit;

/// <summary>One place where the log is not what the server wrote.</summary>
/// <param name="Number">The entry.</param>
/// <param name="What">What is wrong with it, to be read after "Entry 12 …".</param>
public sealed record AuditBreak(long Number, string What)
{
    /// <summary>A sentence.</summary>
    public string Sentence => $"Entry {Number:N0} {What}.";
}

/// <summary>What verifying found.</summary>
/// <param name="Checked">Entries read.</param>
/// <param name="At">When it ended, UTC.</param>
/// <param name="LastHash">Hash of the last entry: written down elsewhere, it shows later that the log up to there is still the same.</param>
/// <param name="First">The first broken entry; null when all are as they were written.</param>
/// <param name="Broken">How many are broken or missing.</param>
public sealed record AuditVerdict(long Checked, DateTimeOffset At, string LastHash, AuditBreak? First, long Broken)
{
    /// <summary>The result without the time.</summary>
    public string Sentence => First is null ? (Checked == 1 ? "The only entry is unbroken" : $"All {Checked:N0} entries are unbroken")
        : Broken == 1 ? First.Sentence
        : $"{First.Sentence} It is the first of {Broken:N0} that are broken or missing.";
}

/// <summary>How far verifying is.</summary>
/// <param name="Done">Entries read.</param>
/// <param name="Total">Entries there are.</param>
public sealed record AuditProgress(long Done, long Total);

/// <summary>Verifies the whole log, from the first entry to the head.</summary>
/// <param name="audit">The log.</param>
/// <param name="store">Where it is stored.</param>
/// <param name="clock">The clock.</param>
public sealed class AuditCheck(AuditLog audit, ServerStore store, TimeProvider clock)
{
    private const int ReportEvery = 1_024;

    /// <summary>
    /// Reads and recomputes every entry, while others are recorded. Refused as <see cref="Refusal.Denied"/> without
    /// <see cref="Right.AuditView"/>. That it was verified, and what came of it, is put on record.
    /// </summary>
    public async Task<Outcome<AuditVerdict>> RunAsync(Actor by, IProgress<AuditProgress>? progress, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.AuditVerified, AuditTarget.Server);
        if (!by.May(Right.AuditView))
        {
            return await audit.RecordAsync(happened, Outcome.Denied("You may not verify the audit log."));
        }

        var verdict = await Task.Run(() => WalkAsync(progress, ct), ct); // recomputing hashes keeps a processor busy
        await audit.RecordAsync(happened with { Note = verdict.Sentence });
        return verdict;
    }

    private async Task<AuditVerdict> WalkAsync(IProgress<AuditProgress>? progress, CancellationToken ct)
    {
        var walk = new Walk(audit.Chain);
        var total = (await store.Db.ReadAsync(audit.Chain.ReadHead, ct))?.Count ?? 0;
        while (true)
        {
            await foreach (var record in store.Db.ScanAsync(AuditChain.Entries, walk.Last, ct))
            {
                walk.Step(record);
                if (walk.Checked % ReportEvery == 0)
                {
                    progress?.Report(new AuditProgress(walk.Checked, Math.Max(total, walk.Checked)));
                }
            }

            // Head and end in one turn: else an entry that is recorded in between would look like one too many.
            var (head, more) = await store.Db.ReadAsync(db => (audit.Chain.ReadHead(db), db.Scan(AuditChain.Entries, walk.Last).Any()), ct);
            if (!more)
            {
                walk.End(head);
                return new AuditVerdict(walk.Checked, clock.GetUtcNow(), walk.Previous ?? AuditChain.Nothing, walk.First, walk.Broken);
            }
        }
    }

    private sealed class Walk(AuditChain chain)
    {
        public long Last { get; private set; }

        public long Checked { get; private set; }

        public string? Previous { get; private set; } = AuditChain.Nothing;

        public AuditBreak? First { get; private set; }

        public long Broken { get; private set; }

        public void Step(DbRecord record)
        {
            Checked++;
            var number = record.Key.Number;
            if (number > Last + 1)
            {
                Missing(Last + 1, number - 1, "from the log");
            }

            if (chain.Complaint(record, number == Last + 1 ? Previous : null) is { } what)
            {
                Break(number, what);
            }

            Last = number;
            Previous = AuditChain.HashOf(record);
        }

        public void End(AuditHead? head)
        {
            if (head is null || !chain.IsSealed(head))
            {
                Break(Last + 1, $"and those after it may have been removed: the head of the log {(head is null ? "is gone" : "was not sealed with this server's key")}");
            }
            else if (head.Count > Last)
            {
                Missing(Last + 1, head.Count, "from the end of the log");
            }
            else if (head.Count < Last)
            {
                Break(head.Count + 1, "was added past the server: the log ended before it");
            }
            else if (head.Hash != Previous && First?.Number != Last)
            {
                Break(Last, "is not the one with which the log ended");
            }
        }

        private void Missing(long from, long to, string where)
        {
            Break(from, from == to ? $"is missing: it was removed {where}" : $"is missing: the entries {from:N0} to {to:N0} were removed {where}");
            Broken += to - from;
        }

        private void Break(long number, string what)
        {
            First ??= new AuditBreak(number, what);
            Broken++;
        }
    }
}
