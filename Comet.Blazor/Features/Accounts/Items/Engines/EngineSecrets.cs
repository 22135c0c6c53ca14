using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items.Engines;

/// <summary>Which settings of an engine are secrets: never shown, and not given to another user unasked.</summary>
public static class EngineSecrets
{
    /// <summary>True for a password, a key, or the credentials of a share. The path of a key file on the device is none.</summary>
    public static bool Is(string key) => key != ItemEngines.MySqlKeys.TlsKey && (AuditSecrets.IsSecret(key) || key.StartsWith("SMBAUTH", StringComparison.Ordinal));
}
