using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>
/// What a browser hands back from a key: the JSON form of PublicKeyCredential. Byte strings may be base64url as browsers write them, or base64 as
/// other programs do.
/// </summary>
public sealed class KeyAnswer
{
    private const int Longest = 64 * 1024; // characters; attestation included it is a few thousand
    private static readonly string[] Bytes = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    private readonly JsonObject _response;

    private KeyAnswer(JsonObject root, JsonObject response, byte[] id)
    {
        _response = response;
        Id = id;
        Attachment = Text(root, "authenticatorAttachment");
        Json = root.ToJsonString();
    }

    /// <summary>The credential's id.</summary>
    public byte[] Id { get; }

    /// <summary>"platform" for one that is built into the device, "cross-platform" for others; null when not told.</summary>
    public string? Attachment { get; }

    /// <summary>The whole, with byte strings as base64url.</summary>
    public string Json { get; }

    /// <summary>How the key is reached: usb, nfc, ble, hybrid, internal.</summary>
    public IReadOnlyList<string> Transports =>
        [.. (_response["transports"] as JsonArray ?? []).OfType<JsonValue>().Where(static v => v.GetValueKind() == JsonValueKind.String).Select(static v => v.GetValue<string>()).Where(static t => t.Length <= 32).Take(8)];

    /// <summary>What the browser signed for.</summary>
    public byte[] ClientData => BytesOf("clientDataJSON");

    /// <summary>What the key says about itself and the moment, at a sign-in.</summary>
    public byte[] AuthenticatorData => BytesOf("authenticatorData");

    /// <summary>The key's signature over both.</summary>
    public byte[] Signature => BytesOf("signature");

    /// <summary>Whether the key may be copied by its maker's service (flag BE), at a sign-in.</summary>
    public bool BackupEligible => AuthenticatorData is { Length: > 32 } data && (data[32] & 0x08) != 0;

    /// <summary>The form of the attestation of a registration, "none" as a rule.</summary>
    public string AttestationFormat
    {
        get
        {
            // A CBOR map whose shortest key stands first: map, "fmt", a short text.
            var bytes = BytesOf("attestationObject");
            return bytes.Length > 6 && bytes.AsSpan(1, 4).SequenceEqual("cfmt"u8) && bytes[5] is >= 0x60 and < 0x78 && bytes.Length >= 6 + (bytes[5] & 0x1f)
                ? Encoding.ASCII.GetString(bytes, 6, bytes[5] & 0x1f) : "";
        }
    }

    /// <summary>The number of the authenticator's model, at a registration; zeros when it keeps that to itself.</summary>
    public byte[] Aaguid
    {
        get
        {
            // In the authenticator data, a byte string of the map: behind the RP id's hash, flags and counter.
            var bytes = BytesOf("attestationObject").AsSpan();
            var at = bytes.LastIndexOf("hauthData"u8);
            var data = at < 0 ? [] : bytes[(at + 9)..];
            var head = data.Length == 0 ? 0 : data[0] switch { 0x58 => 2, 0x59 => 3, _ => 0 };
            return head > 0 && data.Length >= head + 37 + 16 ? data.Slice(head + 37, 16).ToArray() : new byte[16];
        }
    }

    /// <summary>Reads one; null when it is none.</summary>
    public static KeyAnswer? Read(string? json)
    {
        if (json is null or { Length: > Longest })
        {
            return null;
        }

        try
        {
            JsonTexts.Check(Encoding.UTF8.GetBytes(json));
            if (JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 }) is not JsonObject root || root["response"] is not JsonObject response
                || Decode(Text(root, "rawId") ?? Text(root, "id")) is not { Length: > 0 } id)
            {
                return null;
            }

            root["id"] = Base64Url.EncodeToString(id);
            root["rawId"] = Base64Url.EncodeToString(id);
            root["type"] ??= "public-key";
            root["clientExtensionResults"] ??= new JsonObject();
            foreach (var name in Bytes)
            {
                if (response[name] is null)
                {
                    response.Remove(name);
                }
                else if (Decode(Text(response, name)) is { } bytes)
                {
                    response[name] = Base64Url.EncodeToString(bytes);
                }
                else
                {
                    return null;
                }
            }

            return new KeyAnswer(root, response, id);
        }
        catch (JsonException)
        {
            return null; // the caller says that it can't be read
        }
    }

    private static string? Text(JsonObject node, string name) => node[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static byte[]? Decode(string? text)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            return Base64Url.DecodeFromChars(text.Replace('+', '-').Replace('/', '_'));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private byte[] BytesOf(string name) => Text(_response, name) is { } text ? Base64Url.DecodeFromChars(text) : [];
}
