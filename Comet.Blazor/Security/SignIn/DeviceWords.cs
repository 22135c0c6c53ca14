namespace Comet.Blazor.Security.SignIn;

/// <summary>A browser's or program's self-description in words that a person recognises in a list of sessions.</summary>
public static class DeviceWords
{
    private const int Longest = 80;

    // The first that matches counts: browsers name their ancestors too.
    private static readonly (string Mark, string Words)[] Browsers =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Words)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"), ("Linux", "Linux")];

    /// <summary>Such as "Firefox on Windows"; for a program the first word of its description; null for none.</summary>
    public static string? Of(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
        {
            return null;
        }

        var browser = Find(Browsers, userAgent);
        var system = Find(Systems, userAgent);
        return (browser, system) switch
        {
            ({ }, { }) => $"{browser} on {system}",
            ({ }, null) => browser,
            _ => Program(userAgent),
        };
    }

    private static string? Find((string Mark, string Words)[] known, string text) =>
        known.FirstOrDefault(k => text.Contains(k.Mark, StringComparison.Ordinal)).Words;

    private static string Program(string text)
    {
        var word = text.Split(' ', 2)[0];
        return new string([.. word.Where(static c => !char.IsControl(c)).Take(Longest)]);
    }
}
