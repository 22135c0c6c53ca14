using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Audit;

/// <summary>Something that happened, or was refused, as a command tells it to <see cref="AuditLog"/>.</summary>
/// <param name="By">Who, from where, through which door. For a failed sign-in: the name that was claimed.</param>
/// <param name="Action">What.</param>
/// <param name="Target">To which object.</param>
public sealed record AuditEvent(Actor By, AuditAction Action, AuditTarget Target)
{
    /// <summary>Whether it was done; a refusal is recorded with its reason.</summary>
    public Outcome Outcome { get; init; }

    /// <summary>Before and after; null when nothing of a document changed.</summary>
    public AuditChange? Change { get; init; }

    /// <summary>What else is worth knowing, in words. No secrets.</summary>
    public string Note { get; init; } = "";
}
