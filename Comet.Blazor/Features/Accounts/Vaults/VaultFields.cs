using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>How a field of a Storage Vault is entered.</summary>
public enum VaultFieldKind
{
    /// <summary>One line.</summary>
    Text,

    /// <summary>One line that is never shown again.</summary>
    Secret,

    /// <summary>Several lines that are never shown again.</summary>
    SecretLines,

    /// <summary>Yes or no.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>One of <see cref="VaultField.Choices"/>, stored as a number.</summary>
    Choice,
}

/// <summary>A field of the contract's DestinationConfig that says where a vault's data is and how it is reached.</summary>
/// <param name="Path">Its name in the contract; with a dot for one within an object.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Kind">How it is entered.</param>
public sealed record VaultField(string Path, string Label, VaultFieldKind Kind = VaultFieldKind.Text)
{
    /// <summary>Must not be empty.</summary>
    public bool Required { get; init; }

    /// <summary>Asked only where a vault has it already: devices don't obey it, or obey nothing but its being off.</summary>
    public bool OnlyWhenSet { get; init; }

    /// <summary>A sentence below it.</summary>
    public string Hint { get; init; } = "";

    /// <summary>What a new vault begins with.</summary>
    public string Initial { get; init; } = "";

    /// <summary>Number and text of each choice.</summary>
    public IReadOnlyList<(string Value, string Text)> Choices { get; init; } = [];

    /// <summary>True when its value is never shown.</summary>
    public bool IsSecret => Kind is VaultFieldKind.Secret or VaultFieldKind.SecretLines;
}

/// <summary>The fields of each type of Storage Vault (spec/01 §6.1, the contract's DestinationConfig).</summary>
public static class VaultFields
{
    private static readonly VaultField[] StorageRole =
    [
        new("CometServer", "Server address") { Required = true, Hint = "Such as https://storage.example.com/" },
        new("CometBucket", "Bucket") { Required = true },
        new("CometBucketKey", "Bucket key", VaultFieldKind.Secret) { Required = true },
    ];

    private static readonly VaultField[] S3 =
    [
        new("S3Server", "Server") { Required = true, Initial = "s3.amazonaws.com", Hint = "Host name, and port if it is an unusual one." },
        new("S3UsesTLS", "Use TLS", VaultFieldKind.Flag) { Initial = "true" },
        new("S3AccessKey", "Access key") { Required = true },
        new("S3SecretKey", "Secret key", VaultFieldKind.Secret) { Required = true },
        new("S3BucketName", "Bucket") { Required = true },
        new("S3Subdir", "Folder in the bucket"),
        new("S3CustomRegion", "Region") { Hint = "Empty for the server's own." },
        new("S3UsesV2Signing", "Sign requests the old way (V2)", VaultFieldKind.Flag) { OnlyWhenSet = true },
        new("S3RemoveDeleted", "Remove old versions of deleted objects", VaultFieldKind.Flag) { OnlyWhenSet = true },
        new("S3ObjectLockMode", "Object Lock", VaultFieldKind.Choice) { OnlyWhenSet = true, Initial = "2", Choices = [("0", "As the days below say"), ("1", "On"), ("2", "Off")] },
        new("S3ObjectLockDays", "Object Lock, days", VaultFieldKind.Number) { OnlyWhenSet = true },
    ];

    private static readonly VaultField[] Sftp =
    [
        new("SFTPServer", "Server") { Required = true, Hint = "Host name, and port if it is not 22: sftp.example.com:2222" },
        new("SFTPUsername", "Username") { Required = true },
        new("SFTPRemotePath", "Folder on the server"),
        new("SFTPAuthMode", "Sign in with", VaultFieldKind.Choice) { Initial = "1", Choices = [("1", "Password"), ("2", "Private key"), ("0", "The device's own keys")], Hint = "Windows devices need a key: their ssh takes no password from a program." },
        new("SFTPPassword", "Password", VaultFieldKind.Secret),
        new("SFTPPrivateKey", "Private key", VaultFieldKind.SecretLines),
        new("SFTPCustomAuth_UseKnownHostsFile", "Accept only hosts that a file on the device knows", VaultFieldKind.Flag),
        new("SFTPCustomAuth_KnownHostsFile", "File with known hosts") { Hint = "Path on the device, such as /root/.ssh/known_hosts. Without it, the key of the first connection counts." },
    ];

    private static readonly VaultField[] Local =
    [
        new("LocalcopyPath", "Folder on the device") { Required = true, Hint = @"An absolute path, such as /mnt/backup or E:\Backup." },
        new("LocalcopyWinSMBUsername", "Windows user for a network path") { OnlyWhenSet = true },
        new("LocalcopyWinSMBPassword", "Password of that user", VaultFieldKind.Secret) { OnlyWhenSet = true },
    ];

