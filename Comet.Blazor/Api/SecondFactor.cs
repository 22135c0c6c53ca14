using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Api.Account;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.SignIn;
using Comet.Blazor.Security.WebAuthn;

namespace Comet.Blazor.Api;

/// <summary>The second step of a sign-in by API: says what is missing, with a question for the person's security keys, and checks their answer (spec/04 §4.4).</summary>
/// <param name="keys">Asks and checks keys.</param>
public sealed class SecondFactor(KeyCeremony keys)
{
    /// <summary>What clients look for in the Message: a TOTP code is missing.</summary>
    public const string TotpRequired = "ERR_TOTP_REQUIRED";

    /// <summary>A security key's answer is missing, and nothing else would do.</summary>
    public const string KeyRequired = "ERR_WEBAUTHN_REQUIRED";

    /// <summary>The answer to a customer's right password that is not enough.</summary>
    public static ApiResult MissingCode { get; } = ApiResult.Envelope((int)Refusal.Denied, TotpRequired);

    /// <summary>A question's options without what the contract does not know; the browsers' newer hints are not needed.</summary>
    public static JsonObject Options(KeyChallenge challenge)
    {
        challenge.Options.Remove("hints");
        challenge.Options.Remove("attestationFormats");
        return challenge.Options;
    }

    /// <summary>The answer to an administrator's right password that is not enough.</summary>
    public async Task<ApiResult> MissingAsync(ApiRequest request, EntranceStep step, CancellationToken ct)
    {
        var answer = new JsonObject { ["Status"] = (int)Refusal.Denied, ["Message"] = step.KeyPossible && !step.TotpPossible ? KeyRequired : TotpRequired };
        if (step.KeyPossible && request.KeyOrigin is { } at
            && await keys.BeginAssertionAsync(step.Administrator.ActAs(request.Address, ActorVia.Api), at, ct) is { Ok: true, Value: var challenge })
        {
            answer["ChallengeID"] = challenge.ChallengeId;
            answer["Assertion"] = new JsonObject { ["publicKey"] = Options(challenge) };
        }

        return ApiResult.Json(answer);
    }

    /// <summary>Checks the answer of a key, the credential WebAuthnSign.</summary>
    public async Task<Outcome> CheckKeyAsync(ApiRequest request, Administrator who, CancellationToken ct)
    {
        WebAuthnSign? sign;
        try
        {
            sign = JsonSerializer.Deserialize(request.Credential("WebAuthnSign"), AccountJson.Default.WebAuthnSign);
        }
        catch (JsonException)
        {
            sign = null; // said below
        }

        return sign is { ChallengeID: { } id, CredentialJSON: { } answer }
            ? (await keys.FinishAssertionAsync(who.ActAs(request.Address, ActorVia.Api), id, answer, ct)).Plain
            : Outcome.Invalid("The parameter WebAuthnSign must be JSON with the texts ChallengeID and CredentialJSON.");
    }
}
