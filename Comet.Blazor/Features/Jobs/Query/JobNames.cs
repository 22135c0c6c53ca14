using System.Collections.Concurrent;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>
/// The names behind the index's numbers, as of one state of the accounts: kept until an account changes, so that a list finds them by number.
/// An id that the account does not know any more stands for itself. Safe from any thread.
/// </summary>
public sealed class JobNames
{
    /// <summary>Names of classifications by their codes.</summary>
    public static readonly NameList Types = new([.. Enumerable.Range(0, 5000).Select(static k => k < 4000 ? null : JobKindName.Of(k))]);

    private readonly ConcurrentDictionary<string, bool[]> _seen = new(StringComparer.Ordinal);
    private readonly IAccountDirectory _accounts;
    private readonly NameTable _ids;
    private readonly long _state;
    private readonly Names _users;
    private readonly Names _devices;
    private readonly Names _items;
    private readonly Names _vaults;
    private int[]? _versions;

    private JobNames(NameTable ids, IAccountDirectory accounts)
    {
        (_ids, _accounts, _state) = (ids, accounts, accounts.Changed.Version);
        _users = new Names(ids, n => ids.ScopeOf(n) == 0 ? accounts.Find(Account(n))?.Username ?? ids[n] : null);
        _devices = new Names(ids, n => Scoped(n, (account, id) => accounts.DeviceName(account, id)));
        _items = new Names(ids, n => Scoped(n, (account, id) => accounts.Items(account).FirstOrDefault(i => i.Id == id)?.Name));
        _vaults = new Names(ids, n => Scoped(n, (account, id) => accounts.Vaults(account).FirstOrDefault(v => v.Id == id)?.Name));
    }

    /// <summary>The names of now: <paramref name="known"/> when no account has changed since.</summary>
    public static JobNames Of(NameTable ids, IAccountDirectory accounts, JobNames? known) =>
        known is not null && ReferenceEquals(known._ids, ids) && known._state == accounts.Changed.Version ? known : new JobNames(ids, accounts);

    /// <summary>The account behind a number.</summary>
    public AccountId Account(int number) => new(_ids[number]);

    /// <summary>
    /// The accounts whose jobs are the caller's business, as a bit for each number; null when all are. Jobs of an account that is gone are the top
    /// level's (spec/04 §17).
    /// </summary>
    public bool[]? SeenBy(Actor by)
    {
        if (by.IsTopLevel)
        {
            return null;
        }

        var count = _ids.Count;
        return _seen.TryGetValue(by.OrganizationId, out var known) && known.Length >= count
            ? known
            : _seen[by.OrganizationId] = [.. Enumerable.Range(0, count).Select(n => n > 0 && _ids.ScopeOf(n) == 0 && _accounts.Find(by, Account(n)) is not null)];
    }

    /// <summary>An account's name.</summary>
    public string User(int account) => _users[account] ?? "";

    /// <summary>A device's name.</summary>
    public string Device(int device) => _devices[device] ?? "";

    /// <summary>A Protected Item's name; null for none.</summary>
    public string? Item(int item) => _items[item];

    /// <summary>A Storage Vault's name; null for none.</summary>
    public string? Vault(int vault) => _vaults[vault];

    /// <summary>The names of all accounts by number; other numbers of this scope stand for themselves.</summary>
    public NameList Users() => _users.All();

    /// <summary>The names of all devices by number; what is no device stands for itself.</summary>
    public NameList Devices() => _devices.All();

    /// <summary>The names of all Protected Items by number; what is no item stands for itself.</summary>
    public NameList Items() => _items.All();

    /// <summary>The names of all Storage Vaults by number; what is no vault stands for itself.</summary>
    public NameList Vaults() => _vaults.All();

    /// <summary>The place of each version of the agent by number, oldest first; 0 for what is no version.</summary>
    public int[] Versions()
    {
        if (_versions is { } known && known.Length == _ids.Count)
        {
            return known;
        }

        var places = new int[_ids.Count];
        var versions = Enumerable.Range(0, places.Length).Where(n => _ids.ScopeOf(n) == 0)
            .Select(n => (Number: n, Version: Version.TryParse(_ids[n], out var v) ? v : null)).Where(static v => v.Version is not null).OrderBy(static v => v.Version);
        foreach (var (place, number) in versions.Select(static (v, i) => (i + 1, v.Number)))
        {
            places[number] = place;
        }

        return _versions = places;
    }

    private string? Scoped(int number, Func<AccountId, string, string?> name)
    {
        var (scope, id) = (_ids.ScopeOf(number), _ids[number]);
        return scope == 0 ? null : name(Account(scope), id) ?? id;
    }

    // Filled as asked. Two threads may both fill a place, with the same name; a list that grows may lose one, to be asked again.
    private sealed class Names(NameTable ids, Func<int, string?> resolve)
    {
        private volatile string?[] _known = [];
        private volatile NameList? _all;

        public string? this[int number]
        {
            get
            {
                if (number == 0)
                {
                    return null;
                }

                var known = _known;
                if (number >= known.Length)
                {
                    Array.Resize(ref known, ids.Count);
                    _known = known;
                }

                return known[number] ??= resolve(number);
            }
        }

        public NameList All()
        {
            if (_all is { } all && all.Names.Count == ids.Count)
            {
                return all;
            }

            return _all = new NameList([.. Enumerable.Range(0, ids.Count).Select(n => this[n])]);
        }
    }
}

/// <summary>Names by number, with their order.</summary>
/// <param name="names">The names; null where a number has none.</param>
public sealed class NameList(string?[] names)
{
    private int[]? _ranks;

    /// <summary>The names.</summary>
    public IReadOnlyList<string?> Names => names;

    /// <summary>The place of each name in their order without regard to capitals; names that differ in nothing else share one, no name has 0.</summary>
    public int[] Ranks => _ranks ??= Rank();

    /// <summary>The numbers whose names hold the word; null when none does.</summary>
    public bool[]? With(string word)
    {
        bool[]? found = null;
        for (var n = 0; n < names.Length; n++)
        {
            if (names[n] is { } name && name.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                (found ??= new bool[names.Length])[n] = true;
            }
        }

        return found;
    }

    private int[] Rank()
    {
        var ranks = new int[names.Length];
        var order = Enumerable.Range(0, names.Length).Where(n => !string.IsNullOrEmpty(names[n])).ToArray();
        Array.Sort(order, (a, b) => StringComparer.OrdinalIgnoreCase.Compare(names[a], names[b]));
        var rank = 0;
        for (var i = 0; i < order.Length; i++)
        {
            var differs = i == 0 || !StringComparer.OrdinalIgnoreCase.Equals(names[order[i - 1]], names[order[i]]);
            ranks[order[i]] = rank += differs ? 1 : 0;
        }

        return ranks;
    }
}
