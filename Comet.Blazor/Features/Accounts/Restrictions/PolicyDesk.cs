using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;

namespace Comet.Blazor.Features.Accounts.Restrictions;

/// <summary>What a page needs to edit the policy of one user: the profile with its hash, the policies to choose from, what a choice overrides, the guarded save.</summary>
/// <param name="read">Reads.</param>
/// <param name="save">Saves.</param>
/// <param name="policies">The policies.</param>
/// <param name="followers">Tell what a policy would do.</param>
public sealed class PolicyDesk(ReadProfile read, SaveProfile save, IPolicyDirectory policies, IPolicyFollowers followers)
{
    /// <summary>The profile and its hash. Refused as <see cref="Refusal.Missing"/> or <see cref="Refusal.Denied"/>.</summary>
    public Task<Outcome<ProfileView>> ReadAsync(Actor by, string username) => read.RunAsync(by, username, CancellationToken.None);

    /// <summary>The policies that a user of this organization may follow.</summary>
    public IReadOnlyList<PolicyRef> Choices(Actor by, string organizationId) => [.. policies.All(by).Where(p => p.OrganizationId == organizationId)];

    /// <summary>What this policy would override in the profile of an account, in sentences; none when nothing.</summary>
    public async Task<IReadOnlyList<string>> OverridesAsync(AccountId account, JsonObject policy) => (await followers.PreviewAsync([account], "", policy, CancellationToken.None)).Overrides;

    /// <summary>Saves the profile with another policy. Refused as <see cref="SaveProfile"/> refuses, or when the disk can't be written.</summary>
    public Task<Outcome> SaveAsync(Actor by, string username, JsonObject profile, string? hash) =>
        Saving.TryAsync(async () => (await save.RunAsync(by, username, profile, hash, CancellationToken.None)).Plain);
}
