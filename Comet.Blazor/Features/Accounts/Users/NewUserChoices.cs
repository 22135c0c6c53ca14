using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Organizations;

namespace Comet.Blazor.Features.Accounts.Users;

/// <summary>What a new user can be given, for the dialog that adds one (spec/01 §1.2).</summary>
/// <param name="Policies">Policies of the organization that the caller may assign.</param>
/// <param name="Suggestion">The one that is selected at first, and why.</param>
/// <param name="Templates">Storage Templates for a first vault, or for one per device.</param>
/// <param name="MayHaveNone">The caller may add a user without a policy.</param>
public sealed record NewUserOffer(IReadOnlyList<PolicyRef> Policies, PolicySuggestion Suggestion, IReadOnlyList<StorageTemplateRef> Templates, bool MayHaveNone);

/// <summary>Answers what a new user can be given.</summary>
/// <param name="policies">The policies.</param>
/// <param name="templates">The Storage Templates.</param>
/// <param name="organizations">The tenants.</param>
/// <param name="administrators">The administrators, who have names of their own.</param>
public sealed class NewUserChoices(IPolicyDirectory policies, IStorageTemplates templates, OrganizationList organizations, IAdministrators administrators)
{
    /// <summary>
    /// What should be known about a name that is free: an administrator has it, too. Whoever signs in where both may (contract: hybrid/session/start) is
    /// taken for the administrator first. Null when there is nothing.
    /// </summary>
    public string? WarningFor(Actor by, string username) => administrators.Find(username) is { } other && by.Sees(other.OrganizationId)
        ? "An administrator has this name, too. Both can sign in, but programs that sign in either kind try the administrator first."
        : null;

    /// <summary>The tenants that the caller may add users to, by name; empty for a tenant's administrator.</summary>
    public IReadOnlyList<(string Id, string Name)> Organizations(Actor by) => by.IsTopLevel ? organizations.All : [];

    /// <summary>What a new user of this organization can be given. Nothing without the right to add users.</summary>
    public NewUserOffer For(Actor by, string organizationId)
    {
        IReadOnlyList<PolicyRef> own = [.. policies.All(by).Where(p => p.OrganizationId == organizationId)];
        var vaults = templates.List(by, organizationId).Value ?? [];
        return new NewUserOffer(
            own, PolicySuggestion.From(own),
            by.IsTopLevel && organizationId.Length > 0 ? [.. vaults, .. templates.List(by, "").Value ?? []] : vaults,
            by.Limits.AllowsPolicy(""));
    }
}
