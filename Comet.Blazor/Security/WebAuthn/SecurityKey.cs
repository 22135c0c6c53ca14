using System.Text.Json;
using System.Text.Json.Serialization;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>A registered authenticator of an administrator (contract: AdminWebAuthnRegistration; spec/04 §4.3).</summary>
public sealed record SecurityKey
{
    /// <summary>The person's own name for it.</summary>
    public string Description { get; init => field = value ?? ""; } = "";

    /// <summary>When it was registered, Unix seconds.</summary>
    public long RegisterTime { get; init; }

    /// <summary>What it is: 0 unknown, 1 hardware token, 2 Android, 3 Apple, 4 to 6 a TPM (any, Windows, Linux).</summary>
    public int Type { get; init; }

    /// <summary>Registered by U2F once: it answers to the server's address of then (appid) instead of its name.</summary>
    [JsonPropertyName("IsLegacyU2F")]
    public bool IsLegacyU2F { get; init; }

    /// <summary>The credential's id.</summary>
    [JsonPropertyName("ID")]
    public byte[] Id { get; init => field = value ?? []; } = [];

    /// <summary>The public key and what was learned with it.</summary>
    public SecurityKeyCredential Credential { get; init => field = value ?? new(); } = new();

    /// <summary>Fields of other versions.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>The public half of an authenticator's key (contract: WebAuthnCredential).</summary>
public sealed record SecurityKeyCredential
{
    /// <summary>The public key as COSE.</summary>
    public byte[] PublicKey { get; init => field = value ?? []; } = [];

    /// <summary>The form of attestation, "none" when none was asked for.</summary>
    public string AttestationType { get; init => field = value ?? ""; } = "";

    /// <summary>The authenticator's model.</summary>
    [JsonPropertyName("AAGUID")]
    public byte[] Aaguid { get; init => field = value ?? []; } = [];

    /// <summary>Its counter at registration; the last one seen is kept by the server's store.</summary>
    public uint SignCount { get; init; }

    /// <summary>The counter went backwards once: a copy of the key may exist.</summary>
    public bool CloneWarning { get; init; }

    /// <summary>Fields of other versions.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>How keys are written.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SecurityKey))]
internal sealed partial class SecurityKeyJson : JsonSerializerContext;
