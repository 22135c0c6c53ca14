using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts;

/// <summary>A change of one profile.</summary>
/// <param name="Id">The account.</param>
/// <param name="Change">Changes the document on the store's owner, may refuse, and must not keep it or a part of it.</param>
public sealed record AccountEdit(AccountId Id, Func<AccountDocument, Outcome> Change)
{
    /// <summary>The hash on which the change is based; null for any.</summary>
    public string? RequireHash { get; init; }

    /// <summary>False when connected devices need not read their profile again.</summary>
    public bool TellDevices { get; init; } = true;

    /// <summary>Told what was changed.</summary>
    public ProfileTrace? Trace { get; init; }

    /// <summary>What else belongs into the same commit; null for nothing. Not run when there is nothing to write.</summary>
    public Action<DbWriter>? Along { get; init; }
}
