namespace Comet.Blazor.Wire;

/// <summary>Which fields of the contract's DestinationConfig say where a vault of a type is, and what opens it. A dot leads into an object: Swift.Container.</summary>
public static class VaultLocations
{
    /// <summary>The fields of a type; none for a Storage Role, whose fields the protocol has had from the start.</summary>
    public static IReadOnlyList<string> Of(int type) => type switch
    {
        VaultTypes.S3 => ["S3Server", "S3UsesTLS", "S3AccessKey", "S3SecretKey", "S3BucketName", "S3Subdir", "S3CustomRegion", "S3UsesV2Signing", "S3ObjectLockMode"],
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
}
