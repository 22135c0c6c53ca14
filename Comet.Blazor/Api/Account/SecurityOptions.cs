using System.Text.Json.Serialization;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Account;
using Comet.Blazor.Security.Secrets;

namespace Comet.Blazor.Api.Account;

/// <summary>
/// AdminSecurityOptions as callers send it. One without AllowPasswordLogin, which SDKs always write, is a part: only what is in it changes. In a
/// whole one, what may be left out and is has its zero value (spec/06 §3).
/// </summary>
public sealed record SecurityOptions
{
    /// <summary>0: Password is a new one in clear text.</summary>
    public int PasswordFormat { get; init; }

    /// <summary>A new password, or the obscured one.</summary>
    public string? Password { get; init; }

    /// <summary>The password alone opens.</summary>
    public bool? AllowPasswordLogin { get; init; }

    /// <summary>Password and code open.</summary>
    [JsonPropertyName("AllowPasswordAndTOTPLogin")]
    public bool? AllowPasswordAndTotpLogin { get; init; }

    /// <summary>Retired.</summary>
    [JsonPropertyName("AllowPasswordAndU2FLogin")]
    public bool AllowPasswordAndU2FLogin { get; init; }

    /// <summary>Password and security key open.</summary>
    public bool? AllowPasswordAndWebAuthnLogin { get; init; }

    /// <summary>The keys that stay.</summary>
    public IReadOnlyList<KeyOption?>? WebAuthnRegistrations { get; init; }

    /// <summary>Can't be set; the obscured one is sent back.</summary>
    [JsonPropertyName("TOTPKey")]
    public string? TotpKey { get; init; }

    /// <summary>Addresses that may sign in.</summary>
    [JsonPropertyName("IPWhitelist")]
    public string? IpWhitelist { get; init; }

    private bool IsWhole => AllowPasswordLogin is not null;

    /// <summary>What the caller wants; refused with the field that is wrong.</summary>
    /// <param name="current">The caller's right password, when it came with the call.</param>
    public Outcome<OwnSignIn> Read(string? current)
    {
        var isNew = PasswordFormat == 0 && !string.IsNullOrEmpty(Password);
        return isNew && Password == Obscured.Text ? Outcome.Invalid($"{Obscured.Text} stands for the password that there is. Choose another one, or send the PasswordFormat that was read.")
            : PasswordFormat != 0 && !string.IsNullOrEmpty(Password) && Password != Obscured.Text ? Outcome.Invalid("A new password is sent as clear text, with PasswordFormat 0.")
            : isNew && current is null ? Outcome.Denied("Changing the password needs the present one in the same call: use AuthType Password, PasswordTOTP or PasswordWebAuthn.")
            : !string.IsNullOrEmpty(TotpKey) && TotpKey != Obscured.Text ? Outcome.Invalid("TOTPKey can't be set. Make a new one with admin/account/regenerate-totp.")
            : AllowPasswordAndU2FLogin ? Outcome.Invalid("U2F is retired: use AllowPasswordAndWebAuthnLogin.")
            : WebAuthnRegistrations?.Any(static k => k?.Id is null) == true ? Outcome.Invalid("Each of WebAuthnRegistrations needs the ID that was read.")
            : new OwnSignIn
            {
                NewPassword = isNew ? Password : null,
                CurrentPassword = current,
                AllowPassword = AllowPasswordLogin,
                AllowTotp = AllowPasswordAndTotpLogin,
                AllowWebAuthn = AllowPasswordAndWebAuthnLogin,
                AllowedAddresses = IpWhitelist ?? (IsWhole ? "" : null),
                Keys = WebAuthnRegistrations is { } keys ? [.. keys.Select(static k => (k!.Id!, k.Description ?? ""))] : IsWhole ? [] : null,
            };
    }
}

/// <summary>One of AdminSecurityOptions.WebAuthnRegistrations: only id and name count.</summary>
public sealed record KeyOption
{
    /// <summary>The credential's id.</summary>
    [JsonPropertyName("ID")]
    public byte[]? Id { get; init; }

    /// <summary>The person's name for it.</summary>
    public string? Description { get; init; }
}

/// <summary>How they are read.</summary>
[JsonSerializable(typeof(SecurityOptions))]
[JsonSerializable(typeof(WebAuthnSign))]
public sealed partial class AccountJson : JsonSerializerContext;

/// <summary>The credential WebAuthnSign (contract: WebAuthnSignResponse).</summary>
/// <param name="ChallengeID">Id of the question.</param>
/// <param name="CredentialJSON">What the browser handed over.</param>
public sealed record WebAuthnSign(string? ChallengeID, string? CredentialJSON);
