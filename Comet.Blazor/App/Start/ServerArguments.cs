using Comet.Blazor.Kernel;

namespace Comet.Blazor.App.Start;

/// <summary>
/// Checks the server's command line before configuration reads it: the configuration system itself silently ignores what it does not
/// know, and a mistyped option must not start a server with other settings than were meant (decisions.md 28).
/// </summary>
public static class ServerArguments
{
    private static readonly string[] Sections = ["Urls", CometOptions.Section, "Serilog", "Kestrel", "AllowedHosts", "Environment"];

    private static readonly HashSet<string> CometNames =
        typeof(CometOptions).GetProperties().Select(p => p.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The complaint about the first wrong argument, or null when all are fine.</summary>
    public static string? Check(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                return i == 0 ? $"There is no verb '{args[i]}'." : $"The argument '{args[i]}' belongs to no option.";
            }

            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? args[i][2..] : args[i][2..equals];
            if (CheckKey(key) is { } complaint)
            {
                return complaint;
            }

            if (equals < 0 && ++i >= args.Count)
            {
                return $"The option --{key} needs a value.";
            }
        }

        return null;
    }

    private static string? CheckKey(string key)
    {
        var parts = key.Split(':');
        if (!Sections.Contains(parts[0], StringComparer.OrdinalIgnoreCase))
        {
            return $"There is no option '--{key}'.";
        }

        return parts[0].Equals(CometOptions.Section, StringComparison.OrdinalIgnoreCase) && (parts.Length != 2 || !CometNames.Contains(parts[1]))
            ? $"There is no option '--{key}'. Known under Comet: {string.Join(", ", CometNames.Order(StringComparer.Ordinal))}."
            : null;
    }
}
