using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Tests.App;

/// <summary>
/// MudBlazor's style sheet, cut to the parts that are used: dialogs, overlays, toasts and what those are made of. The whole one is 613 KiB, a third
/// of what a browser fetches for its first page, and styles components that nobody here renders.
/// </summary>
public static partial class MudSheet
{
    /// <summary>First words of the classes that stay, after "mud-".</summary>
    private static readonly FrozenSet<string> Kept =
        new[] { "alert", "dialog", "elevation", "focus", "icon", "layout", "overlay", "popover", "ripple", "snackbar", "svg", "typography" }.ToFrozenSet();

    /// <summary>Single classes that stay: parts of the components above.</summary>
    private static readonly FrozenSet<string> KeptClasses = new[] { "mud-button-root", "mud-button-label", "mud-inherit-text", "ms-2", "me-n3", "ml-n3", "outline-none" }.ToFrozenSet();

    /// <summary>The package's sheet of the version in use.</summary>
    public static string Whole()
    {
        using var assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Comet.Blazor.staticwebassets.runtime.json")));
        return assets.RootElement.GetProperty("ContentRoots").EnumerateArray().Select(static r => Path.Combine(r.GetString()!, "MudBlazor.min.css")).First(File.Exists);
    }

    /// <summary>The sheet without what is not used.</summary>
    public static string Trim(string css) => "/* Part of the style sheet of MudBlazor (MIT licence), made by MudSheetTests. */\n" + Rules(css.TrimStart('\ufeff'));

    /// <summary>The classes that a sheet styles.</summary>
    public static HashSet<string> Classes(string css) => [.. ClassName().Matches(Bodies().Replace(css, "{}")).Select(static m => m.Groups["name"].Value)];

    private static string Rules(string css)
    {
        var kept = new StringBuilder();
        for (var at = 0; css.IndexOf('{', at) is var open and >= 0;)
        {
            if (css[at] == '@' && css.IndexOf(';', at) is var end and >= 0 && end < open) // such as @charset
            {
                kept.Append(css, at, end + 1 - at);
                at = end + 1;
                continue;
            }

            var close = End(css, open);
            kept.Append(Rule(css[at..open], css[(open + 1)..(close - 1)]));
            at = close;
        }

        return kept.ToString();
    }

    private static string Rule(string head, string body)
    {
        if (head.StartsWith("@media", StringComparison.Ordinal) || head.StartsWith("@supports", StringComparison.Ordinal))
        {
            return Rules(body) is { Length: > 0 } inner ? $"{head}{{{inner}}}" : "";
        }

        if (head[0] == '@')
        {
            return !head.Contains("keyframes", StringComparison.Ordinal) || Kept.Any(k => head.Contains("mud-" + k, StringComparison.Ordinal)) ? $"{head}{{{body}}}" : "";
        }

        var selectors = Comma().Split(head).Where(static s => ClassName().Matches(s).All(static m => IsKept(m.Groups["name"].Value))).ToList();
        return selectors.Count > 0 ? $"{string.Join(',', selectors)}{{{body}}}\n" : "";
    }

    private static bool IsKept(string name) => KeptClasses.Contains(name) || (name.StartsWith("mud-", StringComparison.Ordinal) && Kept.Contains(name[4..].Split('-')[0]));

    private static int End(string css, int open)
    {
        var depth = 1;
        var at = open + 1;
        for (; depth > 0; at++)
        {
            depth += css[at] == '{' ? 1 : css[at] == '}' ? -1 : 0;
        }

        return at;
    }

    [GeneratedRegex(@"\.(?<name>-?[_a-zA-Z][\w-]*)", RegexOptions.ExplicitCapture)]
    private static partial Regex ClassName();

    [GeneratedRegex(@",(?![^(]*\))")]
    private static partial Regex Comma();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Bodies();
}
