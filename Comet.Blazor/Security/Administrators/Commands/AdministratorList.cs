using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.Administrators.Commands;

/// <summary>An administrator with what is known besides the settings.</summary>
/// <param name="Administrator">The entry in the settings.</param>
/// <param name="Sessions">Living sessions.</param>
/// <param name="LastSeen">The last gesture in one of them, UTC; null when there is none.</param>
public sealed record AdministratorRow(Administrator Administrator, int Sessions, DateTimeOffset? LastSeen);

/// <summary>Who the administrators are, for those who may know.</summary>
/// <param name="administrators">The administrators.</param>
/// <param name="sessions">The sessions.</param>
public sealed class AdministratorList(AdministratorStore administrators, SessionStore sessions)
{
    /// <summary>Rings when the settings, and so perhaps an administrator, have changed.</summary>
    public LiveSignal Changed => administrators.Changed;

    /// <summary>Rings when a session began or ended.</summary>
    public LiveSignal SessionsChanged => sessions.Changed;

    /// <summary>All administrators; <see cref="Refusal.Denied"/> without the right.</summary>
    public Outcome<IReadOnlyList<AdministratorRow>> All(Actor by)
    {
        var all = administrators.All;
        if (AdministratorGuards.MayManage(by, all) is { Ok: false } denied)
        {
            return denied;
        }

        var living = sessions.All.Where(static s => s.Owner is { Kind: ActorKind.Administrator, Pending: false }).ToLookup(static s => s.Name, StringComparer.Ordinal);
        return all.Select(a => new AdministratorRow(a, living[a.Name].Count(), living[a.Name].Select(static s => (DateTimeOffset?)s.LastGesture).Max())).ToList();
    }

    /// <summary>One of them; <see cref="Refusal.Missing"/> when there is none of this name.</summary>
    public Outcome<Administrator> One(Actor by, string name) =>
        AdministratorGuards.MayManage(by, administrators.All) is { Ok: false } denied ? denied
        : administrators.Find(name) is { } one ? one
        : Outcome.Missing($"There is no administrator {name}.");
}
