using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Audit;

/// <summary>How an entry reads.</summary>
internal static class AuditWords
{
    /// <summary>The door.</summary>
    public static string Via(ActorVia via) => via switch
    {
        ActorVia.Web => "Web",
        ActorVia.Api => "API",
        ActorVia.Device => "Device",
        _ => "Server",
    };

    /// <summary>A kind of object.</summary>
    public static string Kind(AuditTargetKind kind) => kind switch
    {
        AuditTargetKind.ProtectedItem => "Protected Item",
        AuditTargetKind.StorageVault => "Storage Vault",
        AuditTargetKind.SecurityKey => "Security key",
        AuditTargetKind.UserGroup => "User group",
        _ => kind.ToString(),
    };

    /// <summary>A kind of actor.</summary>
    public static string Actor(ActorKind kind) => kind switch
    {
        ActorKind.Server => "the server itself",
        ActorKind.Customer => "user",
        ActorKind.Device => "device",
        _ => "administrator",
    };

    /// <summary>What it was done to, such as "Device laptop of alice".</summary>
    public static string Object(AuditEntry entry)
    {
        var name = entry.TargetName.Length > 0 ? entry.TargetName : entry.TargetId;
        return entry.TargetKind == AuditTargetKind.Server ? "Server"
            : entry.User.Length > 0 && entry.TargetKind != AuditTargetKind.User ? $"{Kind(entry.TargetKind)} {name} of {entry.User}"
            : $"{Kind(entry.TargetKind)} {name}";
    }

    /// <summary>Done, or refused and why.</summary>
    public static string Outcome(AuditEntry entry) => entry.Refused == Refusal.None ? "Done" : entry.Why.Length > 0 ? AuditRow.Refusal + entry.Why : "Refused";
}
