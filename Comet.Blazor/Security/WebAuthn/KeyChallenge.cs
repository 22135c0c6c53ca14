using System.Buffers.Text;
using System.Text.Json.Nodes;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>A question to a security key.</summary>
/// <param name="ChallengeId">Comes back with the answer.</param>
/// <param name="Options">
/// The options for the browser in the shape of the contract (WebAuthnPublicKeyCredentialCreationOptions or
/// WebAuthnPublicKeyCredentialRequestOptions): byte strings are base64.
/// </param>
public sealed record KeyChallenge(string ChallengeId, JsonObject Options)
{
    /// <summary>From the framework's options, whose byte strings are base64url.</summary>
    internal static JsonObject ToContract(string json)
    {
        var options = (JsonObject)JsonNode.Parse(json)!;
        ToBase64(options, "challenge");
        if (options["user"] is JsonObject user)
        {
            ToBase64(user, "id");
        }

        foreach (var list in new[] { "excludeCredentials", "allowCredentials" })
        {
            foreach (var descriptor in (options[list] as JsonArray ?? []).OfType<JsonObject>())
            {
                ToBase64(descriptor, "id");
                if (descriptor["transports"] is JsonArray { Count: 0 })
                {
                    descriptor.Remove("transports");
                }
            }
        }

        return options;
    }

    private static void ToBase64(JsonObject node, string name) => node[name] = Convert.ToBase64String(Base64Url.DecodeFromChars(node[name]!.GetValue<string>()));
}
