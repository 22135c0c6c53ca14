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

/// <summary>By which door a caller came.</summary>
public enum ActorVia
{
    /// <summary>No door: the server's own work.</summary>
    Server,

    /// <summary>The web interface.</summary>
    Web,

    /// <summary>The HTTP API.</summary>
    Api,

    /// <summary>A device's connection.</summary>
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

    /// <summary>The tenant that an administrator belongs to; empty for the top level, which sees all (spec/04 §17).</summary>
    public string OrganizationId { get; init; } = "";

    /// <summary>What the administrator's permissions take away (spec/04 §3.1).</summary>
    public ActorLimits Limits { get; init; } = ActorLimits.None;

    /// <summary>The administrator who acts as this customer; null when the customer does.</summary>
    public string? Behind { get; init; }

    /// <summary>By which door the caller came; unless said otherwise, the one that its kind uses.</summary>
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

    /// <summary>True when the caller holds the right.</summary>
    public bool May(Right right) => Kind switch
    {
        ActorKind.Server => Enum.IsDefined(right),
        ActorKind.Administrator => Enum.IsDefined(right) && !Limits.Denied.Contains(right),
        _ => false,
    };

    /// <summary>Done when the caller holds all these rights; else <see cref="Refusal.Denied"/> with a sentence that names the first one missing.</summary>
    public Outcome Needs(params ReadOnlySpan<Right> rights)
    {
        foreach (var right in rights)
        {
            if (!May(right))
            {
                return Outcome.Denied(Limits.Reason.Length > 0 ? Limits.Reason : RightWords.Missing(right));
            }
        }

        return Outcome.Done;
    }

    /// <summary>True for the server itself and for administrators who belong to no tenant.</summary>
    public bool IsTopLevel => Sees("");

    /// <summary>True when things of this organization are the caller's business: all for the top level, its own for a tenant.</summary>
    public bool Sees(string organizationId) => Kind switch
    {
        ActorKind.Server => true,
        ActorKind.Administrator => OrganizationId.Length == 0 || OrganizationId == organizationId,
        _ => false,
    };
}
