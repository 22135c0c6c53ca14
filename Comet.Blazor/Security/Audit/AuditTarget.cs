namespace Comet.Blazor.Security.Audit;

/// <summary>Kinds of things that something is done to. Stored by name: never rename one.</summary>
public enum AuditTargetKind
{
    /// <summary>The server as a whole.</summary>
    Server,

    /// <summary>An administrator.</summary>
    Administrator,

    /// <summary>An account of a customer.</summary>
    User,

    /// <summary>A device of a customer.</summary>
    Device,

    /// <summary>A Protected Item of a customer.</summary>
    ProtectedItem,

    /// <summary>A Storage Vault of a customer.</summary>
    StorageVault,

    /// <summary>A bucket.</summary>
    Bucket,

    /// <summary>A job.</summary>
    Job,

    /// <summary>A session.</summary>
    Session,

    /// <summary>A security key.</summary>
    SecurityKey,

    /// <summary>A part of the settings.</summary>
    Settings,

    /// <summary>An organization (tenant).</summary>
    Organization,

    /// <summary>A message of the mail queue.</summary>
    Message,

    /// <summary>A group of users.</summary>
    UserGroup,

    /// <summary>A policy.</summary>
    Policy,
}

/// <summary>What something is done to.</summary>
/// <param name="Kind">Kind of thing.</param>
/// <param name="Id">Its key; the name for what is known by its name. Never a secret: a session has a public id.</param>
/// <param name="Name">What people call it; empty when that is the id.</param>
/// <param name="User">The account's name, for things of a customer; else empty.</param>
public sealed record AuditTarget(AuditTargetKind Kind, string Id, string Name = "", string User = "")
{
    /// <summary>The server as a whole.</summary>
    public static AuditTarget Server { get; } = new(AuditTargetKind.Server, "server");

    /// <summary>An administrator, or the name that somebody claimed to be.</summary>
    public static AuditTarget Administrator(string name) => new(AuditTargetKind.Administrator, name);

    /// <summary>An account, by its name.</summary>
    public static AuditTarget Account(string username) => new(AuditTargetKind.User, username, "", username);

    /// <summary>A device of an account.</summary>
    public static AuditTarget Device(string username, string deviceId, string? name = null) => new(AuditTargetKind.Device, deviceId, name ?? "", username);

    /// <summary>A Protected Item of an account.</summary>
    public static AuditTarget ProtectedItem(string username, string itemId, string? name = null) => new(AuditTargetKind.ProtectedItem, itemId, name ?? "", username);

    /// <summary>A Storage Vault of an account.</summary>
    public static AuditTarget StorageVault(string username, string vaultId, string? name = null) => new(AuditTargetKind.StorageVault, vaultId, name ?? "", username);

    /// <summary>A bucket.</summary>
    public static AuditTarget Bucket(string id) => new(AuditTargetKind.Bucket, id);

    /// <summary>A job of an account.</summary>
    public static AuditTarget Job(string username, string jobId) => new(AuditTargetKind.Job, jobId, "", username);

    /// <summary>A session, by its public id, and whose it is.</summary>
    public static AuditTarget Session(string publicId, string person) => new(AuditTargetKind.Session, publicId, person);

    /// <summary>A security key and whose it is.</summary>
    public static AuditTarget SecurityKey(string id, string description) => new(AuditTargetKind.SecurityKey, id, description);

    /// <summary>A part of the settings, such as "Authentication".</summary>
    public static AuditTarget Settings(string part) => new(AuditTargetKind.Settings, part);

    /// <summary>A message of the mail queue, by its Message-Id, and to whom it goes.</summary>
    public static AuditTarget Message(string messageId, string recipient) => new(AuditTargetKind.Message, messageId, "to " + recipient);

    /// <summary>A policy, by its id, and its description.</summary>
    public static AuditTarget Policy(string id, string? description = null) => new(AuditTargetKind.Policy, id, description ?? "");

    /// <summary>A group of users.</summary>
    public static AuditTarget UserGroup(string id, string? name = null) => new(AuditTargetKind.UserGroup, id, name ?? "");

    /// <summary>An organization.</summary>
    public static AuditTarget Organization(string id, string? name = null) => new(AuditTargetKind.Organization, id, name ?? "");
}
