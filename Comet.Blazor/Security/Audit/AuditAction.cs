namespace Comet.Blazor.Security.Audit;

/// <summary>Something that is put on record.</summary>
/// <param name="Code">Stable dotted name that is stored, such as "account.created".</param>
/// <param name="Sentence">What people read, such as "Create a user".</param>
public sealed record AuditAction(string Code, string Sentence);
