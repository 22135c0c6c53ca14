using System.Text;

namespace Comet.Blazor.Agent.Engine;

/// <summary>Reads lines of whatever a program prints, also when it is no text: a line is cut when it grows too long.</summary>
public static class LineReader
{
    /// <summary>Characters of a line that are kept.</summary>
    public const int MaxLine = 4000;

    /// <summary>Reads to the end of the stream. Empty lines are left out.</summary>
    public static async Task ReadAsync(TextReader stream, Action<string> take)
    {
        var line = new StringBuilder();
        var buffer = new char[4096];
        try
        {
            while (await stream.ReadAsync(buffer.AsMemory()) is > 0 and var count)
            {
                Feed(line, buffer.AsSpan(0, count), take);
            }
        }
        catch (Exception ex) when (ex is ObjectDisposedException or IOException)
        {
            return; // nobody waits for the rest any more
        }

        Flush(line, take);
    }

    private static void Feed(StringBuilder line, ReadOnlySpan<char> text, Action<string> take)
    {
        foreach (var c in text)
        {
            if (c is '\n' or '\r')
            {
                Flush(line, take);
            }
            else if (line.Length < MaxLine)
            {
                line.Append(char.IsControl(c) && c != '\t' ? '\ufffd' : c);
            }
        }
    }

    private static void Flush(StringBuilder line, Action<string> take)
    {
        if (line.Length > 0)
        {
            take(line.ToString());
            line.Clear();
        }
    }
}
