using System.Text;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Agent.Work.Files;

/// <summary>Patterns on paths as regular expressions that take linear time, whatever the pattern and the path. Case counts, except on Windows.</summary>
public static class PathRegex
{
    private static readonly RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline | (OperatingSystem.IsWindows() ? RegexOptions.IgnoreCase : RegexOptions.None);

    /// <summary>A regular expression of a person.</summary>
    /// <exception cref="AgentFailure">It means nothing, or needs more than linear time.</exception>
    public static Regex Of(string pattern)
    {
        try
        {
            return new Regex(pattern, Options);
        }
        catch (Exception ex) when (ex is ArgumentException or NotSupportedException)
        {
            throw new AgentFailure($"The regular expression {pattern} can't be used: {ex.Message.TrimEnd('.')}. Correct the Protected Item or the policy. References back and looking around are not supported.", ex);
        }
    }

    /// <summary>A glob pattern below a folder: on the name at any depth, or on the path below the folder when it holds a slash.</summary>
    /// <exception cref="AgentFailure">It means nothing.</exception>
    public static Regex OfGlob(string top, string glob)
    {
        var pattern = OperatingSystem.IsWindows() ? glob.Replace('\\', '/') : glob;
        var folder = Path.TrimEndingDirectorySeparator(top);
        var start = "^" + Regex.Escape(OperatingSystem.IsWindows() ? folder.Replace('\\', '/') : folder) + (folder.EndsWith('/') ? "" : "/");
        return Of(pattern.Contains('/') ? start + Body(pattern.TrimStart('/')) + "$" : start + "(?:.*/)?" + Body(pattern) + "$");
    }

    /// <summary>The path as expressions of <see cref="OfGlob"/> see it.</summary>
    public static string ForGlob(string path) => OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;

    private static string Body(string glob)
    {
        var body = new StringBuilder();
        for (var i = 0; i < glob.Length; i++)
        {
            switch (glob[i])
            {
                case '*' when glob.AsSpan(i).StartsWith("**/"):
                    body.Append("(?:.*/)?");
                    i += 2;
                    break;
                case '*' when glob.AsSpan(i).StartsWith("**"):
                    body.Append(".*");
                    i++;
                    break;
                case '*':
                    body.Append("[^/]*");
                    break;
                case '?':
                    body.Append("[^/]");
                    break;
                case '[' when glob.IndexOf(']', Math.Min(i + 2, glob.Length)) is > 0 and var end:
                    body.Append('[').Append(glob[i + 1] is '!' or '^' ? "^" : "").Append(Class(glob[(glob[i + 1] is '!' or '^' ? i + 2 : i + 1)..end])).Append(']');
                    i = end;
                    break;
                case '\\' when i + 1 < glob.Length:
                    body.Append(Regex.Escape(glob[++i].ToString()));
                    break;
                default:
                    body.Append(Regex.Escape(glob[i].ToString()));
                    break;
            }
        }

        return body.ToString();
    }

    private static string Class(string members) => members.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal).Replace("]", @"\]", StringComparison.Ordinal).Replace("^", @"\^", StringComparison.Ordinal);
}
