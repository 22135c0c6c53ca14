namespace Comet.Blazor.Security.Audit;

/// <summary>An entry in the list.</summary>
public sealed record AuditRow
{
    /// <summary>What stands before the reason of a refusal in <see cref="Outcome"/>.</summary>
    public const string Refusal = "Refused: ";

    /// <summary>Number of the entry.</summary>
    public required long Number { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Who.</summary>
    public required string Who { get; init; }

    /// <summary>The organization of who acted; empty for the top level.</summary>
    public required string Organization { get; init; }

    /// <summary>IP address; empty when there is none.</summary>
    public required string Address { get; init; }

    /// <summary>The door.</summary>
    public required string Via { get; init; }

    /// <summary>The sentence.</summary>
    public required string What { get; init; }

    /// <summary>The target, in words.</summary>
    public required string Object { get; init; }

    /// <summary>The target.</summary>
    public required AuditTarget Target { get; init; }

    /// <summary>Done, or refused and why.</summary>
    public required string Outcome { get; init; }

    /// <summary>It was refused.</summary>
    public required bool Refused { get; init; }

    /// <summary>Note.</summary>
    public required string Note { get; init; }

    /// <summary>The first 16 digits of the hash.</summary>
    public required string Hash { get; init; }
}