    private static readonly VaultField[] Ftp =
    [
        new("FTPServer", "Server") { Required = true }, new("FTPPort", "Port", VaultFieldKind.Number) { Initial = "21" },
        new("FTPUsername", "Username"), new("FTPPassword", "Password", VaultFieldKind.Secret),
        new("FTPBaseUseHomeDirectory", "Begin in the home folder", VaultFieldKind.Flag), new("FTPCustomBaseDirectory", "Folder"),
        new("FTPSMode", "TLS", VaultFieldKind.Choice) { Choices = [("0", "None"), ("1", "Implicit"), ("2", "Explicit")] },
        new("FTPMaxConnections", "Connections at most", VaultFieldKind.Number), new("FTPAcceptInvalidSSL", "Accept invalid certificates", VaultFieldKind.Flag),
    ];

    private static readonly VaultField[] Azure =
    [
        new("AZBAccountName", "Account name") { Required = true }, new("AZBAccountKey", "Account key", VaultFieldKind.Secret) { Required = true },
        new("AZBContainer", "Container") { Required = true }, new("AZBRealm", "Realm") { Hint = "Empty for the public one." }, new("AZBPrefix", "Folder in the container"),
    ];

    private static readonly VaultField[] Swift =
    [
        new("Swift.AuthURL", "Sign-in address") { Required = true }, new("Swift.Username", "Username"), new("Swift.APIKey", "Password or API key", VaultFieldKind.Secret),
        new("Swift.Region", "Region"), new("Swift.Domain", "Domain"), new("Swift.Tenant", "Project"), new("Swift.TenantDomain", "Project's domain"),
        new("Swift.TenantID", "Project id"), new("Swift.TrustID", "Trust id"), new("Swift.AuthToken", "Token", VaultFieldKind.Secret),
        new("Swift.Container", "Container") { Required = true }, new("Swift.Prefix", "Folder in the container"), new("Swift.DefaultContainerPolicy", "Container policy"),
    ];

    private static readonly VaultField[] B2 =
    [
        new("B2.AccountID", "Key id") { Required = true }, new("B2.Key", "Application key", VaultFieldKind.Secret) { Required = true },
        new("B2.Bucket", "Bucket") { Required = true }, new("B2.Prefix", "Folder in the bucket"),
        new("B2.MaxConnections", "Connections at most", VaultFieldKind.Number) { Hint = "0 for the engine's own." }, new("B2.HideDeletedFiles", "Hide deleted files instead of removing them", VaultFieldKind.Flag) { OnlyWhenSet = true },
    ];

    private static readonly VaultField[] WebDav =
    [
        new("WebDav.DavServer", "Address") { Required = true }, new("WebDav.UserName", "Username"), new("WebDav.AccessKey", "Password", VaultFieldKind.Secret), new("WebDav.Path", "Folder"),
    ];

    private static readonly VaultField[] Storj =
    [
        new("Storj.SatelliteAddress", "Satellite") { Required = true }, new("Storj.APIKey", "API key", VaultFieldKind.Secret), new("Storj.Passphrase", "Passphrase", VaultFieldKind.Secret),
        new("Storj.StorjBucket", "Bucket") { Required = true }, new("Storj.StorjBucketPrefix", "Folder in the bucket"),
    ];

    private static readonly VaultField[] Smb =
    [
        new("SMB.SMBServer", "Server") { Required = true }, new("SMB.SMBShare", "Share") { Required = true }, new("SMB.SMBDirectory", "Folder"),
        new("SMB.SMBUsername", "Username") { OnlyWhenSet = true }, new("SMB.SMBPassword", "Password", VaultFieldKind.Secret) { OnlyWhenSet = true },
    ];

    /// <summary>The fields of a type, in the order in which they are asked; none for a spanned vault and for unknown types.</summary>
    public static IReadOnlyList<VaultField> Of(int type) => type switch
    {
        VaultTypes.StorageRole => StorageRole,
        VaultTypes.S3 => S3,
        VaultTypes.Sftp => Sftp,
        VaultTypes.Local => Local,
        VaultTypes.Ftp => Ftp,
        VaultTypes.Azure => Azure,
        VaultTypes.Swift => Swift,
        VaultTypes.B2 => B2,
        VaultTypes.WebDav => WebDav,
        VaultTypes.Storj => Storj,
        VaultTypes.Smb => Smb,
        _ => [],
    };
}
