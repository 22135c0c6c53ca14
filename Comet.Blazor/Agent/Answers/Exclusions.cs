using System.Text;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Agent.Answers;

/// <summary>
/// Which paths restic leaves out for glob patterns: a pattern names parts of a path one after the other, anywhere in it, or from its beginning when
/// the pattern is a full path; <c>**</c> stands for any number of parts, <c>!</c> in front takes back what patterns before have left out.
/// </summary>
/// <param name="patterns">As the Protected Item has them.</param>
public sealed class Exclusions(IEnumerable<string> patterns)
{
    private readonly Pattern[] _patterns = [.. patterns.Select(static p => p.Trim()).Where(static p => p.Length > 0).Select(Pattern.Of)];

    /// <summary>True when this path is left out, and with it everything below.</summary>
    public bool Hold(string path)
    {
        if (_patterns.Length == 0)
        {
            return false;
        }

        var parts = Parts(path);
        var held = false;
        foreach (var pattern in _patterns)
        {
            if (held == pattern.TakesBack && pattern.Matches(parts))
            {
                held = !pattern.TakesBack;
            }
        }

        return held;
    }

    /// <summary>"/srv/a" becomes "/", "srv", "a".</summary>
    private static string[] Parts(string path)
    {
        var parts = path.Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\').Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path.StartsWith('/') ? ["/", .. parts] : parts;
    }

    private sealed record Pattern(bool TakesBack, Part[] Parts)
    {
        public static Pattern Of(string text)
        {
            var takesBack = text.StartsWith('!');
            return new Pattern(takesBack, [.. Exclusions.Parts(takesBack ? text[1..] : text).Where(static p => p != ".").Select(Part.Of)]);
        }

        public bool Matches(string[] path)
        {
            var last = Parts is [{ Text: "/" }, ..] ? 0 : path.Length - 1;
            var first = last > 0 && path[0] == "/" ? 1 : 0;
            for (var offset = first; offset <= last; offset++)
            {
                if (MatchesAt(0, path.AsSpan(offset)))
                {
                    return true;
                }
            }

            return false;
        }

        private bool MatchesAt(int part, ReadOnlySpan<string> path)
        {
            if (part == Parts.Length)
            {
                return true; // what is below a match is left out, too
            }

            if (Parts[part].Text != "**")
            {
                return path.Length > 0 && Parts[part].Matches(path[0]) && MatchesAt(part + 1, path[1..]);
            }

            for (var any = 0; any <= path.Length; any++)
            {
                if (MatchesAt(part + 1, path[any..]))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed record Part(string Text, Regex? Glob)
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

        public static Part Of(string text) => new(text, text.IndexOfAny(['*', '?', '[', '\\']) < 0 ? null : new Regex(Expression(text), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Limit));

        public bool Matches(string name) => Glob?.IsMatch(name) ?? string.Equals(Text, name, StringComparison.Ordinal);

        private static string Expression(string glob)
        {
            var text = new StringBuilder("\\A");
            for (var i = 0; i < glob.Length; i++)
            {
                switch (glob[i])
                {
                    case '*':
                        text.Append("[^/]*");
                        break;
                    case '?':
                        text.Append("[^/]");
                        break;
                    case '[' when glob.IndexOf(']', i + 2) is > 0 and var end:
                        var negated = glob[i + 1] is '^' or '!';
                        text.Append(negated ? "[^" : "[").Append(glob[(i + (negated ? 2 : 1))..end].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)).Append(']');
                        i = end;
                        break;
                    case '\\' when i + 1 < glob.Length && !OperatingSystem.IsWindows():
                        text.Append(Regex.Escape(glob[++i].ToString()));
                        break;
                    default:
                        text.Append(Regex.Escape(glob[i].ToString()));
                        break;
                }
            }

            return text.Append("\\z").ToString();
        }
    }
}
