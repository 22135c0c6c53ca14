using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Lockout;

namespace Comet.Blazor.Security.Administrators.Commands;

/// <summary>
/// What keeps people from locking themselves or everybody out, and from giving away more than they have (spec/04 §3). Asked under the lock of
/// the settings, with the administrators of that moment: two commands at the same time can't each find the other's administrator still there.
/// </summary>
public static class AdministratorGuards
{
    private const string Last = "is the last administrator without restrictions who can sign in. Add another one first, or nobody could repair this server.";

    /// <summary>May they manage administrators at all, at this moment? Their account may be gone or restricted since they asked.</summary>
    public static Outcome MayManage(Actor by, IReadOnlyList<Administrator> all)
    {
        if (by.Needs(Right.AdministratorsManage) is { Ok: false } denied)
        {
            return denied;
        }

        return by.Kind == ActorKind.Server || all.Any(a => a.Name == by.Name && a.ActAs(by.Address, by.Via).May(Right.AdministratorsManage))
            ? Outcome.Done
            : Outcome.Denied("You are not an administrator with this right any more.");
    }

    /// <summary>Who has restrictions neither gives nor takes over anything beyond them.</summary>
    /// <param name="by">Who acts.</param>
    /// <param name="all">All there are, for the limits of this moment.</param>
    /// <param name="one">Whom it is about, before or after the change.</param>
    public static Outcome HasNoMoreThan(Actor by, IReadOnlyList<Administrator> all, Administrator one)
    {
        var mine = by.Kind == ActorKind.Server ? ActorLimits.None : LimitsOf(all.FirstOrDefault(a => a.Name == by.Name), by);
        var theirs = one.Permissions.LimitsFor(one.OrganizationId);
        if (mine.Denied.Except(theirs.Denied) is { IsEmpty: false } more)
        {
            return Outcome.Denied($"You may not {RightWords.Of(more.Min())} yourself, but {one.Name} could. Ask an administrator without restrictions.");
        }

        return (mine.Providers is null || theirs.Providers?.IsSubsetOf(mine.Providers) == true)
               && (mine.Policies is null || theirs.Policies?.IsSubsetOf(mine.Policies) == true)
               && (!mine.HidesVendors || theirs.HidesVendors)
            ? Outcome.Done
            : Outcome.Denied($"{one.Name} would be less restricted than you are: see storage types, policies and names of storage vendors. Ask an administrator without restrictions.");
    }

    /// <summary>Somebody must be left who can repair everything. A server that has nobody like that already is not made worse.</summary>
    /// <param name="name">Whom the change is about.</param>
    /// <param name="before">All there are.</param>
    /// <param name="after">All there will be.</param>
    public static Outcome LeavesSomebody(string name, IEnumerable<Administrator> before, IEnumerable<Administrator> after) =>
        !after.Any(CanRepair) && before.Any(CanRepair) ? Outcome.Conflict($"{name} {Last}") : Outcome.Done;

    /// <summary>What somebody needs to come back to this very page must not be taken by themselves.</summary>
    public static Outcome ComesBack(Actor by, Administrator after)
    {
        var denied = after.Permissions.LimitsFor(after.OrganizationId).Denied;
        return denied.Contains(Right.AdministratorsManage) || denied.Contains(Right.SettingsEdit)
                ? Outcome.Conflict("You can't take the settings from yourself. Another administrator can do that.")
            : !after.CanSignIn
                ? Outcome.Conflict("You could not sign in any more: no way of signing in that you have set up would be open.")
            : AddressRule.CheckOwn(after.AllowedAddresses ?? "", by.Address);
    }

    /// <summary>True for an administrator without restrictions who can sign in from somewhere.</summary>
    public static bool CanRepair(Administrator one) => one is { IsUnrestricted: true, CanSignIn: true } && AddressRule.Check(one.AllowedAddresses ?? "").Ok;

    private static ActorLimits LimitsOf(Administrator? me, Actor by) => me is null ? by.Limits : me.Permissions.LimitsFor(me.OrganizationId);
}
