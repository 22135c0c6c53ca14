namespace Comet.Blazor.Wire;

/// <summary>
/// Types of Storage Vaults, the contract's DESTINATIONTYPE, and which of them devices can use. The one list: editors show the same reason that a
/// device gives when it refuses.
/// </summary>
public static class VaultTypes
{
    /// <summary>Amazon S3 and whatever speaks its protocol.</summary>
    public const int S3 = 1000;

    /// <summary>SFTP.</summary>
    public const int Sftp = 1001;

    /// <summary>A folder of the device.</summary>
    public const int Local = 1002;

    /// <summary>A bucket of a Comet Storage Role.</summary>
    public const int StorageRole = 1003;

    /// <summary>FTP.</summary>
    public const int Ftp = 1004;

    /// <summary>Azure Blob Storage.</summary>
    public const int Azure = 1005;

    /// <summary>Several places taken together.</summary>
    public const int Spanned = 1006;

    /// <summary>OpenStack Swift.</summary>
    public const int Swift = 1007;

    /// <summary>Backblaze B2.</summary>
    public const int B2 = 1008;

    /// <summary>Storj.</summary>
    public const int Storj = 1009;

    /// <summary>WebDAV.</summary>
    public const int WebDav = 1010;

    /// <summary>A Windows network share.</summary>
    public const int Smb = 1011;

    /// <summary>All types of the contract, in the order in which people look for them.</summary>
    public static IReadOnlyList<int> All { get; } = [StorageRole, S3, B2, Azure, Swift, Sftp, Local, Smb, Ftp, WebDav, Storj, Spanned];

    /// <summary>The type's name for people.</summary>
    public static string Name(int type) => type switch
    {
        S3 => "S3-compatible",
        Sftp => "SFTP",
        Local => "Local Path",
        StorageRole => "Comet Storage Role",
        Ftp => "FTP",
        Azure => "Azure Blob Storage",
        Spanned => "Spanned",
        Swift => "OpenStack Swift",
        B2 => "Backblaze B2",
        Storj => "Storj",
        WebDav => "WebDAV",
        Smb => "Network share (SMB)",
        _ => $"Type {type}",
    };

    /// <summary>Why devices can't use vaults of a type, in a sentence that says what to use instead; null when they can.</summary>
    /// <param name="type">The DESTINATIONTYPE.</param>
    /// <param name="os">The device's operating system as in <see cref="OsInfo.Os"/>; empty for any.</param>
    public static string? Reason(int type, string os = "") => type switch
    {
        S3 or Sftp or Local or StorageRole or Azure or Swift or B2 => null,
        Smb => os is "" or "windows" ? null : "Only Windows opens a network share by its name. Mount the share on the device, and use a Local Path vault at the folder where it is mounted.",
        Ftp => "The backup engine does not write to FTP: the protocol tells neither that a file is complete nor that it is new, which a repository depends on. Use SFTP on the same server, or a Comet Storage Role.",
        WebDav => "The backup engine does not write to WebDAV. Mount the folder on the device and use a Local Path vault, or use S3 or SFTP where the provider offers them.",
        Storj => "The backup engine does not speak Storj's own protocol. Use Storj's S3 gateway with an S3-compatible vault.",
        Spanned => "A repository lies in one place and can't be spread over several. Use one vault for each of them, or one S3-compatible store that is large enough.",
        _ => $"Storage of type {type} is not known to this version. Update the server and the device, or use another type.",
    };
}
