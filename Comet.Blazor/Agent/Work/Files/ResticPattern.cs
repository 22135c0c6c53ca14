using System.Text;

namespace Comet.Blazor.Agent.Work.Files;

/// <summary>Lines of a file with exclusions, as restic reads it: blanks around a line, comments, variables and negations must be written so that they mean themselves.</summary>
public static class ResticPattern
{
    /// <summary>A glob pattern of a person.</summary>
    public static string OfGlob(string glob) => Line(glob);

    /// <summary>A path, and nothing else.</summary>
    public static string OfPath(string path) => Line(Literal(path));

    /// <summary>Everything below a folder whose name ends so.</summary>
    public static string OfSuffix(string folder, string suffix) => Line($"{Below(folder)}**{Path.DirectorySeparatorChar}*{Literal(suffix)}");

    /// <summary>Everything below a folder that has this name.</summary>
    public static string OfName(string folder, string name) => Line($"{Below(folder)}**{Path.DirectorySeparatorChar}{Literal(name)}");

    private static string Below(string folder) => Literal(folder) is var text && text.EndsWith(Path.DirectorySeparatorChar) ? text : text + Path.DirectorySeparatorChar;

    private static string Literal(string text)
    {
        if (!text.AsSpan().ContainsAny("*?[\\"))
        {
            return text;
        }

        var literal = new StringBuilder();
        foreach (var c in text)
        {
            switch (c)
            {
                case '*' or '?' or '[':
                    literal.Append('[').Append(c).Append(']');
                    break;
                case '\\' when !OperatingSystem.IsWindows():
                    literal.Append(@"\\");
                    break;
                default:
                    literal.Append(c);
                    break;
            }
        }

        return literal.ToString();
    }

    private static string Line(string pattern)
    {
        var line = pattern.Replace("$", "$$", StringComparison.Ordinal).Replace('\n', '?').Replace('\r', '?'); // a line can't hold their like
        if (line.Length > 0 && (line[0] is '!' or '#' || char.IsWhiteSpace(line[0])))
        {
            line = $"[{line[0]}]{line[1..]}";
        }

        return line.Length > 1 && char.IsWhiteSpace(line[^1]) ? $"{line[..^1]}[{line[^1]}]" : line;
    }
}
