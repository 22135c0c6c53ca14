using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Security.Administrators.Commands;

/// <summary>Deletes an administrator and ends all sessions of that name (spec/04 §3).</summary>
/// <param name="administrators">The administrators.</param>
/// <param name="commands">Record and sessions.</param>
public sealed class DeleteAdministrator(AdministratorStore administrators, AdministratorCommands commands)
{
    /// <summary>Deletes one. <see cref="Refusal.Conflict"/> for oneself and for the last one who can repair everything.</summary>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> RunAsync(Actor by, string name)
    {
        Administrator? deleted = null;
        var outcome = AdministratorGuards.MayManage(by, administrators.All) is { Ok: false } denied
            ? denied // before the name is looked up
            : administrators.Remove(name, (one, all) =>
            {
                deleted = one;
                return Check(by, one, all);
            });
        if (outcome.Ok)
        {
            await commands.EndSessionsAsync(name);
        }

        return await commands.RecordAsync(by, AuditActions.AdministratorDeleted, name, outcome, deleted, null);
    }

    private static Outcome Check(Actor by, Administrator one, IReadOnlyList<Administrator> all) =>
        AdministratorGuards.MayManage(by, all) is { Ok: false } denied ? denied
        : by.Kind == ActorKind.Administrator && one.Name == by.Name ? Outcome.Conflict("You can't delete yourself. Another administrator can do that.")
        : AdministratorGuards.HasNoMoreThan(by, all, one) is { Ok: false } more ? more
        : AdministratorGuards.LeavesSomebody(one.Name, all, all.Where(a => a != one));
}
