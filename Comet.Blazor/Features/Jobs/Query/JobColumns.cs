namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>Keys of the columns of a list of jobs, as they stand in addresses and remembered preferences.</summary>
public static class JobColumns
{
    /// <summary>Username.</summary>
    public const string User = "username";

    /// <summary>Device.</summary>
    public const string Device = "device";

    /// <summary>Protected Item.</summary>
    public const string Item = "item";

    /// <summary>Storage Vault.</summary>
    public const string Vault = "vault";

    /// <summary>Type.</summary>
    public const string Type = "type";

    /// <summary>Status; sorts by severity.</summary>
    public const string Status = "status";

    /// <summary>Start.</summary>
    public const string Started = "started";

    /// <summary>End.</summary>
    public const string Ended = "ended";

    /// <summary>Duration.</summary>
    public const string Duration = "duration";

    /// <summary>Files.</summary>
    public const string Files = "files";

    /// <summary>Bytes selected.</summary>
    public const string Size = "size";

    /// <summary>Bytes uploaded.</summary>
    public const string Uploaded = "uploaded";

    /// <summary>Bytes downloaded.</summary>
    public const string Downloaded = "downloaded";

    /// <summary>Bytes in the vault afterwards.</summary>
    public const string VaultAfter = "vault-after";

    /// <summary>Directories.</summary>
    public const string Directories = "directories";

    /// <summary>Chunks.</summary>
    public const string Chunks = "chunks";

    /// <summary>Version of the agent.</summary>
    public const string Version = "version";

    /// <summary>The job's id.</summary>
    public const string Id = "job";

    /// <summary>The engine's short snapshot id.</summary>
    public const string Snapshot = "snapshot";

    /// <summary>The columns that words are looked for in when a request names none.</summary>
    public static readonly IReadOnlyList<string> Searched = [User, Device, Item, Vault, Type, Status];
}
