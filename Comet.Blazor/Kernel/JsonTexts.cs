using System.Text.Json;

namespace Comet.Blazor.Kernel;

/// <summary>
/// Looks at the texts of JSON from outside. Half of a surrogate pair ("\ud800") passes the parser and makes whoever reads that text later fail, with an
/// exception that nobody expects there.
/// </summary>
public static class JsonTexts
{
    /// <summary>Reads all names and texts of a document.</summary>
    /// <param name="json">A whole document, as UTF-8.</param>
    /// <exception cref="JsonException">It is no JSON, or one of its texts is not Unicode; with line and position.</exception>
    public static void Check(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = int.MaxValue }); // depth is the parser's to judge
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String) || !reader.ValueIsEscaped)
            {
                continue;
            }

            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException ex)
            {
                var before = json[..(int)reader.TokenStartIndex];
                throw new JsonException("A text holds half of a Unicode character.", null, before.Count((byte)'\n'), before.Length - (before.LastIndexOf((byte)'\n') + 1), ex);
            }
        }
    }
}
