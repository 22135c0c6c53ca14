using System.Globalization;
using System.Runtime.CompilerServices;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Tables;
using Comet.Blazor.Ui.Time;
using SortKey = Comet.Blazor.Kernel.SortKey;

namespace Comet.Blazor.Security.Audit;

/// <summary>The entries as a table: filtered, sorted and paged over figures in memory; texts are compared once each, not once per entry.</summary>
/// <param name="audit">The log.</param>
/// <param name="store">Where it is stored.</param>
/// <param name="clock">The viewer's clock, so that times are found as they are shown.</param>
public sealed class AuditTable(AuditLog audit, ServerStore store, BrowserClock clock) : ITableSource<AuditRow>
{
    private const int Chunk = 1_000;
    private const string TimeColumn = "time";
    private const string NumberColumn = "number";

    private static readonly Dictionary<string, Func<AuditFigures, int>> Texts = new(StringComparer.Ordinal)
    {
        ["who"] = static f => f.Who,
        ["address"] = static f => f.Address,
        ["via"] = static f => f.Via,
        ["what"] = static f => f.What,
        ["object"] = static f => f.Object,
        ["outcome"] = static f => f.Outcome,
        ["organization"] = static f => f.Organization,
        ["note"] = static f => f.Note,
    };

    private static readonly string[] Hidden = ["organization", "note"]; // until the viewer asks for them

    /// <inheritdoc />
    public async Task<PageOf<AuditRow>> PageAsync(PageRequest request, CancellationToken ct)
    {
        var snapshot = await audit.Index.SnapshotAsync(store.Db, ct);
        var found = await FoundAsync(snapshot, request, ct);
        var size = Math.Clamp(request.Size, 1, PageRequest.MaxSize);
        var rows = new List<AuditRow>(size);
        for (var i = request.Skip; i < found.Count && rows.Count < size; i++)
        {
            rows.Add(Row(snapshot, found.At(i)));
        }

        return new PageOf<AuditRow>(rows, found.Count, snapshot.Count);
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<IReadOnlyList<AuditRow>> AllAsync(PageRequest request, [EnumeratorCancellation] CancellationToken ct)
    {
        var snapshot = await audit.Index.SnapshotAsync(store.Db, ct);
        var found = await FoundAsync(snapshot, request, ct);
        for (var start = 0; start < found.Count; start += Chunk)
        {
            ct.ThrowIfCancellationRequested();
            yield return [.. Enumerable.Range(start, Math.Min(Chunk, found.Count - start)).Select(i => Row(snapshot, found.At(i)))];
        }
    }

    private static AuditRow Row(AuditSnapshot s, int at)
    {
        ref readonly var f = ref s.Rows[at];
        return new AuditRow
        {
            Number = f.Number,
            Time = new DateTimeOffset(f.Ticks, TimeSpan.Zero),
            Who = s.Texts[f.Who],
            Organization = s.Texts[f.Organization],
            Address = s.Texts[f.Address],
            Via = s.Texts[f.Via],
            What = s.Texts[f.What],
            Object = s.Texts[f.Object],
            Target = new AuditTarget(f.TargetKind, s.Texts[f.TargetId], "", s.Texts[f.User]),
            Outcome = s.Texts[f.Outcome],
            Refused = f.Refused,
            Note = s.Texts[f.Note],
            Hash = f.Hash.ToString("X16", CultureInfo.InvariantCulture),
        };
    }

    private static void Sort(int[] found, AuditSnapshot s, IReadOnlyList<SortKey> keys)
    {
        int[]? ranks = null;
        var by = keys.Select(k => (Value: Texts.GetValueOrDefault(k.Column), k.Descending, ByTime: k.Column == TimeColumn)).ToArray();
        if (by.Any(static k => k.Value is not null))
        {
            ranks = Ranks(s);
        }

        Array.Sort(found, (a, b) =>
        {
            foreach (var (value, descending, byTime) in by)
            {
                ref readonly var x = ref s.Rows[a];
                ref readonly var y = ref s.Rows[b];
                var order = value is null ? (byTime ? x.Ticks.CompareTo(y.Ticks) : x.Number.CompareTo(y.Number)) : Missing(ranks![value(x)], ranks[value(y)], descending);
                if (order != 0)
                {
                    return descending ? -order : order;
                }
            }

            return b.CompareTo(a); // newest first among equals
        });
    }

    /// <summary>Missing values come last either way; rank 0 is the empty text.</summary>
    private static int Missing(int a, int b, bool descending) =>
        (a == 0) == (b == 0) ? a.CompareTo(b) : (a == 0) != descending ? 1 : -1;

    private static int[] Ranks(AuditSnapshot s)
    {
        var order = new int[s.TextCount];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (a, b) => a == 0 || b == 0 ? a.CompareTo(b) : ValueComparer.Instance.Compare(s.Texts[a], s.Texts[b]));
        var ranks = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            ranks[order[i]] = i;
        }

