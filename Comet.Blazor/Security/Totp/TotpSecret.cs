using QRCoder;

namespace Comet.Blazor.Security.Totp;

/// <summary>A secret of time-based codes in base32, as authenticator apps take it. Shown to its owner once; stored only sealed.</summary>
/// <param name="Text">Base32, 32 characters.</param>
public sealed record TotpSecret(string Text)
{
    /// <summary>The secret in groups of four, for typing.</summary>
    public string Grouped => string.Join(' ', Text.Chunk(4).Select(static c => new string(c)));

    /// <summary>The otpauth address that a QR code holds.</summary>
    /// <param name="issuer">This server, as the app will list it.</param>
    /// <param name="name">The person.</param>
    public string Url(string issuer, string name) =>
        $"otpauth://totp/{Uri.EscapeDataString(issuer)}:{Uri.EscapeDataString(name)}?secret={Text}&issuer={Uri.EscapeDataString(issuer)}&algorithm=SHA1&digits={TotpCodes.Digits}&period={TotpCodes.StepSeconds}";

    /// <summary>The QR code of an address as a PNG in a data address, dark on white in any theme: cameras need it so.</summary>
    public static string Image(string url)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(url, QRCodeGenerator.ECCLevel.M);
        using var code = new PngByteQRCode(data);
        return "data:image/png;base64," + Convert.ToBase64String(code.GetGraphic(6));
    }

    /// <summary>Says nothing: secrets are not for logs.</summary>
    public override string ToString() => nameof(TotpSecret);
}
