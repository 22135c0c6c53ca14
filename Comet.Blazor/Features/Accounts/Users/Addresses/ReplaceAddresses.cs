using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users.Bulk;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Users.Addresses;

/// <summary>An address in a profile that would be replaced.</summary>
/// <param name="Account">The account.</param>
/// <param name="Username">Its name.</param>
/// <param name="Hash">The profile's hash, on which the change is based.</param>
/// <param name="VaultId">The Storage Vault.</param>
/// <param name="Vault">Its name.</param>
/// <param name="Hit">The field, before and after.</param>
public sealed record AddressChange(AccountId Account, string Username, string Hash, string VaultId, string Vault, AddressHit Hit);

/// <summary>
/// Replaces addresses of Storage Vaults in many profiles (mission "Bulk replace addresses", "Client address failover"): looked up first, then changed user by
/// user, each only if the profile is still the one that was looked at. Connected devices hear of it at once.
/// </summary>
/// <param name="accounts">The accounts.</param>
/// <param name="audit">Puts each on record.</param>
/// <param name="log">A line for each user.</param>
public sealed partial class ReplaceAddresses(AccountStore accounts, ProfileAudit audit, ILogger<ReplaceAddresses> log)
{
    /// <summary>What the rule would replace, by username. Changes nothing. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="progress">Told how many users are through.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<Outcome<IReadOnlyList<AddressChange>>> LookAsync(Actor by, AddressRule rule, IProgress<int>? progress, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        List<AddressChange> found = [];
        var through = 0;
        foreach (var entry in accounts.Entries.Where(e => e.Vaults.Length > 0 && by.Sees(e.Ref.OrganizationId)).OrderBy(static e => e.Ref.Username, StringComparer.Ordinal))
        {
            // The hash is that of before the reading: a change in between is found out when it is replaced.
            if (await accounts.ReadAsync(entry.Id, ct) is { } document)
            {
                found.AddRange(document.Root.Entries("Destinations").SelectMany(v => rule.Run(v.Value, apply: false)
                    .Select(hit => new AddressChange(entry.Id, entry.Ref.Username, entry.Hash, v.Key, v.Value.Text("Description"), hit))));
            }

            progress?.Report(++through);
        }

        return found;
    }

    /// <summary>Replaces what was found; answers a line for each user. Refused as a whole as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>.</summary>
    /// <param name="by">Who asks; must be allowed to delete Storage Vaults and to describe them by hand, since a vault at another address is another one.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="changes">What <see cref="LookAsync"/> found.</param>
    /// <param name="progress">Told how many users are through.</param>
    /// <param name="ct">Ends it: the users that are left are not touched.</param>
    public async Task<Outcome<IReadOnlyList<BulkLine>>> RunAsync(Actor by, AddressRule rule, IReadOnlyList<AddressChange> changes, IProgress<int>? progress, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        var users = changes.DistinctBy(static c => c.Account).ToList();
        var outcomes = await AccountWindows.RunAsync(users, user => ReplaceAsync(by, rule, user), progress, ct);
        return Outcome.Of<IReadOnlyList<BulkLine>>([.. users.Zip(outcomes, static (user, outcome) => new BulkLine(user.Username, outcome.Plain))]);
    }

    private async Task<Outcome<AccountEntry>> ReplaceAsync(Actor by, AddressRule rule, AddressChange user)
    {
        var hits = 0;
        var edit = new AccountEdit(user.Account, document =>
        {
            var before = (JsonObject)document.Root.DeepClone();
            hits = document.Root.Entries("Destinations").Sum(v => rule.Run(v.Value, apply: true).Count);
            return ProfileLimits.Check(by, before, document.Root);
        }) { RequireHash = user.Hash };
        var happened = new AuditEvent(by, AuditActions.AccountChanged, AuditTarget.Account(user.Username)) { Note = "Bulk replace addresses" };
        var outcome = await audit.RunAsync(happened, trace => accounts.ChangeAsync(edit with { Trace = trace }, CancellationToken.None));
        if (outcome.Ok && hits > 0)
        {
            LogReplaced(hits, user.Username, by.Name);
        }

        return outcome;
    }

    [LoggerMessage(LogLevel.Information, "{Count} addresses of Storage Vaults of the user {User} were replaced by {Administrator}.")]
    private partial void LogReplaced(int count, string user, string administrator);
}
