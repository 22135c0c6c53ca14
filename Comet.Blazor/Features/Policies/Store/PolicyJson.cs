using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Policies.Store;

/// <summary>Policies as JSON text: reading, writing and the hash (spec/06 §4).</summary>
public static class PolicyJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 128 };

    /// <summary>Reads what a caller sent. Refused as <see cref="Refusal.Invalid"/> with what is wrong, and where.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="what">What it is, for the sentence, such as "The policy".</param>
    public static Outcome<JsonObject> Parse(ReadOnlyMemory<byte> utf8, string what)
    {
        try
        {
            JsonTexts.Check(utf8.Span);
            return JsonNode.Parse(utf8.Span, documentOptions: Strict) is JsonObject root ? root : Outcome.Invalid($"{what} must be a JSON object.");
        }
        catch (JsonException ex)
        {
            return Outcome.Invalid($"{what} is not valid JSON: {ex.Message}");
        }
    }

    /// <summary>Reads a document from the store.</summary>
    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    public static JsonObject Load(byte[] utf8)
    {
        try
        {
            return JsonNode.Parse(utf8, documentOptions: Strict) as JsonObject ?? throw new InvalidDataException("A stored policy is no JSON object.");
        }
        catch (JsonException ex)
        {
            throw new InvalidDataException($"A stored policy is not valid JSON: {ex.Message}", ex);
        }
    }

    /// <summary>The document as compact UTF-8 JSON.</summary>
    public static byte[] Save(JsonNode root)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            root.WriteTo(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>SHA-256, lower-case hex, over the document with sorted properties.</summary>
    public static string Hash(JsonNode root)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            Write(json, root);
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, JsonNode? at)
    {
        switch (at)
        {
            case null:
                json.WriteNullValue();
                break;
            case JsonObject map:
                json.WriteStartObject();
                foreach (var (name, value) in map.OrderBy(static p => p.Key, StringComparer.Ordinal))
                {
                    json.WritePropertyName(name);
                    Write(json, value);
                }

                json.WriteEndObject();
                break;
            case JsonArray list:
                json.WriteStartArray();
                foreach (var value in list)
                {
                    Write(json, value);
                }

                json.WriteEndArray();
                break;
            default:
                at.WriteTo(json);
                break;
        }
    }
}
