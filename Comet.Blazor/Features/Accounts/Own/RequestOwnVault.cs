using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Own;

/// <summary>A customer's own request for a Storage Vault from a template of the own organization, as far as the policy allows (spec/01 §4.3, spec/05 §2).</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="templates">The templates.</param>
/// <param name="request">Makes the vault.</param>
/// <param name="policies">Names the policy in a refusal.</param>
public sealed class RequestOwnVault(AccountStore accounts, IStorageTemplates templates, RequestVault request, IPolicyDirectory policies)
{
    /// <summary>What the customer may request; nothing when the policy prevents it. Refused as <see cref="Refusal.Denied"/> for anybody else.</summary>
    public async Task<Outcome<IReadOnlyList<StorageTemplateRef>>> TemplatesAsync(Actor by, CancellationToken ct)
    {
        if (await PolicyAsync(by, ct) is not { } policy)
        {
            return ReadOwnProfile.NotYours;
        }

        return Outcome.Of<IReadOnlyList<StorageTemplateRef>>(policy.Says.PreventRequestStorageVault ? [] : [.. Offered(by).Where(t => policy.Says.VaultTypes?.Contains(t.VaultType) ?? true)]);
    }

    /// <summary>Makes the vault. Refused as <see cref="Refusal.Denied"/> with the restriction and the policy, and as <see cref="RequestVault"/> does.</summary>
    public async Task<Outcome<RequestedVault>> RunAsync(Actor by, string templateId, string selfAddress, string? deviceId, string? requireHash, CancellationToken ct)
    {
        if (await PolicyAsync(by, ct) is not { } policy)
        {
            return ReadOwnProfile.NotYours;
        }

        if (policy.Says.PreventRequestStorageVault)
        {
            return policy.No.Because("requesting Storage Vaults");
        }

        if (Offered(by).FirstOrDefault(t => t.Id == templateId) is not { } template)
        {
            return Outcome.Missing("This Storage Template does not exist any more.");
        }

        // The server makes storage for the customer, who holds no rights: only from what is offered to this organization.
        return policy.Says.VaultTypes is { } types && !types.Contains(template.VaultType)
            ? policy.No.Because($"Storage Vaults of the type {VaultTypes.Name((int)template.VaultType)}")
            : await request.RunAsync(Actor.Server with { Name = by.Name, Account = by.Account, Address = by.Address, Via = by.Via }, by.Name, templateId, selfAddress, deviceId, requireHash, ct);
    }

    private IReadOnlyList<StorageTemplateRef> Offered(Actor by) => templates.List(Actor.Server, accounts.Entry(by.Account!.Value)!.Ref.OrganizationId).Value ?? [];

    private async Task<(UserPolicy Says, PolicyRefusal No)?> PolicyAsync(Actor by, CancellationToken ct) =>
        by is { Kind: ActorKind.Customer, Account: { } id } && await accounts.ReadAsync(id, ct) is { } document
            ? (UserPolicy.Of(document.Root), PolicyRefusal.Of(document.Root, policies))
            : null;
}
