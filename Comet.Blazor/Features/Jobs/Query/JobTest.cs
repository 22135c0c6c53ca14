using Comet.Blazor.Features.Jobs.Index;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>A <see cref="JobFilter"/> and the words of a table's filter, in the numbers of one state of the index.</summary>
public sealed class JobTest
{
    private readonly int[]? _devices;
    private readonly int[]? _items;
    private readonly int[]? _vaults;
    private readonly int? _kind;

    /// <summary>Resolves the filter.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="words">The words.</param>
    /// <param name="snapshot">The jobs.</param>
    /// <param name="ids">The ids behind the numbers.</param>
    /// <param name="seen">The accounts whose jobs alone may be found; null for all.</param>
    public JobTest(JobFilter filter, JobWords words, JobSnapshot snapshot, NameTable ids, bool[]? seen)
    {
        Seen = seen;
        Words = words;
        Account = filter.Account is { } account ? ids.Find(0, account.Value) : null;
        Statuses = filter.Status is { } group ? [.. snapshot.ByStatus.Keys.Where(s => JobFilter.Belongs(group, s))] : null;
        _devices = Numbers(filter.Device, ids);
        _items = Numbers(filter.Item, ids);
        _vaults = Numbers(filter.Vault, ids);
        _kind = filter.Kind;
        FromKey = filter.From is { } from ? JobFigures.KeyOf(from) : long.MinValue;
        ToKey = filter.To is { } to ? JobFigures.KeyOf(to) : long.MaxValue;
        Impossible = Account < 0 || (seen is not null && Account is { } one && !seen[one]) || Statuses is [] || _devices is [] || _items is [] || _vaults is [] || FromKey >= ToKey;
    }

    /// <summary>The account's number; null for any.</summary>
    public int? Account { get; }

    /// <summary>The accounts whose jobs alone may be found, as a bit for each number; null for all.</summary>
    public bool[]? Seen { get; }

    /// <summary>The statuses that occur and are wanted; null for any.</summary>
    public int[]? Statuses { get; }

    /// <summary>The words.</summary>
    public JobWords Words { get; }

    /// <summary>First key of the wanted time.</summary>
    public long FromKey { get; }

    /// <summary>First key after the wanted time.</summary>
    public long ToKey { get; }

    /// <summary>No job can match.</summary>
    public bool Impossible { get; }

    /// <summary>Nothing is asked besides account, statuses and time, and <see cref="Seen"/>.</summary>
    public bool IsPlain => Words.IsEmpty && _devices is null && _items is null && _vaults is null && _kind is null;

    /// <summary>True when a job of the wanted time matches.</summary>
    public bool Match(in JobFigures job) =>
        (Seen is null || Seen[job.Account])
        && (Account is not { } account || job.Account == account)
        && (Statuses is null || Statuses.AsSpan().Contains(job.Status))
        && (_kind is not { } kind || job.Kind == kind)
        && (_devices is null || _devices.AsSpan().Contains(job.Device))
        && (_items is null || _items.AsSpan().Contains(job.Item))
        && (_vaults is null || _vaults.AsSpan().Contains(job.Vault))
        && Words.Match(job);

    // Without an account an id may have a number in several scopes.
    private int[]? Numbers(string? id, NameTable ids) => id switch
    {
        null => null,
        _ when Account is { } account => ids.Find(Math.Max(account, 0), id) is >= 0 and var n ? [n] : [],
        _ => [.. Enumerable.Range(1, ids.Count - 1).Where(n => ids.ScopeOf(n) != 0 && ids[n] == id)],
    };
}
