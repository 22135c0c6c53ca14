using System.Globalization;

namespace Comet.Blazor.Wire;

/// <summary>
/// Which fields of the contract's DestinationConfig say where a vault of a type is, and what opens it. A dot leads into an object: Swift.Container.
/// Also which of their values devices can't obey: editors show the same reason that a device gives.
/// </summary>
public static class VaultLocations
{
    /// <summary>Why no vault may ask for Object Lock.</summary>
    public const string NoObjectLock = "The backup engine does not set Object Lock. Set a default retention on the bucket at the provider, and switch Object Lock off here.";

    private const string PublicAzure = "core.windows.net";
    private const string NoSignInToShares = "The agent does not sign in to network shares. Let it run as a user who may open the share, and clear the name and the password.";

    /// <summary>The fields of a type; none for a Storage Role, whose fields the protocol has had from the start.</summary>
    public static IReadOnlyList<string> Of(int type) => type switch
    {
        VaultTypes.S3 => ["S3Server", "S3UsesTLS", "S3AccessKey", "S3SecretKey", "S3BucketName", "S3Subdir", "S3CustomRegion", "S3UsesV2Signing", "S3ObjectLockMode", "S3ObjectLockDays"],
        VaultTypes.Sftp =>
        [
            "SFTPServer", "SFTPUsername", "SFTPRemotePath", "SFTPAuthMode", "SFTPPassword", "SFTPPrivateKey", "SFTPCustomAuth_UseKnownHostsFile", "SFTPCustomAuth_KnownHostsFile",
        ],
        VaultTypes.Local => ["LocalcopyPath", "LocalcopyWinSMBUsername"],
        VaultTypes.Azure => ["AZBAccountName", "AZBAccountKey", "AZBContainer", "AZBRealm", "AZBPrefix"],
        VaultTypes.Swift =>
        [
            "Swift.Username", "Swift.APIKey", "Swift.Region", "Swift.AuthURL", "Swift.Domain", "Swift.Tenant", "Swift.TenantDomain", "Swift.TenantID", "Swift.TrustID", "Swift.AuthToken",
            "Swift.Prefix", "Swift.Container", "Swift.DefaultContainerPolicy",
        ],
        VaultTypes.B2 => ["B2.AccountID", "B2.Key", "B2.Bucket", "B2.Prefix", "B2.MaxConnections"],
        VaultTypes.Smb => ["SMB.SMBServer", "SMB.SMBShare", "SMB.SMBDirectory", "SMB.SMBUsername"],
        _ => [],
    };

    /// <summary>Why devices can't use a vault that is described like this although they can use its type, in a sentence that says what to do; null when they can.</summary>
    /// <param name="type">The DESTINATIONTYPE.</param>
    /// <param name="value">The value of a field as text: true or false for flags, empty when it is not set.</param>
    public static string? Reason(int type, Func<string, string> value) => type switch
    {
        VaultTypes.S3 when value("S3UsesV2Signing") == "true" => "The backup engine does not make signatures of version 2. Switch that off; nearly every S3-compatible store knows version 4.",
        VaultTypes.S3 when LocksObjects(value("S3ObjectLockMode"), value("S3ObjectLockDays")) => NoObjectLock,
        VaultTypes.Azure when Realm(value("AZBRealm")) is { } realm => $"It is in the Azure cloud {realm}; the backup engine reaches {PublicAzure} alone. Use a storage account there, or another type of vault.",
        VaultTypes.Local when value("LocalcopyWinSMBUsername").Length > 0 => NoSignInToShares,
        VaultTypes.Smb when value("SMB.SMBUsername").Length > 0 => NoSignInToShares,
        _ => null,
    };

    /// <summary>OBJECT_LOCK_ON is 1, OBJECT_LOCK_OFF 2; in older documents (0) the days alone decide.</summary>
    private static bool LocksObjects(string mode, string days) =>
        mode is "1" || (mode is "" or "0" && int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0);

    /// <summary>The realm when it is another one than the public cloud's.</summary>
    private static string? Realm(string value)
    {
        var realm = value.Trim().Trim('.');
        realm = realm.StartsWith("blob.", StringComparison.OrdinalIgnoreCase) ? realm["blob.".Length..] : realm;
        return realm.Length == 0 || realm.Equals(PublicAzure, StringComparison.OrdinalIgnoreCase) ? null : realm;
    }
}
