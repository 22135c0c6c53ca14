using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Documents;

/// <summary>Where a text is wrong.</summary>
/// <param name="Why">What is wrong, in a sentence.</param>
/// <param name="Line">From 1; 0 when it is no place.</param>
/// <param name="Column">From 1, in characters.</param>
public sealed record TextProblem(string Why, long Line = 0, long Column = 0);

/// <summary>Documents as indented JSON for people, and back.</summary>
public static class JsonText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // shown in a field, never as markup
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>The text.</summary>
    public static string Write(JsonObject document) => document.ToJsonString(Indented);

    /// <summary>The document of a text; else what is wrong, and where.</summary>
    /// <param name="text">The text.</param>
    /// <param name="what">What it is, for the sentence, such as "A profile".</param>
    /// <param name="check">Checks the document's shape.</param>
    /// <param name="problem">What is wrong; null for nothing.</param>
    public static JsonObject? Read(string text, string what, Func<JsonObject, Outcome> check, out TextProblem? problem)
    {
        problem = null;
        var utf8 = Encoding.UTF8.GetBytes(text);
        try
        {
            JsonTexts.Check(utf8);
            if (JsonNode.Parse(utf8, documentOptions: Strict) is not JsonObject root)
            {
                problem = new TextProblem($"{what} must be one JSON object, in braces {{ }}.", 1, 1);
                return null;
            }

            problem = check(root) is { Ok: false } wrong ? new TextProblem(wrong.Why) : null;
            return problem is null ? root : null;
        }
        catch (JsonException ex)
        {
            var end = ex.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            var path = ex.Message.IndexOf(" Path:", StringComparison.Ordinal);
            var cut = path >= 0 && (end < 0 || path < end) ? path : end;
            var why = cut < 0 ? ex.Message : ex.Message[..cut];
            if (ex.LineNumber is not { } line)
            {
                problem = new TextProblem($"This is not valid JSON: {why}"); // a field that comes twice, for instance
                return null;
            }

            var column = Characters(utf8, line, ex.BytePositionInLine ?? 0);
            problem = new TextProblem($"This is not valid JSON at line {line + 1}, character {column + 1}: {why}", line + 1, column + 1);
            return null;
        }
    }

    // The parser counts bytes, people count characters.
    private static long Characters(byte[] utf8, long line, long bytes)
    {
        var start = 0;
        for (var left = line; left > 0 && start < utf8.Length; start++)
        {
            left -= utf8[start] == (byte)'\n' ? 1 : 0;
        }

        return start > utf8.Length ? 0 : Encoding.UTF8.GetCharCount(utf8.AsSpan(start, (int)Math.Clamp(bytes, 0, utf8.Length - start)));
    }
}
