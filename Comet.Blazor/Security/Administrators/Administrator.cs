using System.Text.Json;
using System.Text.Json.Serialization;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.WebAuthn;

namespace Comet.Blazor.Security.Administrators;

/// <summary>An administrator as <c>cometd.cfg</c> has it (contract: AllowedAdminUser; spec/04 §3). Never changed in place: <see cref="AdministratorStore"/> does that.</summary>
public sealed record Administrator
{
    /// <summary>The name to sign in with; case counts.</summary>
    [JsonPropertyName("Username")]
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The tenant; empty for the top level.</summary>
    [JsonPropertyName("OrganizationID")]
    public string OrganizationId { get; init => field = value ?? ""; } = "";

    /// <summary>The external sign-in source that made this administrator; empty for a local one.</summary>
    public string? ExternalAuthenticationSource { get; init; }

    /// <summary>0 plain text, hashed at the next start; else <see cref="AdminPassword.Format"/>.</summary>
    public int PasswordFormat { get; init; }

    /// <summary>The password's record in that format.</summary>
    [JsonPropertyName("Password")]
    public string PasswordRecord { get; init => field = value ?? ""; } = "";

    /// <summary>The password alone opens.</summary>
    [JsonPropertyName("AllowPasswordLogin")]
    public bool AllowPassword { get; init; }

    /// <summary>Password and a TOTP code open.</summary>
    [JsonPropertyName("AllowPasswordAndTOTPLogin")]
    public bool AllowTotp { get; init; }

    /// <summary>Password and a security key open.</summary>
    [JsonPropertyName("AllowPasswordAndWebAuthnLogin")]
    public bool AllowWebAuthn { get; init; }

    /// <summary>The registered security keys.</summary>
    [JsonPropertyName("WebAuthnRegistrations")]
    public IReadOnlyList<SecurityKey> Keys { get; init => field = value is null ? [] : value.Contains(null!) ? [.. value.Where(static k => k is not null)] : value; } = [];

    /// <summary>Nothing but changing the password works until that is done.</summary>
    public bool RequirePasswordChange { get; init; }

    /// <summary>Non-zero when <see cref="TotpKey"/> is sealed by this server.</summary>
    [JsonPropertyName("TOTPKeyEncryptionFormat")]
    public int TotpKeyFormat { get; init; }

    /// <summary>The secret of the TOTP codes, sealed; null when there is none.</summary>
    [JsonPropertyName("TOTPKey")]
    public string? TotpKey { get; init; }

    /// <summary>The person has shown a right code of this secret: only then can codes be required (spec/04 §4.2). A field of ours.</summary>
    [JsonPropertyName("TOTPKeyChecked")]
    public bool TotpChecked { get; init; }

    /// <summary>A regular expression that the caller's address has to match; empty for any.</summary>
    [JsonPropertyName("IPWhitelist")]
    public string? AllowedAddresses { get; init; }

    /// <summary>The permissions.</summary>
    public AdministratorPermissions Permissions { get; init => field = value ?? new(); } = new();

    /// <summary>Fields of other versions; they survive every change.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>What an administrator of a suspended organization is told.</summary>
    public const string SuspendedSentence = "The organization of this account is suspended. Contact the provider of this server.";

    /// <summary>The whole organization is suspended: nobody of it signs in or acts (spec/01 §2.1).</summary>
    [JsonIgnore]
    public bool IsSuspended { get; init; }

    /// <summary>An administrator without any restriction, who can repair everything.</summary>
    [JsonIgnore]
    public bool IsUnrestricted => OrganizationId.Length == 0 && Permissions.Unrestricted;

    /// <summary>True when there is a password in the one form that this server checks. One of an external source has none, and no sign-in here may stand in for it.</summary>
    [JsonIgnore]
    public bool HasPassword => PasswordFormat == AdminPassword.Format && PasswordRecord.Length > 0;

    /// <summary>True when the settings open some way from the password on.</summary>
    [JsonIgnore]
    public bool HasOpenWay => AllowPassword || (AllowTotp && TotpKey is not null) || (AllowWebAuthn && Keys.Count > 0);

    /// <summary>True when some way to sign in with the password is open.</summary>
    [JsonIgnore]
    public bool CanSignIn => HasPassword && HasOpenWay;

    /// <summary>True when whoever came in as the other would come in as this one, too: what was proved a moment ago still holds.</summary>
    public bool SignsInLike(Administrator other) =>
        (PasswordRecord, AllowPassword, AllowTotp, AllowWebAuthn, TotpKey, Keys.Count, AllowedAddresses, IsSuspended)
        == (other.PasswordRecord, other.AllowPassword, other.AllowTotp, other.AllowWebAuthn, other.TotpKey, other.Keys.Count, other.AllowedAddresses, other.IsSuspended);

    /// <summary>The actor that this administrator is for commands and queries.</summary>
    public Actor ActAs(string? address, ActorVia via) => new(ActorKind.Administrator, Name, null, address)
    {
        OrganizationId = OrganizationId,
        Limits = RequirePasswordChange ? ActorLimits.MustChangePassword : Permissions.LimitsFor(OrganizationId),
        Via = via,
    };
}

/// <summary>How administrators are written.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Administrator))]
internal sealed partial class AdministratorJson : JsonSerializerContext;
