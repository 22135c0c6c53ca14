using System.Security.Cryptography;

namespace Comet.Blazor.Kernel;

/// <summary>The short number that a person reads on the screen and an administrator finds in the log.</summary>
public static class ErrorReference
{
    /// <summary>Eight hex digits in two groups: "3F09-A1C4".</summary>
    public static string New()
    {
        var digits = RandomNumberGenerator.GetHexString(8);
        return $"{digits[..4]}-{digits[4..]}";
    }
}
