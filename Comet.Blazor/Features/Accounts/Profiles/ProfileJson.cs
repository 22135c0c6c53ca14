using System.Buffers;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Profiles;

/// <summary>Profiles as JSON text: reading, writing and the hash (spec/06 §4, decisions.md 9).</summary>
public static class ProfileJson
{
    /// <summary>Objects whose keys are chosen by people and programs; a key "Statistics" in there is no statistics.</summary>
    private static readonly FrozenSet<string> Maps = new[]
    {
        "Sources", "Destinations", "Devices", "BackupRules", "EngineProps", "OverrideEmailSettings", "OverrideDestinationRetention",
        "DefaultSources", "DefaultSourcesBackupRules", "DefaultSourcesWithOSRestriction", "DefaultBackupRules",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    // The text is stored and sent as application/json, never inside a page: no need to escape what HTML would need.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = 128 };

    /// <summary>Parses a document that a caller sent. Refuses what is no object, has a property twice, is nested deeper than 64, or holds a broken text.</summary>
    public static Outcome<JsonObject> Parse(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return Outcome.Invalid("The profile must be a JSON object.");
            }

            // A lone surrogate such as "\ud800" passes the parser and fails later, when somebody reads it.
            _ = Hash(document.RootElement);
            return JsonObject.Create(document.RootElement.Clone())!;
        }
        catch (JsonException ex)
        {
            return Outcome.Invalid($"The profile is not valid JSON: {ex.Message}");
        }
        catch (InvalidOperationException)
        {
            return Outcome.Invalid("The profile is not valid JSON: it holds a text that is not valid Unicode.");
        }
    }

    /// <summary>Reads a document from the store.</summary>
    /// <exception cref="InvalidDataException">It is no JSON object.</exception>
    public static JsonObject Load(byte[] utf8)
    {
        try
        {
            return JsonNode.Parse(utf8, documentOptions: Strict) as JsonObject ?? throw new InvalidDataException("A stored profile is no JSON object.");
        }
        catch (JsonException ex)
        {
            throw new InvalidDataException($"A stored profile is not valid JSON: {ex.Message}", ex);
        }
    }

    /// <summary>The document as compact UTF-8 JSON, numbers as they were written.</summary>
    public static byte[] Save(JsonObject root)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            root.WriteTo(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The profile's hash: SHA-256, lower-case hex, over the document with sorted properties and without Statistics at any level,
    /// so that a finished job does not break an open editor.
    /// </summary>
    public static string Hash(JsonElement root)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            Write(json, root, isMap: false);
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter json, JsonElement at, bool isMap)
    {
        switch (at.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var field in at.EnumerateObject().OrderBy(static p => p.Name, StringComparer.Ordinal))
                {
                    if (isMap || field.Name != "Statistics")
                    {
                        json.WritePropertyName(field.Name);
                        Write(json, field.Value, !isMap && Maps.Contains(field.Name));
                    }
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var value in at.EnumerateArray())
                {
                    Write(json, value, isMap: false);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(at.GetString());
                break;
            default:
                at.WriteTo(json);
                break;
        }
    }
}
