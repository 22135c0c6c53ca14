using Comet.Blazor.Features.Accounts.Restrictions;
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
        var allowed = await AllowedAsync(by, ct);
        return allowed.Ok ? templates.List(Actor.Server, accounts.Entry(by.Account!.Value)!.Ref.OrganizationId)
            : by.Kind == ActorKind.Customer ? Outcome.Of<IReadOnlyList<StorageTemplateRef>>([])
            : allowed;
    }

    /// <summary>Makes the vault. Refused as <see cref="Refusal.Denied"/> with the restriction and the policy, and as <see cref="RequestVault"/> does.</summary>
    public async Task<Outcome<RequestedVault>> RunAsync(Actor by, string templateId, string selfAddress, string? deviceId, string? requireHash, CancellationToken ct)
    {
        if (await AllowedAsync(by, ct) is { Ok: false } refused)
        {
            return refused;
        }

        // The server makes storage for the customer, who holds no rights: only from what is offered to this organization.
        var entry = accounts.Entry(by.Account!.Value)!;
        return templates.List(Actor.Server, entry.Ref.OrganizationId).Value?.Any(t => t.Id == templateId) == true
            ? await request.RunAsync(Actor.Server with { Name = by.Name, Account = by.Account, Address = by.Address, Via = by.Via }, by.Name, templateId, selfAddress, deviceId, requireHash, ct)
            : Outcome.Missing("This Storage Template does not exist any more.");
    }

    private async Task<Outcome> AllowedAsync(Actor by, CancellationToken ct)
    {
        if (by is not { Kind: ActorKind.Customer, Account: { } id } || await accounts.ReadAsync(id, ct) is not { } document)
        {
            return ReadOwnProfile.NotYours;
        }

        var policy = UserPolicy.Of(document.Root);
        var no = new PolicyRefusal(policies.Find(document.Root.Text("PolicyID"))?.Name ?? "");
        return policy.PreventRequestStorageVault ? no.Because("requesting Storage Vaults")
            : policy.VaultTypes is { } types && !types.Contains(VaultTypes.StorageRole) ? no.Because($"Storage Vaults of the type {VaultTypes.Name(VaultTypes.StorageRole)}")
            : Outcome.Done;
    }
}
