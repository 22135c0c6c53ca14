namespace Comet.Blazor.Security.Audit;

/// <summary>Where the page of a kind of object is. Features register one per kind they have pages for.</summary>
/// <param name="Kind">Kind of object.</param>
/// <param name="Href">The page's address.</param>
public sealed record AuditLink(AuditTargetKind Kind, Func<AuditTarget, string> Href);
