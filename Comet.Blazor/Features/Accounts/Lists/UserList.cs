using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Organizations;
using Comet.Blazor.Ui.Time;

namespace Comet.Blazor.Features.Accounts.Lists;

/// <summary>Which users the page shows.</summary>
/// <param name="View">One of <see cref="UserListViews"/>; null for all.</param>
/// <param name="Policy">Id of a policy, <see cref="UserListViews.None"/> for users without one; null for any.</param>
/// <param name="Group">Id of a group, <see cref="UserListViews.None"/> for users without one; null for any.</param>
public sealed record UserFilter(string? View, string? Policy, string? Group)
{
    /// <summary>True for a user that is shown.</summary>
    public bool Matches(UserRow row) => InView(row, View) && Is(Policy, row.Account.PolicyId) && Is(Group, row.Group is null ? "" : row.Account.Facts.GroupId);

    /// <summary>True for a user of the view.</summary>
    public static bool InView(UserRow row, string? view) => view switch
    {
        UserListViews.Attention => row.NeedsAttention,
        UserListViews.Suspended => row.Account.Ref.IsSuspended,
        UserListViews.NoDevices => row.Account.Devices.Length == 0,
        _ => true,
    };

    private static bool Is(string? wanted, string has) => wanted is null || (wanted == UserListViews.None ? has.Length == 0 : has == wanted);
}

/// <summary>Names in the address of the Users page.</summary>
public static class UserListViews
{
    /// <summary>Something went wrong.</summary>
    public const string Attention = "attention";

    /// <summary>Suspended.</summary>
    public const string Suspended = "suspended";

    /// <summary>Without devices.</summary>
    public const string NoDevices = "no-devices";

    /// <summary>Those without what is chosen by.</summary>
    public const string None = "none";
}

/// <summary>
/// The users as their page lists them, as far as they are the caller's business (spec/04 §17), from memory. One per browser tab: the rows are kept until
/// something that they show has changed, because the page asks for them at each key that is pressed.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="links">Who is connected.</param>
/// <param name="groups">The groups.</param>
/// <param name="policies">The policies.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="days">How backups went.</param>
/// <param name="times">The viewer's days.</param>
public sealed class UserList(
    AccountStore accounts, ILiveConnections links, UserGroupStore groups, IPolicyDirectory policies, OrganizationList organizations, IBackupDays days, BrowserClock times)
{
    private (Actor By, long Versions, IReadOnlyList<UserRow> Rows)? _known;

    /// <summary>Bells that ring when rows change.</summary>
    public IEnumerable<LiveSignal> Signals => [accounts.Changed, links.Changed, groups.Changed, policies.Changed];

    /// <summary>
    /// Rings when a job came, ended or reported progress. Rows are not read anew for that alone, since jobs run all the time: whoever follows it calls
    /// <see cref="Forget"/>, from time to time.
    /// </summary>
    public LiveSignal JobsChanged => days.Changed;

    /// <summary>Reads the rows anew when they are asked for again.</summary>
    public void Forget() => _known = null;

    /// <summary>All users. Empty without <see cref="Right.AccountsView"/>.</summary>
    public IReadOnlyList<UserRow> Rows(Actor by)
    {
        if (!by.May(Right.AccountsView))
        {
            return [];
        }

        var versions = Signals.Sum(static s => s.Version);
        if (_known is not { } known || known.By != by || known.Versions != versions)
        {
            _known = known = (by, versions, Read(by));
        }

        return known.Rows;
    }

    /// <summary>Users that match.</summary>
    public IReadOnlyList<UserRow> Rows(Actor by, UserFilter filter) =>
        filter is { View: null, Policy: null, Group: null } ? Rows(by) : [.. Rows(by).Where(filter.Matches)];

    /// <summary>The groups that the caller may see, by name.</summary>
    public IReadOnlyList<UserGroup> Groups(Actor by) => groups.All(by);

    /// <summary>The policies that the caller may see, by name.</summary>
    public IReadOnlyList<PolicyRef> Policies(Actor by) => policies.All(by);

    private UserRow[] Read(Actor by)
    {
        // One pass over the links instead of one question per device.
        IReadOnlyDictionary<AccountId, ReadOnlyMemory<int>> strips = by.May(Right.JobsView) ? days.Worst(times.LastDays(DayStrip.Days)) : new Dictionary<AccountId, ReadOnlyMemory<int>>();
        var online = links.All.Select(static l => (l.Account, l.DeviceId)).Distinct().CountBy(static l => l.Account).ToDictionary();
        Dictionary<string, string?> policyNames = [], groupNames = [], organizationNames = [];
        return
        [
            .. accounts.Entries.Where(e => by.Sees(e.Ref.OrganizationId)).Select(e => new UserRow(e, online.GetValueOrDefault(e.Id))
            {
                Days = strips.GetValueOrDefault(e.Id),
                Policy = Name(policyNames, e.PolicyId, id => policies.Find(by, id)?.Name ?? "Another policy"),
                Group = Name(groupNames, e.Facts.GroupId, id => groups.Find(by, id)?.Name),
                Organization = Name(organizationNames, e.Ref.OrganizationId, organizations.NameOf),
            }),
        ];
    }

    private static string? Name(Dictionary<string, string?> known, string id, Func<string, string?> read)
    {
        if (id.Length > 0 && !known.TryGetValue(id, out _))
        {
            known[id] = read(id);
        }

        return id.Length == 0 ? null : known[id];
    }
}
