using System.Text.Json.Serialization;

namespace Comet.Blazor.Agent.Work.Streams;

/// <summary>Lists of texts inside settings.</summary>
[JsonSerializable(typeof(string[]))]
public sealed partial class StringsJson : JsonSerializerContext;
