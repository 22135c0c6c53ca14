using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Security.Audit;

/// <summary>Tells by its name what must never be put on record (spec/06, all secrets of the contract). Rather one too many.</summary>
public static partial class AuditSecrets
{
    // Anywhere in a name: AdminPassword, SMTPPassword, PasswordRecovery, AppSecret, InstallToken, Office365Credential …
    private static readonly string[] Parts =
        ["password", "passwd", "pwd", "passphrase", "secret", "token", "credential", "recoverycode", "keyhash", "keyhandle", "privatekey", "authorization", "cookie", "headers", "keypair", "bearer"];

    // At the end of a name: TOTPKey, EncryptedEncryptionKey, CometBucketKey, RegisteredKeys, AppleIDPass, CodeSignPin …
    private static readonly string[] Ends = ["key", "keys", "pass", "pin", "keyfile", "totpcode", "totpkey", "otp", "salt", "seed", "pfx", "pkcs12"];

    private static readonly FrozenSet<string> Whole = new[] { "usercode", "connectionstring", "dsn", "cert", "jwt", "sas", "credentialjson" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>True when the value under this name is a secret, unless it is a switch or a number.</summary>
    public static bool IsSecret(string name) =>
        Whole.Contains(name)
        || Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase))
        || Ends.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    /// <summary>The text without the credentials of an address in it, as in "https://name:password@host".</summary>
    public static string WithoutCredentials(string text) => text.Contains("://", StringComparison.Ordinal) ? InAddress().Replace(text, "://…@") : text;

    [GeneratedRegex(@"://[^/@\s""]+@", RegexOptions.CultureInvariant)]
    private static partial Regex InAddress();
}
