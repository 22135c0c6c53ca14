using System.Text.Json;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>Which lines of a log are wanted.</summary>
/// <param name="Least">Least severity, 0 for debug to 3 for error (<see cref="LogPiece.Rank"/>).</param>
/// <param name="Words">Words of the message.</param>
public sealed record LogFilter(int Least, FilterWords Words)
{
    /// <summary>Every line.</summary>
    public static LogFilter All { get; } = new(0, FilterWords.None);

    /// <summary>True when the line is wanted.</summary>
    public bool Match(JobEntry line) => LogPiece.Rank(line.Severity) >= Least && Words.Matches(line.Message);
}

/// <summary>One line of a log with its place.</summary>
/// <param name="Piece">The stored piece that holds it.</param>
/// <param name="Line">Its position in the piece.</param>
/// <param name="Entry">The line.</param>
public readonly record struct LogLineAt(int Piece, int Line, JobEntry Entry);

/// <summary>
/// A reader of one job's log that keeps only where its pieces are and how many lines of each severity they hold, so that a page shows the end
/// of a log of any length at once. Not safe for several callers at a time.
/// </summary>
/// <param name="store">The jobs.</param>
/// <param name="job">The job's key.</param>
public sealed class JobLogView(JobStore store, long job)
{
    private const int PiecesPerTurn = 50;
    private readonly List<(int Number, int[] Lines)> _pieces = [];

    /// <summary>Lines of each severity, least first, as of the last refresh.</summary>
    public int[] Counts { get; } = new int[LogPiece.Severities.Length];

    /// <summary>All lines, as of the last refresh.</summary>
    public int Total => Counts.Sum();

    /// <summary>Looks for new lines; true when there are some.</summary>
    public async Task<bool> RefreshAsync(CancellationToken ct)
    {
        var before = _pieces.Count;
        while (true)
        {
            DbKey after = _pieces is [.., var (last, _)] ? JobCollections.LogKey(job, last) : JobCollections.LogPrefix(job);
            var found = await store.ReadAsync(reader => Take(reader, after).Select(static p => (JobCollections.PieceOf(p.Key.Text!), LogPiece.Counts(p))).ToList(), ct);
            foreach (var (number, lines) in found)
            {
                _pieces.Add((number, lines));
                for (var severity = 0; severity < lines.Length; severity++)
                {
                    Counts[severity] += lines[severity];
                }
            }

            if (found.Count < PiecesPerTurn)
            {
                return _pieces.Count > before;
            }
        }
    }

    /// <summary>The last wanted lines before a place (or of all), in order.</summary>
    public async Task<List<LogLineAt>> BeforeAsync(LogLineAt? before, LogFilter filter, int atMost, CancellationToken ct)
    {
        var lines = new List<LogLineAt>();
        var end = before is { } place ? _pieces.FindLastIndex(p => p.Number <= place.Piece) + 1 : _pieces.Count;
        foreach (var chunk in Enumerable.Range(0, end).Reverse().Select(i => _pieces[i]).Where(p => Holds(p.Lines, filter)).Chunk(PiecesPerTurn))
        {
            foreach (var (number, entries) in await ReadAsync(chunk.Select(static p => p.Number), ct))
            {
                for (var i = entries.Length - 1; i >= 0 && lines.Count < atMost; i--)
                {
                    var earlier = before is not { } b || number < b.Piece || (number == b.Piece && i < b.Line);
                    if (earlier && filter.Match(entries[i]))
                    {
                        lines.Add(new LogLineAt(number, i, entries[i]));
                    }
                }
            }

            if (lines.Count >= atMost)
            {
                break;
            }
        }

        lines.Reverse();
        return lines;
    }

    /// <summary>The first wanted lines of pieces after the given one, in order; whole pieces only.</summary>
    /// <param name="piece">Number of the last piece seen; -1 for none.</param>
    /// <param name="filter">Which lines.</param>
    /// <param name="ct">Ends the reading.</param>
    public async Task<List<LogLineAt>> AfterAsync(int piece, LogFilter filter, CancellationToken ct)
    {
        var lines = new List<LogLineAt>();
        foreach (var chunk in _pieces.Where(p => p.Number > piece && Holds(p.Lines, filter)).Chunk(PiecesPerTurn))
        {
            foreach (var (number, entries) in await ReadAsync(chunk.Select(static p => p.Number), ct))
            {
                lines.AddRange(entries.Select((entry, i) => new LogLineAt(number, i, entry)).Where(line => filter.Match(line.Entry)));
            }
        }

        return lines;
    }

    /// <summary>Number of the last piece, as of the last refresh; -1 for none.</summary>
    public int LastPiece => _pieces is [.., var (last, _)] ? last : -1;

    /// <summary>Every line in order, read in pieces between which others write.</summary>
    public async IAsyncEnumerable<JobEntry> AllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        DbKey after = JobCollections.LogPrefix(job);
        while (true)
        {
            var from = after;
            var pieces = await store.ReadAsync(reader => Take(reader, from).ToList(), ct);
            foreach (var entry in pieces.SelectMany(Entries))
            {
                yield return entry;
            }

            if (pieces.Count < PiecesPerTurn)
            {
                yield break;
            }

            after = pieces[^1].Key;
        }
    }

    private static bool Holds(int[] lines, LogFilter filter) => lines.AsSpan(filter.Least).IndexOfAnyExcept(0) >= 0;

    private static JobEntry[] Entries(DbRecord piece) => JsonSerializer.Deserialize(piece.Json, JobJson.Default.JobEntryArray) ?? [];

    private IEnumerable<DbRecord> Take(DbReader reader, DbKey after)
    {
        var prefix = JobCollections.LogPrefix(job);
        return reader.Scan(JobCollections.Logs, after).Take(PiecesPerTurn).TakeWhile(p => p.Key.Text!.StartsWith(prefix, StringComparison.Ordinal));
    }

    private async Task<List<(int Number, JobEntry[] Entries)>> ReadAsync(IEnumerable<int> pieces, CancellationToken ct)
    {
        var wanted = pieces.ToList();
        var records = await store.ReadAsync(reader => wanted.Select(n => (n, reader.Get(JobCollections.Logs, JobCollections.LogKey(job, n)))).ToList(), ct);
        return [.. records.Where(static r => r.Item2 is not null).Select(static r => (r.n, Entries(r.Item2!)))];
    }
}
