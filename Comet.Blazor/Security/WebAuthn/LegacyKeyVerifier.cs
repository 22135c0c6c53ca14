using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>
/// Verifies the answers of keys that were registered by U2F, which the framework's handler can't: they answer to the server's address of then
/// (the appid extension of WebAuthn) instead of its name. Always ES256. Written by hand after W3C WebAuthn §7.2 and §10.1.1.
/// </summary>
public static class LegacyKeyVerifier
{
    private const int PointLength = 65; // 0x04, x, y
    private const int HeadLength = 37; // hash of the RP id, flags, counter
    private const byte UserPresent = 0x01;

    // COSE of a P-256 key in its one canonical form: {1: 2, 3: -7, -1: 1, -2: x, -3: y}
    private static readonly byte[] CoseHead = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
    private static readonly byte[] CoseMiddle = [0x22, 0x58, 0x20];

    /// <summary>Verifies; answers the key's counter, which the caller compares. A refusal has the reason, for the log.</summary>
    /// <param name="answer">What the browser handed back.</param>
    /// <param name="publicKey">COSE, or the bare point as other versions stored it.</param>
    /// <param name="challenge">The challenge of this ceremony.</param>
    /// <param name="at">Where the person is.</param>
    /// <param name="appId">The address that was asked for; null when none was.</param>
    public static Outcome<uint> Verify(KeyAnswer answer, byte[] publicKey, byte[] challenge, KeyOrigin at, string? appId)
    {
        var (client, data) = (answer.ClientData, answer.AuthenticatorData);
        if (CheckClient(client, challenge, at) is { Ok: false } bad)
        {
            return bad;
        }

        if (data.Length < HeadLength)
        {
            return Outcome.Invalid("The authenticator data is too short.");
        }

        var hash = data.AsSpan(0, 32);
        if (!Is(hash, at.RpId) && (appId is null || !Is(hash, appId)))
        {
            return Outcome.Invalid("The answer is for another address than was asked for.");
        }

        if ((data[32] & UserPresent) == 0)
        {
            return Outcome.Invalid("Nobody touched the key.");
        }

        return SignatureHolds(publicKey, [.. data, .. SHA256.HashData(client)], answer.Signature)
            ? BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(33, 4))
            : Outcome.Invalid("The signature is wrong.");
    }

    /// <summary>The COSE form of a P-256 point, as registrations keep it; null when it is no point of the curve.</summary>
    public static byte[]? CoseOf(ReadOnlySpan<byte> point)
    {
        using var key = Import(point);
        return key is null ? null : [.. CoseHead, .. point.Slice(1, 32), .. CoseMiddle, .. point.Slice(33, 32)];
    }

    private static Outcome CheckClient(byte[] json, byte[] challenge, KeyOrigin at)
    {
        try
        {
            // Parsed, never compared as text: browsers add members of their own.
            JsonTexts.Check(json);
            using var client = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (client.RootElement.ValueKind != JsonValueKind.Object || Text(client.RootElement, "type") != "webauthn.get")
            {
                return Outcome.Invalid("The answer is not one to a sign-in.");
            }

            if (Text(client.RootElement, "challenge") is not { } said || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(said.TrimEnd('=')), Encoding.ASCII.GetBytes(Base64Url.EncodeToString(challenge))))
            {
                return Outcome.Invalid("The answer is to another challenge.");
            }

            if (!at.Accepts(Text(client.RootElement, "origin")) || (client.RootElement.TryGetProperty("crossOrigin", out var cross) && cross.ValueKind == JsonValueKind.True))
            {
                return Outcome.Invalid("The answer was given at another page.");
            }

            return Outcome.Done;
        }
        catch (JsonException)
        {
            return Outcome.Invalid("The client data are no JSON.");
        }
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Is(ReadOnlySpan<byte> hash, string name) => CryptographicOperations.FixedTimeEquals(hash, SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static bool SignatureHolds(byte[] publicKey, byte[] signed, byte[] signature)
    {
        using var key = Import(PointOf(publicKey));
        return key is not null && key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static byte[] PointOf(byte[] key)
    {
        const int X = 10, Y = 45;
        return key.Length == Y + 32 && key.AsSpan().StartsWith(CoseHead) && key.AsSpan(X + 32, 3).SequenceEqual(CoseMiddle)
            ? [0x04, .. key.AsSpan(X, 32), .. key.AsSpan(Y, 32)]
            : key;
    }

    private static ECDsa? Import(ReadOnlySpan<byte> point)
    {
        if (point.Length != PointLength || point[0] != 0x04)
        {
            return null;
        }

        try
        {
            return ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point.Slice(1, 32).ToArray(), Y = point.Slice(33, 32).ToArray() } });
        }
        catch (CryptographicException)
        {
            return null; // not on the curve; the callers say so
        }
    }
}
