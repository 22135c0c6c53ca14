using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Security.WebAuthn;

namespace Comet.Blazor.Tests.Security.WebAuthn;

/// <summary>A security key and its browser in software: answers as they do, or as an attacker would.</summary>
internal sealed class SoftKey : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public byte[] Id { get; init; } = RandomNumberGenerator.GetBytes(32);

    public uint Counter { get; set; } = 1;

    /// <summary>UP, UV.</summary>
    public byte Flags { get; set; } = 0x05;

    /// <summary>The page at which the person is.</summary>
    public string Origin { get; set; } = "https://comet.example";

    /// <summary>The name that the key signs for; null for the one that it is asked for.</summary>
    public string? SignsFor { get; set; }

    public string? Type { get; set; }

    public byte[] Point
    {
        get
        {
            var q = _key.ExportParameters(false).Q;
            return [0x04, .. q.X!, .. q.Y!];
        }
    }

    /// <summary>The secret, to put it into another key of software.</summary>
    public byte[] PrivateKey => _key.ExportPkcs8PrivateKey();

    /// <summary>The message that this key sent when it was registered by U2F.</summary>
    public byte[] U2fRegistration => [0x05, .. Point, (byte)Id.Length, .. Id, 0x30, 0x03, 0x02, 0x01, 0x00, .. Enumerable.Repeat((byte)7, 70)];

    public string Register(KeyChallenge challenge)
    {
        var rp = challenge.Options["rp"]!["id"]!.GetValue<string>();
        byte[] data = [.. Head(SignsFor ?? rp, (byte)(Flags | 0x40)), .. new byte[16], .. Short(Id.Length), .. Id, .. LegacyKeyVerifier.CoseOf(Point)!];
        byte[] attestation = [0xa3, .. Text("fmt"), .. Text("none"), .. Text("attStmt"), 0xa0, .. Text("authData"), 0x59, .. Short(data.Length), .. data];
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Url(ClientData(Type ?? "webauthn.create", challenge)),
            ["attestationObject"] = Url(attestation),
            ["transports"] = new JsonArray("usb"),
        });
    }

    public string Sign(KeyChallenge challenge)
    {
        Counter++;
        var data = Head(SignsFor ?? challenge.Options["rpId"]!.GetValue<string>(), Flags);
        var client = ClientData(Type ?? "webauthn.get", challenge);
        return Answer(new JsonObject
        {
            ["clientDataJSON"] = Url(client),
            ["authenticatorData"] = Url(data),
            ["signature"] = Url(_key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        });
    }

    public void Dispose() => _key.Dispose();

    private static byte[] Text(string text) => [(byte)(0x60 + text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Short(int value) => [(byte)(value >> 8), (byte)value];

    private static string Url(byte[] bytes) => Base64Url.EncodeToString(bytes);

    private byte[] Head(string name, byte flags)
    {
        var counter = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(counter, Counter);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(name)), flags, .. counter];
    }

    private byte[] ClientData(string type, KeyChallenge challenge) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["type"] = type,
        ["challenge"] = Url(Convert.FromBase64String(challenge.Options["challenge"]!.GetValue<string>())),
        ["origin"] = Origin,
        ["crossOrigin"] = false,
        ["other_keys_can_be_added_here"] = "do not compare clientDataJSON against a template",
    });

    private string Answer(JsonObject response) => new JsonObject
    {
        ["id"] = Url(Id),
        ["rawId"] = Url(Id),
        ["type"] = "public-key",
        ["authenticatorAttachment"] = "cross-platform",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    }.ToJsonString();
}
