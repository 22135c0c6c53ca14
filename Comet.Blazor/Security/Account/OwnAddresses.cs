using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;

namespace Comet.Blazor.Security.Account;

/// <summary>The addresses from which one may sign in oneself (spec/04 §5).</summary>
/// <param name="administrators">The administrators.</param>
/// <param name="commands">The record.</param>
public sealed class OwnAddresses(AdministratorStore administrators, AdministratorCommands commands)
{
    /// <summary>Saves the pattern; one that shuts out the caller's own address is refused.</summary>
    /// <exception cref="IOException">The settings could not be written; nothing was changed.</exception>
    public async Task<Outcome> SaveAsync(Actor by, string pattern)
    {
        if (Own.Check(by, administrators) is { Ok: false } denied)
        {
            return denied;
        }

        var wish = pattern.Trim();
        if (wish.Length > 0 && AddressRule.CheckOwn(wish, by.Address) is { Ok: false } bad)
        {
            return bad;
        }

        var (before, after) = (administrators.Find(by.Name), default(Administrator));
        var outcome = administrators.Change(by.Name, one => after = one with { AllowedAddresses = wish.Length > 0 ? wish : null });
        return await commands.RecordAsync(by, AuditActions.AdministratorChanged, by.Name, outcome, before, after);
    }
}
