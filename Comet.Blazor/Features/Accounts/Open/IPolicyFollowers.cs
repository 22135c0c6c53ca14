using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>The accounts that follow a policy.</summary>
public interface IPolicyFollowers
{
    /// <summary>How many accounts follow each policy; policies that nobody follows are not there.</summary>
    IReadOnlyDictionary<string, int> Counts();

    /// <summary>How many accounts follow the policy.</summary>
    int Count(string policyId);

    /// <summary>The accounts that follow the policy, in no order.</summary>
    IReadOnlyList<AccountRef> Of(string policyId);

    /// <summary>
    /// Brings the policy's new copy into every profile that follows it, changes and removes the linked Protected Items, and tells the connected
    /// devices. Doing it twice does no harm.
    /// </summary>
    /// <param name="policyId">The policy, as it is now.</param>
    /// <param name="deleteSources">Items of the policy that are to be removed.</param>
    /// <param name="progress">Told how many are through.</param>
    /// <param name="ct">Ends it between two commits.</param>
    Task<FollowResult> RefreshAsync(string policyId, IReadOnlyList<string> deleteSources, IProgress<int>? progress, CancellationToken ct);

    /// <summary>Gives those who follow a policy another one, or none: then they keep its restrictions as a custom policy.</summary>
    /// <param name="policyId">The policy.</param>
    /// <param name="replacement">The other one; null for none.</param>
    /// <param name="progress">Told how many are through.</param>
    /// <param name="ct">Ends it between two commits.</param>
    Task<FollowResult> MoveAsync(string policyId, string? replacement, IProgress<int>? progress, CancellationToken ct);

    /// <summary>What a change of the policy would do: nothing is written.</summary>
    /// <param name="policyId">The policy.</param>
    /// <param name="policy">What it would say (contract: UserPolicy).</param>
    /// <param name="ct">Cancels.</param>
    Task<FollowPreview> PreviewAsync(string policyId, JsonObject policy, CancellationToken ct);

    /// <summary>What it would do to give these accounts a policy: nothing is written. Accounts that follow it already are left alone, as are unknown ones.</summary>
    /// <param name="accounts">The accounts.</param>
    /// <param name="policyId">The policy; empty for a custom one.</param>
    /// <param name="policy">What it says (contract: UserPolicy).</param>
    /// <param name="ct">Cancels.</param>
    Task<FollowPreview> PreviewAsync(IReadOnlyCollection<AccountId> accounts, string policyId, JsonObject policy, CancellationToken ct);
}

/// <summary>How a change of many accounts went.</summary>
/// <param name="Done">Accounts that are as they should be.</param>
/// <param name="Failed">Accounts that could not be changed.</param>
/// <param name="Why">Why the first of those could not; <see cref="Outcome.Done"/> when all could.</param>
public sealed record FollowResult(int Done, int Failed, Outcome Why);

/// <summary>What a policy's change would do to those who follow it.</summary>
/// <param name="Users">Accounts that follow it.</param>
/// <param name="Devices">Their devices.</param>
/// <param name="Vaults">Storage Vaults whose retention would be replaced.</param>
/// <param name="Rules">Backup rules of which a setting would be overridden.</param>
/// <param name="Resets">Accounts whose password an administrator could not reset any more.</param>
/// <param name="Items">Protected Items that follow the policy and would change with it.</param>
/// <param name="Left">Protected Items on devices that were made by one that the policy would not have any more.</param>
public sealed record FollowPreview(int Users, int Devices, int Vaults, int Rules, int Resets, int Items = 0, int Left = 0)
{
    /// <summary>"Applies to 3 users with 5 devices at once."</summary>
    public string Reach => Users == 0 ? "No user has this policy."
        : string.Create(CultureInfo.InvariantCulture, $"Applies to {Users:N0} {(Users == 1 ? "user" : "users")} with {Devices:N0} {(Devices == 1 ? "device" : "devices")} at once.");

    /// <summary>What would be overridden, in sentences; none when nothing is.</summary>
    public IReadOnlyList<string> Overrides
    {
        get
        {
            List<string> lines = [];
            Add(Vaults, "Storage Vault gets", "Storage Vaults get", "the policy's retention: the next retention pass deletes what it does not keep.");
            Add(Rules, "backup rule gets", "backup rules get", "a setting of the policy instead of its own.");
            Add(Items, "Protected Item follows the policy and changes", "Protected Items follow the policy and change", "with it.");
            Add(Resets, "user's password", "users' passwords", "can't be reset by an administrator any more, until the user allows it again.");
            return lines;

            void Add(int count, string one, string many, string what)
            {
                if (count > 0)
                {
                    lines.Add(string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? one : many)} {what}"));
                }
            }
        }
    }
}
