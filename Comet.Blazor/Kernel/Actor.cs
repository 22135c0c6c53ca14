namespace Comet.Blazor.Kernel;

/// <summary>What kind of caller acts.</summary>
public enum ActorKind
{
    /// <summary>The server itself: a timer, a clean-up.</summary>
    Server,

    /// <summary>An administrator.</summary>
    Administrator,

    /// <summary>A customer account.</summary>
    Customer,

    /// <summary>A device of a customer account.</summary>
    Device,
}

/// <summary>The door through which a caller came.</summary>
public enum ActorVia
{
    /// <summary>Nobody came: the server itself acts.</summary>
    Server,

    /// <summary>The pages.</summary>
    Web,

    /// <summary>The HTTP API.</summary>
    Api,

    /// <summary>A device's link.</summary>
    Device,
}

/// <summary>Who asks for something. Every command takes one and checks its rights itself, for UI, API and agents alike.</summary>
/// <param name="Kind">What kind of caller.</param>
/// <param name="Name">The administrator's or account's name.</param>
/// <param name="Account">The account of a customer or device.</param>
/// <param name="Address">The caller's IP address, when known.</param>
public sealed record Actor(ActorKind Kind, string Name, AccountId? Account = null, string? Address = null)
{
    /// <summary>The server itself.</summary>
    public static Actor Server { get; } = new(ActorKind.Server, "server");

    /// <summary>The door through which the caller came; unless said otherwise, the one that its kind uses.</summary>
    public ActorVia Via
    {
        get => (field, Kind) switch
        {
            (ActorVia.Server, ActorKind.Administrator or ActorKind.Customer) => ActorVia.Web,
            (ActorVia.Server, ActorKind.Device) => ActorVia.Device,
            _ => field,
        };
        init;
    }

    /// <summary>True when the caller holds the right on everything.</summary>
    public bool May(Right right) => Kind switch
    {
        ActorKind.Server or ActorKind.Administrator => Enum.IsDefined(right),
        _ => false,
    };
}

/// <summary>The rights that commands and queries ask for.</summary>
public enum Right
{
    /// <summary>See accounts, profiles and devices.</summary>
    AccountsView,

    /// <summary>Create and change accounts, Protected Items and Storage Vaults.</summary>
    AccountsManage,

    /// <summary>Act on devices: run, cancel, drop, revoke.</summary>
    DevicesAct,

    /// <summary>See jobs and their logs.</summary>
    JobsView,

    /// <summary>See buckets and their sizes.</summary>
    StorageView,

    /// <summary>Create and remove buckets.</summary>
    StorageManage,

    /// <summary>See the audit log and verify it; administrators of the top level only.</summary>
    AuditView,
}
