namespace Comet.Blazor.Security.Totp;

/// <summary>A new secret as its owner gets to see it, once.</summary>
/// <param name="Secret">The secret, for typing.</param>
/// <param name="Url">The otpauth address.</param>
/// <param name="Image">The address as QR code: a PNG as data address.</param>
public sealed record NewTotp(TotpSecret Secret, string Url, string Image)
{
    /// <summary>This server, as authenticator apps list it.</summary>
    public const string Issuer = "Comet Server";

    /// <summary>For this person.</summary>
    public static NewTotp For(TotpSecret secret, string name)
    {
        var url = secret.Url(Issuer, name);
        return new NewTotp(secret, url, TotpSecret.Image(url));
    }
}
