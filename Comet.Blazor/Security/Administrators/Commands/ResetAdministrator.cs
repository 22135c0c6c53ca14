using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Security.Administrators.Commands;

/// <summary>
/// Lets somebody in again who forgot the password or lost the second factor: a new password, which alone opens until a factor is set up
/// again; the secret of the codes and all security keys are gone, and all sessions end (spec/04 §3, §4.5).
/// </summary>
/// <param name="administrators">The administrators.</param>
/// <param name="commands">Record and sessions.</param>
public sealed class ResetAdministrator(AdministratorStore administrators, AdministratorCommands commands)
{
    /// <summary>Resets the sign-in of another administrator.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="name">Whose sign-in.</param>
    /// <param name="password">The new password.</param>
    /// <param name="requireChange">Asks for another password at the next sign-in.</param>
    /// <param name="ct">Cancels the wait; not what has begun.</param>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> RunAsync(Actor by, string name, string password, bool requireChange, CancellationToken ct)
    {
        if (AdministratorGuards.MayManage(by, administrators.All) is { Ok: false } denied)
        {
            return await commands.RecordAsync(by, AuditActions.AdministratorReset, name, denied, null, null);
        }

        if (PasswordRules.Check(password) is { Ok: false } wrong)
        {
            return wrong;
        }

        var record = await Task.Run(() => AdminPassword.Make(password), ct);
        Administrator? before = null, after = null;
        var outcome = administrators.Change(name, (one, all) =>
        {
            if (Check(by, one, all) is { Ok: false } refused)
            {
                return refused;
            }

            before = one;
            return after = one with
            {
                PasswordFormat = AdminPassword.Format,
                PasswordRecord = record,
                RequirePasswordChange = requireChange,
                AllowPassword = true,
                AllowTotp = false,
                AllowWebAuthn = false,
                TotpKey = null,
                TotpKeyFormat = 0,
                TotpChecked = false,
                Keys = [],
            };
        });
        if (outcome.Ok)
        {
            await commands.EndSessionsAsync(name);
        }

        return await commands.RecordAsync(by, AuditActions.AdministratorReset, name, outcome, before, after);
    }

    private static Outcome Check(Actor by, Administrator one, IReadOnlyList<Administrator> all) =>
        AdministratorGuards.MayManage(by, all) is { Ok: false } denied ? denied
        : by.Kind == ActorKind.Administrator && one.Name == by.Name ? Outcome.Conflict("Change your own password in My Account, with the current one.")
        : !string.IsNullOrEmpty(one.ExternalAuthenticationSource) ? Outcome.Conflict($"{one.Name} signs in at {one.ExternalAuthenticationSource}, which keeps the password.")
        : AdministratorGuards.HasNoMoreThan(by, all, one);
}
