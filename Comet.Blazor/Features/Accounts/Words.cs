using System.Globalization;

namespace Comet.Blazor.Features.Accounts;

/// <summary>Counts in words.</summary>
public static class Words
{
    /// <summary>"no devices", "1 device", "1,204 devices". For nouns that take an s.</summary>
    public static string Count(long n, string noun) => n == 0 ? $"no {noun}s" : string.Create(CultureInfo.InvariantCulture, $"{n:N0} {noun}{(n == 1 ? "" : "s")}");
}
