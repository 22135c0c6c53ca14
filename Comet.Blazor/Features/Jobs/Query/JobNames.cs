using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>
/// The names of today behind the index's numbers, asked from the accounts at the moment of a query: nothing is kept, so nothing goes stale.
/// An id that the account does not know any more stands for itself.
/// </summary>
/// <param name="ids">The ids behind the numbers.</param>
/// <param name="accounts">The names behind the ids.</param>
public sealed class JobNames(NameTable ids, IAccountDirectory accounts)
{
    /// <summary>The account behind a number.</summary>
    public AccountId Account(int number) => new(ids[number]);

    /// <summary>An account's name.</summary>
    public string User(int account) => accounts.Find(Account(account))?.Username ?? ids[account];

    /// <summary>A device's name.</summary>
    public string Device(int account, int device) => device == 0 ? "" : accounts.DeviceName(Account(account), ids[device]);

    /// <summary>A Protected Item's name; empty for none.</summary>
    public string Item(int account, int item) =>
        item == 0 ? "" : accounts.Items(Account(account)).FirstOrDefault(i => i.Id == ids[item])?.Name ?? ids[item];

    /// <summary>A Storage Vault's name; empty for none.</summary>
    public string Vault(int account, int vault) =>
        vault == 0 ? "" : accounts.Vaults(Account(account)).FirstOrDefault(v => v.Id == ids[vault])?.Name ?? ids[vault];

    /// <summary>The names of all accounts by number; null where a number is no account.</summary>
    public string?[] Users(JobSnapshot snapshot)
    {
        var names = new string?[ids.Count];
        foreach (var account in snapshot.ByAccount.Keys.Where(a => a < names.Length))
        {
            names[account] = User(account);
        }

        return names;
    }

    /// <summary>The names of all devices by number, scoped to accounts; what is no device stands for itself.</summary>
    public string?[] Devices() => All((account, id) => accounts.DeviceName(account, id), static (_, _, _) => { });

    /// <summary>The names of all Protected Items by number; what is no item stands for itself.</summary>
    public string?[] Items() => All(static (_, id) => id, (account, scope, names) => Put(scope, accounts.Items(account), static i => (i.Id, i.Name), names));

    /// <summary>The names of all Storage Vaults by number; what is no vault stands for itself.</summary>
    public string?[] Vaults() => All(static (_, id) => id, (account, scope, names) => Put(scope, accounts.Vaults(account), static v => (v.Id, v.Name), names));

    /// <summary>The place of each version of the agent by number, oldest first; 0 for what is no version.</summary>
    public int[] Versions()
    {
        var places = new int[ids.Count];
        var versions = Enumerable.Range(0, places.Length).Where(n => ids.ScopeOf(n) == 0)
            .Select(n => (Number: n, Version: Version.TryParse(ids[n], out var v) ? v : null)).Where(static v => v.Version is not null).OrderBy(static v => v.Version);
        foreach (var (place, number) in versions.Select(static (v, i) => (i + 1, v.Number)))
        {
            places[number] = place;
        }

        return places;
    }

    private string?[] All(Func<AccountId, string, string> byDefault, Action<AccountId, int, string?[]> ofAccount)
    {
        var names = new string?[ids.Count];
        var seen = new HashSet<int>();
        for (var n = 1; n < names.Length; n++)
        {
            if (ids.ScopeOf(n) is var scope and not 0)
            {
                names[n] ??= byDefault(Account(scope), ids[n]);
                if (seen.Add(scope))
                {
                    ofAccount(Account(scope), scope, names);
                }
            }
        }

        return names;
    }

    private void Put<T>(int scope, IReadOnlyList<T> things, Func<T, (string Id, string Name)> read, string?[] names)
    {
        foreach (var (id, name) in things.Select(read))
        {
            if (ids.Find(scope, id) is var n && n > 0 && n < names.Length)
            {
                names[n] = name;
            }
        }
    }
}
