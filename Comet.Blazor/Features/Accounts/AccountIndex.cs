using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts;

/// <summary>All accounts in memory, by id and by name. Read by anybody at any time; changed by the store's owner alone, after a commit.</summary>
public sealed class AccountIndex
{
    private readonly ConcurrentDictionary<AccountId, AccountEntry> _byId = new();
    private readonly ConcurrentDictionary<string, AccountId> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _lowerNames = new(StringComparer.Ordinal); // how many have it: copies of other servers may differ in case
    private readonly ConcurrentDictionary<string, (AccountId Id, long Until)> _formerNames = new(StringComparer.Ordinal);
    private Listing _all = new(-1, []);
    private int _changes;
    private IReadOnlySet<string> _suspended = new HashSet<string>();

    /// <summary>The entries, in no order.</summary>
    public ICollection<AccountEntry> Entries => _byId.Values;

    /// <summary>The number of accounts.</summary>
    public int Count => _byId.Count;

    /// <summary>All accounts, in no order; the same list until one changes.</summary>
    public IReadOnlyCollection<AccountRef> All
    {
        get
        {
            // The number is read first: a list made while an account is added is one for the older number, and made again at the next call.
            var changes = Volatile.Read(ref _changes);
            var known = _all;
            if (known.Changes != changes)
            {
                _all = known = new Listing(changes, [.. _byId.Values.Select(static e => e.Ref)]);
            }

            return known.Accounts;
        }
    }

    /// <summary>The entry, or null.</summary>
    public AccountEntry? Find(AccountId id) => _byId.GetValueOrDefault(id);

    /// <summary>The entry of exactly this name, or null.</summary>
    public AccountEntry? Find(string username) => _byName.TryGetValue(username, out var id) ? Find(id) : null;

    /// <summary>The entry of the account that lost this name last, or null.</summary>
    public AccountEntry? FindFormer(string username) => _formerNames.TryGetValue(username, out var former) ? Find(former.Id) : null;

    /// <summary>True when an account has this name.</summary>
    public bool HasName(string username) => _byName.ContainsKey(username);

    /// <summary>True when an account has this name but for capital letters.</summary>
    public bool HasNameInAnyCase(string username) => _lowerNames.ContainsKey(Lower(username));

    /// <summary>True when these are others than those that are known to be suspended.</summary>
    public bool WouldSuspend(IReadOnlySet<string> organizations) => !_suspended.SetEquals(organizations);

    /// <summary>Which organizations are suspended as a whole: their accounts are, too. True when an account is another one by that.</summary>
    public bool Suspend(IReadOnlySet<string> organizations)
    {
        _suspended = organizations;
        var changed = _byId.Values.Where(e => e.Ref.WithOrganization != organizations.Contains(e.Ref.OrganizationId)).ToList();
        changed.ForEach(Put);
        return changed.Count > 0;
    }

    /// <summary>Adds an account, or puts it in the place of the one with its id.</summary>
    public void Put(AccountEntry entry)
    {
        entry = entry.In(_suspended);
        var name = entry.Ref.Username;
        if (_byId.TryGetValue(entry.Id, out var old) && old.Ref.Username != name)
        {
            Forget(old);
            old = null;
        }

        if (old is null)
        {
            _byName[name] = entry.Id;
            _lowerNames.AddOrUpdate(Lower(name), 1, static (_, n) => n + 1);
        }

        foreach (var former in entry.FormerNames)
        {
            _formerNames.AddOrUpdate(former.Name, (entry.Id, former.Until), (_, known) => known.Until > former.Until ? known : (entry.Id, former.Until));
        }

        _byId[entry.Id] = entry;
        Interlocked.Increment(ref _changes);
    }

    /// <summary>Takes an account away.</summary>
    public void Remove(AccountId id)
    {
        if (_byId.TryRemove(id, out var gone))
        {
            Forget(gone);
            foreach (var former in gone.FormerNames)
            {
                _formerNames.TryRemove(KeyValuePair.Create(former.Name, (gone.Id, former.Until)));
            }

            Interlocked.Increment(ref _changes);
        }
    }

    [SuppressMessage("Globalization", "CA1308", Justification = "Names are ASCII letters, digits and signs.")]
    private static string Lower(string username) => username.ToLowerInvariant();

    private void Forget(AccountEntry entry)
    {
        _byName.TryRemove(KeyValuePair.Create(entry.Ref.Username, entry.Id));
        var lower = Lower(entry.Ref.Username);
        if (_lowerNames.AddOrUpdate(lower, 0, static (_, n) => n - 1) == 0)
        {
            _lowerNames.TryRemove(lower, out _);
        }
    }

    /// <summary>All accounts after so many changes.</summary>
    private sealed record Listing(int Changes, AccountRef[] Accounts);
}
