using System.Security.Cryptography;

namespace Comet.Blazor.Kernel;

/// <summary>Makes passwords for people to pass on: 20 letters and digits in groups, without those that look alike (about 99 bits).</summary>
public static class NewPassword
{
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

    /// <summary>Such as "k7mfq-x2nre-8bhzw-pu4gc".</summary>
    public static string Make() => string.Join('-', Enumerable.Range(0, 4).Select(static _ => RandomNumberGenerator.GetString(Alphabet, 5)));
}
