using Comet.Blazor.Data;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Users.Deletion;

/// <summary>
/// What is still to be removed of deleted accounts. The note of an account is written in the commit that removes its profile and stays until its job
/// history is gone, so that a crash in between leaves nothing behind for good.
/// </summary>
/// <param name="file">Where the notes are kept.</param>
/// <param name="history">The jobs.</param>
/// <param name="log">Tells of what is made up for.</param>
public sealed partial class DeletionNotes(UsersStore file, IAccountHistory history, ILogger<DeletionNotes> log) : IOpenAtStart
{
    private const string Collection = "deletions";

    /// <summary>Finishes what was interrupted. Opened after the jobs.</summary>
    public async Task OpenAsync(CancellationToken ct)
    {
        foreach (var account in await file.Db.ReadAsync(static db => db.Scan(Collection).Select(static r => new AccountId(r.Key.Text!)).ToList(), ct))
        {
            LogFinished(await FinishAsync(account, ct), account);
        }
    }

    /// <summary>Notes that the history of the account is to be removed; in the commit that removes the account.</summary>
    public static void Write(DbWriter db, AccountId account) => db.Put(Collection, new DbRecord(account.Value, [], []));

    /// <summary>Removes the history and forgets the note; answers how many jobs there were.</summary>
    public async Task<int> FinishAsync(AccountId account, CancellationToken ct)
    {
        var jobs = await history.RemoveAsync(account, ct);
        await file.Db.AppendAsync(
            db =>
            {
                db.Delete(Collection, account.Value);
                return true;
            },
            ct);
        return jobs;
    }

    [LoggerMessage(LogLevel.Information, "The deletion of the account {Account} was interrupted; its remaining {Jobs} jobs are removed now.")]
    private partial void LogFinished(int jobs, AccountId account);
}
