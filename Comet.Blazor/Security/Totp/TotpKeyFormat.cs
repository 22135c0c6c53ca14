namespace Comet.Blazor.Security.Totp;

/// <summary>How a stored TOTP secret is to be read (contract: TOTPKeyEncryptionFormat, whose numbers other than 0 are the server's own).</summary>
public static class TotpKeyFormat
{
    /// <summary>There is no secret.</summary>
    public const int None = 0;

    /// <summary>Sealed, and no code of it has been seen yet: nobody knows whether the person's app has it.</summary>
    public const int Sealed = 1;

    /// <summary>Sealed, and a code of it was right once.</summary>
    public const int Confirmed = 2;
}
