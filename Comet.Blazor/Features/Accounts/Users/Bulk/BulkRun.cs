using System.Globalization;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Users.Bulk;

/// <summary>What came of one user of many.</summary>
/// <param name="Username">The user.</param>
/// <param name="Outcome">Done, or why not.</param>
public sealed record BulkLine(string Username, Outcome Outcome);

/// <summary>
/// Runs a command for many users, each on its own: what is refused for one does not stop the others, and all are told of afterwards. The command checks
/// rights and puts each change on record as if it had been run alone.
/// </summary>
/// <param name="accounts">The accounts.</param>
public sealed class BulkRun(AccountStore accounts)
{
    /// <summary>Runs it; answers a line for each user, in the order of names; those that are there no more come last. Refused as a whole as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="users">Ids of the accounts.</param>
    /// <param name="command">The command, given a username.</param>
    /// <param name="progress">Told how many users are through.</param>
    /// <param name="ct">Ends it: the users that are left are not touched.</param>
    public async Task<Outcome<IReadOnlyList<BulkLine>>> RunAsync(
        Actor by, IReadOnlyCollection<AccountId> users, Func<string, CancellationToken, Task<Outcome>> command, IProgress<int>? progress, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        var found = users.Select(id => accounts.Entry(by, id)?.Ref.Username).ToList();
        List<string> names = [.. found.OfType<string>().Order(StringComparer.Ordinal)];
        var outcomes = await AccountWindows.RunAsync(
            names, async name => await command(name, CancellationToken.None) is { Ok: false } refused ? (Outcome<bool>)refused : true, progress, ct);
        var gone = found.Count - names.Count;
        return Outcome.Of<IReadOnlyList<BulkLine>>(
        [
            .. names.Zip(outcomes, static (name, outcome) => new BulkLine(name, outcome.Plain)),
            .. Enumerable.Range(1, gone).Select(static n => new BulkLine(string.Create(CultureInfo.InvariantCulture, $"(gone {n})"), Outcome.Missing("The user was deleted, or moved to another organization, since it was chosen."))),
        ]);
    }
}
