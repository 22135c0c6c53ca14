using System.Globalization;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>
/// The words of a table's filter, resolved once per query to the numbers of the names in which they occur, so that a row is asked with
/// numbers only. Texts are searched: names, type, status, version, ids; figures and times are not.
/// </summary>
public sealed class JobWords
{
    private readonly Word[] _words;
    private readonly NameTable _ids;

    private JobWords(Word[] words, NameTable ids)
    {
        _words = words;
        _ids = ids;
    }

    /// <summary>True when every job matches.</summary>
    public bool IsEmpty => _words.Length == 0;

    /// <summary>Resolves the words.</summary>
    /// <param name="filter">The words.</param>
    /// <param name="columns">Keys of the columns to look in; empty for <see cref="JobColumns.Searched"/>.</param>
    /// <param name="snapshot">The jobs.</param>
    /// <param name="ids">The ids behind the numbers.</param>
    /// <param name="names">The names behind the ids.</param>
    public static JobWords Resolve(FilterWords filter, IReadOnlyCollection<string> columns, JobSnapshot snapshot, NameTable ids, JobNames names)
    {
        if (filter.IsEmpty)
        {
            return new JobWords([], ids);
        }

        var shown = (columns.Count == 0 ? JobColumns.Searched : columns).ToHashSet(StringComparer.Ordinal);
        T? If<T>(string column, Func<T> read) => shown.Contains(column) ? read() : default;
        var users = If(JobColumns.User, names.Users);
        var devices = If(JobColumns.Device, names.Devices);
        var items = If(JobColumns.Item, names.Items);
        var vaults = If(JobColumns.Vault, names.Vaults);
        var versions = If(JobColumns.Version, () => new NameList([.. Enumerable.Range(0, ids.Count).Select(n => ids.ScopeOf(n) == 0 ? ids[n] : null)]));
        return new JobWords(
            [.. filter.Words.Select(word => new Word
            {
                Text = word,
                Users = users?.With(word),
                Devices = devices?.With(word),
                Items = items?.With(word),
                Vaults = vaults?.With(word),
                Versions = versions?.With(word),
                Statuses = If(JobColumns.Status, () => Codes(snapshot.ByStatus.Keys, static s => JobStatusLook.Of(s).Text, word)),
                Kinds = If(JobColumns.Type, () => JobNames.Types.With(word)),
                Ids = shown.Contains(JobColumns.Id),
                Snapshots = shown.Contains(JobColumns.Snapshot),
            })],
            ids);
    }

    /// <summary>True when every word occurs in the job.</summary>
    public bool Match(in JobFigures job)
    {
        foreach (var word in _words)
        {
            if (!word.Occurs(job))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// The accounts whose jobs alone can match, as a bit for each number; null when it can be any. Names of devices, items and vaults belong
    /// to an account, so most words lead to few of them.
    /// </summary>
    public bool[]? Accounts()
    {
        bool[]? all = null;
        foreach (var accounts in _words.Select(w => w.Accounts(_ids)).Where(static a => a is not null))
        {
            all = all is null ? accounts : [.. all.Zip(accounts!, static (a, b) => a && b)];
        }

        return all;
    }

    private static int[]? Codes(IEnumerable<int> codes, Func<int, string> text, string word) =>
        codes.Where(c => text(c).Contains(word, StringComparison.OrdinalIgnoreCase)).ToArray() is { Length: > 0 } found ? found : null;

    private sealed class Word
    {
        public required string Text { get; init; }

        public bool[]? Users { get; init; }

        public bool[]? Devices { get; init; }

        public bool[]? Items { get; init; }

        public bool[]? Vaults { get; init; }

        public bool[]? Versions { get; init; }

        public int[]? Statuses { get; init; }

        public bool[]? Kinds { get; init; }

        public bool Ids { get; init; }

        public bool Snapshots { get; init; }

        public bool Occurs(in JobFigures job) =>
            (Users is not null && Users[job.Account]) || (Devices is not null && Devices[job.Device]) || (Items is not null && Items[job.Item])
            || (Vaults is not null && Vaults[job.Vault]) || (Versions is not null && Versions[job.Version])
            || (Statuses is not null && Statuses.AsSpan().Contains(job.Status)) || (Kinds is not null && job.Kind < Kinds.Length && Kinds[job.Kind])
            || (Ids && InId(job.Id)) || (Snapshots && InSnapshot(job.Snapshot));

        public bool[]? Accounts(NameTable ids)
        {
            if (Versions is not null || Statuses is not null || Kinds is not null || Ids || Snapshots)
            {
                return null;
            }

            var accounts = new bool[ids.Count];
            Users?.AsSpan(0, Math.Min(Users.Length, accounts.Length)).CopyTo(accounts);
            foreach (var names in new[] { Devices, Items, Vaults })
            {
                for (var n = 1; n < names?.Length; n++)
                {
                    accounts[ids.ScopeOf(n)] |= names[n];
                }
            }

            return accounts;
        }

        private bool InId(Guid id)
        {
            Span<char> text = stackalloc char[36];
            id.TryFormat(text, out _);
            return ((ReadOnlySpan<char>)text).Contains(Text, StringComparison.OrdinalIgnoreCase);
        }

        private bool InSnapshot(uint snapshot)
        {
            Span<char> text = stackalloc char[8];
            return snapshot != 0 && snapshot.TryFormat(text, out _, "x8", CultureInfo.InvariantCulture)
                && ((ReadOnlySpan<char>)text).Contains(Text, StringComparison.OrdinalIgnoreCase);
        }
    }
}
