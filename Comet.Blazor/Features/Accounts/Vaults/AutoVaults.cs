using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>Keeps accounts and Storage Templates together: who names a template that is removed gets another one (spec/03 §2).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="audit">Puts each change on record.</param>
public sealed class AutoVaults(AccountStore accounts, ProfileAudit audit) : IAutoVaults
{
    private const string Field = "AutoStorageTemplateGUID";

    /// <inheritdoc />
    public IReadOnlyDictionary<string, int> Counts(Actor by) => Named(by).CountBy(static e => e.AutoTemplate).ToDictionary(StringComparer.Ordinal);

    /// <inheritdoc />
    public async Task<FollowResult> MoveAsync(Actor by, Func<string, string, bool> isGone, string replacement, CancellationToken ct)
    {
        var entries = Named(by).Where(e => isGone(e.Ref.OrganizationId, e.AutoTemplate)).ToList();
        var outcomes = await AccountWindows.RunAsync(entries, entry => MoveAsync(by, entry, replacement), null, ct);
        var failed = outcomes.Where(static o => !o.Ok && o.Kind != Refusal.Missing).ToList(); // an account that was deleted meanwhile needs nothing
        return new FollowResult(entries.Count - failed.Count, failed.Count, failed.Count == 0 ? Outcome.Done : failed[0].Plain);
    }

    private IEnumerable<AccountEntry> Named(Actor by) => accounts.Entries.Where(e => e.AutoTemplate.Length > 0 && by.Sees(e.Ref.OrganizationId));

    private Task<Outcome<AccountEntry>> MoveAsync(Actor by, AccountEntry entry, string replacement) => audit.RunAsync(
        new AuditEvent(by, AuditActions.AccountChanged, AuditTarget.Account(entry.Ref.Username)) { Note = "Its Storage Template was removed and replaced." },
        trace => accounts.ChangeAsync(
            new AccountEdit(entry.Id, document =>
            {
                if (document.Root.Text(Field) == entry.AutoTemplate)
                {
                    document.Root[Field] = replacement;
                }

                return Outcome.Done;
            }) { Trace = trace, TellDevices = false },
            CancellationToken.None));
}
