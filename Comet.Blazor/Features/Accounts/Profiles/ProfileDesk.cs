using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>What a page needs to edit a profile: the profile with its hash, what the account has now, and the guarded save.</summary>
/// <param name="read">Reads.</param>
/// <param name="save">Saves.</param>
/// <param name="lists">The accounts in memory.</param>
/// <param name="groups">The groups to choose from.</param>
public sealed class ProfileDesk(ReadProfile read, SaveProfile save, AccountLists lists, UserGroupStore groups)
{
    /// <summary>Rings when accounts changed.</summary>
    public LiveSignal Changed => lists.AccountsChanged;

    /// <summary>Rings when groups changed.</summary>
    public LiveSignal GroupsChanged => groups.Changed;

    /// <summary>The groups that a user of this organization may be in, by name.</summary>
    public IReadOnlyList<UserGroup> Groups(Actor by, string organizationId) => [.. groups.All(by).Where(g => g.OrganizationId == organizationId)];

    /// <summary>The profile and its hash. Refused as <see cref="Refusal.Missing"/> or <see cref="Refusal.Denied"/>.</summary>
    public Task<Outcome<ProfileView>> ReadAsync(Actor by, string username) => read.RunAsync(by, username, CancellationToken.None);

    /// <summary>What the account has at this moment; null when it is gone.</summary>
    public AccountEntry? Now(Actor by, string username) => lists.User(by, username).Value?.Account;

    /// <summary>What saving a whole profile would change. Refused as <see cref="SaveProfile.PreviewAsync"/> refuses.</summary>
    public Task<Outcome<IReadOnlyList<AuditDifference>>> PreviewAsync(Actor by, string username, JsonObject profile, string hash) =>
        save.PreviewAsync(by, username, profile, hash, CancellationToken.None);

    /// <summary>Saves a whole profile onto the state of this hash. Refused as <see cref="SaveProfile"/> refuses, or when the disk can't be written.</summary>
    public Task<Outcome> SaveAsync(Actor by, string username, JsonObject profile, string hash) =>
        Ui.Saving.TryAsync(async () => (await save.RunAsync(by, username, profile, hash, CancellationToken.None)).Plain);

    /// <summary>Saves a person's changes onto the state that they are based on. Refused as <see cref="SaveProfile"/> refuses, or when the disk can't be written.</summary>
    public Task<Outcome> SaveAsync(Actor by, string username, ProfileForm form) =>
        SaveAsync(by, username, form.Mine, form.Hash);
}
