using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>Where devices leave what they find out about Storage Vaults.</summary>
public interface IVaultReports
{
    /// <summary>
    /// Writes Statistics.ClientProvidedContent and, for vaults that this server does not measure itself, ClientProvidedSize; neither changes the
    /// profile's hash. RetentionError is set, or cleared. Refused as <see cref="Refusal.Missing"/> for a vault that the device may not use,
    /// <see cref="Refusal.Invalid"/> for a report that can't be true.
    /// </summary>
    Task<Outcome> RecordAsync(AccountId account, string deviceId, VaultReport report, CancellationToken ct);
}
