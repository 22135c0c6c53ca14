using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Restrictions;

/// <summary>The accounts that follow a policy.</summary>
/// <param name="accounts">The accounts, whose every write takes the policy as it is then.</param>
/// <param name="policies">The policies as they are.</param>
/// <param name="clock">The clock.</param>
public sealed class PolicyFollowers(AccountStore accounts, IPolicyDirectory policies, TimeProvider clock) : IPolicyFollowers
{
    /// <inheritdoc />
    public IReadOnlyDictionary<string, int> Counts() => accounts.Entries.Where(static e => e.PolicyId.Length > 0).CountBy(static e => e.PolicyId).ToDictionary(StringComparer.Ordinal);

    /// <inheritdoc />
    public int Count(string policyId) => accounts.Entries.Count(e => e.PolicyId == policyId);

    /// <inheritdoc />
    public IReadOnlyList<AccountRef> Of(string policyId) => [.. accounts.Entries.Where(e => e.PolicyId == policyId).Select(static e => e.Ref)];

    /// <inheritdoc />
    public Task<FollowResult> RefreshAsync(string policyId, IReadOnlyList<string> deleteSources, IProgress<int>? progress, CancellationToken ct) => EditAsync(
        policyId,
        document =>
        {
            PolicyCopies.Embed(policies, document.Root);
            PolicyItems.Follow(document, deleteSources, clock.UnixNow());
            return Outcome.Done;
        },
        progress,
        ct);

    /// <inheritdoc />
    public Task<FollowResult> MoveAsync(string policyId, string? replacement, IProgress<int>? progress, CancellationToken ct) => EditAsync(
        policyId,
        document =>
        {
            document.Root["PolicyID"] = replacement ?? "";
            return Outcome.Done;
        },
        progress,
        ct);

    /// <inheritdoc />
    public Task<FollowPreview> PreviewAsync(string policyId, JsonObject policy, CancellationToken ct) => PreviewAsync([.. accounts.Entries.Where(e => e.PolicyId == policyId)], policy, ct);

    /// <inheritdoc />
    public Task<FollowPreview> PreviewAsync(IReadOnlyCollection<AccountId> accountIds, string policyId, JsonObject policy, CancellationToken ct) =>
        PreviewAsync([.. accountIds.Select(accounts.Entry).OfType<AccountEntry>().Where(e => policyId.Length == 0 || e.PolicyId != policyId)], policy, ct);

    private async Task<FollowPreview> PreviewAsync(IReadOnlyList<AccountEntry> entries, JsonObject policy, CancellationToken ct)
    {
        var (vaults, rules, resets, items, left) = (0, 0, 0, 0, 0);
        var keys = Keys(policy);
        foreach (var entry in entries)
        {
            if (await accounts.ReadAsync(entry.Id, ct) is not { } document)
            {
                continue;
            }

            var after = (JsonObject)document.Root.DeepClone();
            after["Policy"] = policy.DeepClone();
            PolicyItems.Follow(new AccountDocument(entry.Id, after), [], clock.UnixNow());
            PolicyValues.Apply(after);
            var gone = Keys(document.Root.Map("Policy")).Except(keys).ToHashSet(StringComparer.Ordinal);
            items += Differences(document.Root, after, "Sources");
            left += document.Root.Entries("Sources").Count(s => gone.Contains(s.Value.Text("PolicySourceID")));
            vaults += Differences(document.Root, after, "Destinations");
            rules += Differences(document.Root, after, "BackupRules");
            resets += document.PasswordRecovery.Length > 0 && after.Text("PasswordRecovery").Length == 0 ? 1 : 0;
        }

        return new FollowPreview(entries.Count, entries.Sum(static e => e.Devices.Length), vaults, rules, resets, items, left);
    }

    private static HashSet<string> Keys(JsonObject policy) => [.. PolicyItems.Sources(new UserPolicy(policy)).Select(static s => s.Key)];

    private static int Differences(JsonObject before, JsonObject after, string map) => after.Entries(map).Count(part => !JsonNode.DeepEquals(before.Map(map)[part.Key], part.Value));

    private async Task<FollowResult> EditAsync(string policyId, Func<AccountDocument, Outcome> change, IProgress<int>? progress, CancellationToken ct)
    {
        // Whoever took another policy in between is left alone; whoever takes this one from now on gets it as it is now.
        AccountEdit[] edits = [.. Of(policyId).Select(a => new AccountEdit(a.Id, document => document.Root.Text("PolicyID") == policyId ? change(document) : Outcome.Done))];
        var outcomes = await accounts.ChangeManyAsync(edits, progress, ct);
        var failed = outcomes.Where(static o => !o.Ok && o.Kind != Refusal.Missing).ToList(); // an account that was deleted meanwhile needs nothing
        return new FollowResult(edits.Length - failed.Count, failed.Count, failed.Count == 0 ? Outcome.Done : failed[0].Plain);
    }
}
