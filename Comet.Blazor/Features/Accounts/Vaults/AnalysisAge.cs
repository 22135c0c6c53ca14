using System.Globalization;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Kernel.Search;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>By how many backups an analysis is behind: those that ended in the vault after it was begun (spec/01 §6.2).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="jobs">The jobs.</param>
/// <param name="clock">The clock.</param>
public sealed class AnalysisAge(AccountStore accounts, IJobSearch jobs, TimeProvider clock)
{
    /// <summary>The number of backups. Refused as <see cref="Refusal.Denied"/> or, for an unknown user, as <see cref="Refusal.Missing"/>.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">The account.</param>
    /// <param name="vaultId">The vault.</param>
    /// <param name="since">Unix seconds UTC when the analysis was begun.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<Outcome<int>> RunAsync(Actor by, string username, string vaultId, long since, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsView) is { Ok: false } denied)
        {
            return denied;
        }

        if (accounts.EntryByName(by, username) is not { } target)
        {
            return Profiles.ReadProfile.Unknown(username);
        }

        var filter = SearchClause.Group(
            SearchClause.And,
            SearchClause.Rule("BackupJobDetail.DestinationGUID", "str_eq", vaultId),
            SearchClause.Rule("BackupJobDetail.Classification", "int_eq", JobKind.Backup.ToString(CultureInfo.InvariantCulture)));
        var found = await jobs.FindAsync(target.Id, id => id == target.Id, filter, JobMoment.Ended, since, clock.UnixNow(), 1, ct);
        return found.Ok ? found.Value.Count : found.Plain;
    }
}