        return ranks;
    }

    private async Task<Found> FoundAsync(AuditSnapshot snapshot, PageRequest request, CancellationToken ct)
    {
        var words = FilterWords.Parse(request.Filter);
        SortKey[] sort = [.. request.Sort.Where(static k => k.Column is TimeColumn or NumberColumn || Texts.ContainsKey(k.Column))];

        // Numbers run with the time: as they are stored, or backwards, is sorted already.
        var backwards = sort is [] or [{ Descending: true, Column: TimeColumn or NumberColumn }];
        if (words.IsEmpty && (backwards || sort is [{ Column: TimeColumn or NumberColumn }]))
        {
            return new Found(null, snapshot.Count, backwards);
        }

        return await Task.Run(
            () =>
            {
                var found = words.IsEmpty ? [.. Enumerable.Range(0, snapshot.Count)] : Filter(snapshot, words, request.Columns, ct);
                if (sort is not ([] or [{ Column: TimeColumn or NumberColumn }]))
                {
                    Sort(found, snapshot, sort);
                    backwards = false;
                }

                return new Found(found, found.Length, backwards);
            },
            ct);
    }

    private int[] Filter(AuditSnapshot s, FilterWords words, IReadOnlyCollection<string> columns, CancellationToken ct)
    {
        var searched = columns.Count == 0 ? [.. Texts.Keys.Except(Hidden), TimeColumn] : columns.ToHashSet(StringComparer.Ordinal);
        Func<AuditFigures, int>[] texts = [.. Texts.Where(t => searched.Contains(t.Key)).Select(static t => t.Value)];
        var (byTime, byNumber, byHash) = (searched.Contains(TimeColumn), searched.Contains(NumberColumn), searched.Contains("hash"));
        bool[] likeTime = [.. words.Words.Select(w => byTime && w.All(static c => char.IsAsciiDigit(c) || c is '-' or ':' or ' '))];
        var holds = words.Words.Select(w => s.Texts.Take(s.TextCount).Select(t => t.Contains(w, StringComparison.OrdinalIgnoreCase)).ToArray()).ToArray();
        var found = new List<int>();
        for (var at = 0; at < s.Count; at++)
        {
            if (at % 16_384 == 0)
            {
                ct.ThrowIfCancellationRequested();
            }

            if (Matches(at))
            {
                found.Add(at);
            }
        }

        return [.. found];

        bool Matches(int at)
        {
            ref readonly var f = ref s.Rows[at];
            string? time = null;
            for (var w = 0; w < holds.Length; w++)
            {
                var inText = false;
                foreach (var text in texts)
                {
                    inText |= holds[w][text(f)];
                }

                if (!inText
                    && !(likeTime[w] && (time ??= clock.Clock(new DateTimeOffset(f.Ticks, TimeSpan.Zero))).Contains(words.Words[w], StringComparison.OrdinalIgnoreCase))
                    && !(byNumber && f.Number.ToString("N0", CultureInfo.CurrentCulture).Contains(words.Words[w], StringComparison.Ordinal))
                    && !(byHash && f.Hash.ToString("X16", CultureInfo.InvariantCulture).Contains(words.Words[w], StringComparison.OrdinalIgnoreCase)))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Positions in the snapshot, in order; null stands for all of them.</summary>
    private sealed record Found(int[]? Positions, int Count, bool Backwards)
    {
        public int At(int i) => (Backwards ? Count - 1 - i : i) is var at && Positions is null ? at : Positions[at];
    }
}
