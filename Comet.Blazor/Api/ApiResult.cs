using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Api;

/// <summary>An answer of the HTTP API; always sent with HTTP status 200 (spec/06 §3).</summary>
/// <param name="ContentType">The content type.</param>
/// <param name="WriteAsync">Writes the body.</param>
public sealed record ApiResult(string ContentType, Func<Stream, CancellationToken, Task> WriteAsync)
{
    private const string JsonType = "application/json; charset=utf-8";

    /// <summary>The success envelope {"Status":200,"Message":"OK"}.</summary>
    public static ApiResult Ok { get; } = Envelope(200, "OK");

    /// <summary>The envelope.</summary>
    public static ApiResult Envelope(int status, string message) =>
        Json(new JsonObject { ["Status"] = status, ["Message"] = message });

    /// <summary>The envelope of a refusal, or of success.</summary>
    public static ApiResult From(Outcome outcome) => outcome.Ok ? Ok : Envelope((int)outcome.Kind, Sentence(outcome));

    /// <summary>A JSON document.</summary>
    public static ApiResult Json(JsonNode? node) => Bytes(JsonType, Encoding.UTF8.GetBytes(node?.ToJsonString() ?? "null"));

    /// <summary>A ready UTF-8 JSON document.</summary>
    public static ApiResult Json(byte[] utf8) => Bytes(JsonType, utf8);

    // Clients take an answer without a Message for a success (spec/06 §3).
    private static string Sentence(Outcome outcome) => outcome.Why.Length > 0 ? outcome.Why : $"Refused: {outcome.Kind}.";

    private static ApiResult Bytes(string type, byte[] bytes) => new(type, (body, ct) => body.WriteAsync(bytes, ct).AsTask());
}
