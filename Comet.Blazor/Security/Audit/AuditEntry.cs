using System.Text.Json;
using System.Text.Json.Serialization;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Audit;

/// <summary>One entry as it is stored: the bytes of its JSON are what its hash covers. Fields may be added, never renamed.</summary>
public sealed record AuditEntry
{
    /// <summary>Position in the log, from 1, without gaps.</summary>
    public long Number { get; init; }

    /// <summary>When it was recorded, UTC.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>Kind of who acted.</summary>
    public ActorKind Kind { get; init; }

    /// <summary>Who acted: the name of an administrator or account; for a failed sign-in the one that was claimed.</summary>
    public string Name { get; init; } = "";

    /// <summary>The organization of who acted; empty for the top level.</summary>
    public string Organization { get; init; } = "";

    /// <summary>IP address; empty when there is none.</summary>
    public string Address { get; init; } = "";

    /// <summary>The door.</summary>
    public ActorVia Via { get; init; }

    /// <summary>Code of what was done.</summary>
    public string Action { get; init; } = "";

    /// <summary>Kind of what it was done to.</summary>
    public AuditTargetKind TargetKind { get; init; }

    /// <summary>Its key.</summary>
    public string TargetId { get; init; } = "";

    /// <summary>Its name; empty when that is the key.</summary>
    public string TargetName { get; init; } = "";

    /// <summary>The account it belongs to; empty when to none.</summary>
    public string User { get; init; } = "";

    /// <summary>Kind of refusal; <see cref="Refusal.None"/> when it was done.</summary>
    public Refusal Refused { get; init; }

    /// <summary>Why it was refused.</summary>
    public string Why { get; init; } = "";

    /// <summary>Further words.</summary>
    public string Note { get; init; } = "";

    /// <summary>Hash of the entry before, in hexadecimal; zeros for the first.</summary>
    public string Previous { get; init; } = "";

    /// <summary>What differs.</summary>
    public IReadOnlyList<AuditDifference> Differences { get; init; } = [];

    /// <summary>The entry of an event, without number, time and previous hash.</summary>
    public static AuditEntry Of(AuditEvent happened) => new()
    {
        Kind = happened.By.Kind,
        Name = AuditText.Clean(happened.By.Name, AuditText.LongestName),
        Organization = AuditText.Clean(happened.By.OrganizationId, AuditText.LongestName),
        Address = AuditText.Clean(happened.By.Address, AuditText.LongestName),
        Via = happened.By.Via,
        Action = happened.Action.Code,
        TargetKind = happened.Target.Kind,
        TargetId = AuditText.Clean(happened.Target.Id, AuditText.LongestName),
        TargetName = AuditText.Clean(happened.Target.Name, AuditText.LongestName),
        User = AuditText.Clean(happened.Target.User, AuditText.LongestName),
        Refused = happened.Outcome.Kind,
        Why = AuditText.Clean(happened.Outcome.Why, AuditText.LongestSentence),
        Note = AuditText.Clean(NoteOf(happened), AuditText.LongestSentence),
        Differences = happened.Change?.Differences() ?? [],
    };

    // Who acts as a customer must not hide behind the customer's name.
    private static string NoteOf(AuditEvent happened) =>
        happened.By.Behind is not { } administrator ? happened.Note
        : happened.Note.Length == 0 ? $"By the administrator {administrator}"
        : $"By the administrator {administrator}; {happened.Note}";

    /// <summary>The stored bytes.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, AuditJson.Default.AuditEntry);

    /// <summary>Reads stored bytes; null when they are none.</summary>
    public static AuditEntry? Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, AuditJson.Default.AuditEntry)?.Whole();
        }
        catch (JsonException)
        {
            return null; // verifying tells
        }
    }

    /// <summary>The reader leaves null where a field is missing: in entries of an older version, or changed ones.</summary>
    private AuditEntry Whole() => this with
    {
        Name = Name ?? "",
        Organization = Organization ?? "",
        Address = Address ?? "",
        Action = Action ?? "",
        TargetId = TargetId ?? "",
        TargetName = TargetName ?? "",
        User = User ?? "",
        Why = Why ?? "",
        Note = Note ?? "",
        Previous = Previous ?? "",
        Differences = Differences ?? [],
    };
}

/// <summary>Count and last hash of the log, sealed: who removes entries from the end can't make another one that fits.</summary>
/// <param name="Count">Number of the last entry.</param>
/// <param name="Hash">Its hash, hexadecimal.</param>
/// <param name="Seal">HMAC-SHA-256 over both, hexadecimal.</param>
public sealed record AuditHead(long Count, string Hash, string Seal);

/// <summary>How the log is written.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(AuditEntry))]
[JsonSerializable(typeof(AuditHead))]
internal sealed partial class AuditJson : JsonSerializerContext;
