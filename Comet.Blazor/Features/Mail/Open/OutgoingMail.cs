namespace Comet.Blazor.Features.Mail.Open;

/// <summary>A text for one or many recipients.</summary>
/// <param name="Recipients">Addresses, each without a display name.</param>
/// <param name="Subject">One line; line breaks and control characters become spaces.</param>
/// <param name="Text">The text as everybody can read it.</param>
public sealed record OutgoingMail(IReadOnlyCollection<string> Recipients, string Subject, string Text)
{
    /// <summary>The same as HTML; null for mail in plain text only.</summary>
    public string? Html { get; init; }

    /// <summary>What messages have in common that are counted together, such as those of one bulletin; empty for none.</summary>
    public string Batch { get; init; } = "";

    /// <summary>The organization whose business it is; empty for the top level.</summary>
    public string OrganizationId { get; init; } = "";
}
