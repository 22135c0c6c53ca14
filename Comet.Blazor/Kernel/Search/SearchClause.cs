using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Comet.Blazor.Kernel.Search;

/// <summary>
/// A filter as the contract has it (spec/02 §5): either a rule about one field, or a group of further clauses. Reading it checks its shape alone; what
/// its fields, operators and values mean is <see cref="SearchFields{T}"/>' business.
/// </summary>
public sealed record SearchClause
{
    /// <summary>All children hold.</summary>
    public const string And = "and";

    /// <summary>At least one child holds.</summary>
    public const string Or = "or";

    /// <summary>Not all children hold.</summary>
    public const string NotAnd = "not_and";

    /// <summary>No child holds.</summary>
    public const string NotOr = "not_or";

    /// <summary>Deepest nesting, the outermost clause counted.</summary>
    public const int DeepestNesting = 32;

    /// <summary>The most clauses in one filter, all levels together.</summary>
    public const int MostClauses = 1000;

    /// <summary>Longest value, in characters.</summary>
    public const int LongestValue = 2000;

    /// <summary>The clause that everything matches.</summary>
    public static SearchClause All { get; } = new();

    /// <summary>Empty for a rule; else how the children are joined.</summary>
    public string ClauseType { get; init; } = "";

    /// <summary>A rule's field.</summary>
    public string RuleField { get; init; } = "";

    /// <summary>A rule's operator (<see cref="SearchOperators"/>).</summary>
    public string RuleOperator { get; init; } = "";

    /// <summary>A rule's value, always as text.</summary>
    public string RuleValue { get; init; } = "";

    /// <summary>A group's clauses.</summary>
    public ImmutableArray<SearchClause> Children { get; init; } = [];

    /// <summary>True when everything matches: all fields are empty.</summary>
    public bool IsEmpty => ClauseType.Length == 0 && RuleField.Length == 0 && RuleOperator.Length == 0 && RuleValue.Length == 0;

    /// <summary>A rule.</summary>
    public static SearchClause Rule(string field, string op, string value) => new() { RuleField = field, RuleOperator = op, RuleValue = value };

    /// <summary>A group.</summary>
    public static SearchClause Group(string type, params ImmutableArray<SearchClause> children) => new() { ClauseType = type, Children = children };

    /// <summary>Reads a filter. Nothing, null and an object without fields match everything. Refused as <see cref="Refusal.Invalid"/>.</summary>
    public static Outcome<SearchClause> Parse(string? json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return All;
        }

        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = (2 * DeepestNesting) + 8 });
            return Parse(document.RootElement);
        }
        catch (JsonException ex)
        {
            return Outcome.Invalid($"The filter can't be read as JSON: {ex.Message}");
        }
    }

    /// <inheritdoc cref="Parse(string)" />
    public static Outcome<SearchClause> Parse(JsonNode? json) => Parse(json?.ToJsonString());

    /// <inheritdoc cref="Parse(string)" />
    public static Outcome<SearchClause> Parse(JsonElement json)
    {
        var clauses = 0;
        return Read(json, 1, ref clauses);
    }

    /// <summary>The contract's JSON.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["ClauseType"] = ClauseType, ["RuleField"] = RuleField, ["RuleOperator"] = RuleOperator, ["RuleValue"] = RuleValue };
        json["ClauseChildren"] = new JsonArray([.. Children.Select(static c => (JsonNode)c.ToJson())]);
        return json;
    }

    private static Outcome<SearchClause> Read(JsonElement json, int depth, ref int clauses)
    {
        if (json.ValueKind == JsonValueKind.Null)
        {
            return All;
        }

        if (json.ValueKind != JsonValueKind.Object)
        {
            return Outcome.Invalid("A clause of the filter is no JSON object.");
        }

        if (depth > DeepestNesting)
        {
            return Outcome.Invalid($"The filter is nested too deep: at most {DeepestNesting} levels.");
        }

        if (++clauses > MostClauses)
        {
            return Outcome.Invalid($"The filter has too many clauses: at most {MostClauses}.");
        }

        var texts = new string[4];
        string[] names = ["ClauseType", "RuleField", "RuleOperator", "RuleValue"];
        for (var i = 0; i < names.Length; i++)
        {
            if (Text(json, names[i]) is not { } text)
            {
                return Outcome.Invalid($"{names[i]} of a clause must be a text. Numbers and truth values stand in quotes there, as in \"7000\" and \"true\".");
            }

            if (text.Length > LongestValue)
            {
                return Outcome.Invalid($"{names[i]} of a clause is too long: at most {LongestValue} characters.");
            }

            texts[i] = text;
        }

        var children = ReadChildren(json, depth, ref clauses);
        if (!children.Ok)
        {
            return children.Plain;
        }

        var clause = new SearchClause { ClauseType = texts[0], RuleField = texts[1], RuleOperator = texts[2], RuleValue = texts[3], Children = children.Value };
        return clause.ClauseType switch
        {
            "" when clause.Children.Length > 0 => Outcome.Invalid("A clause has ClauseChildren but no ClauseType. Put and, or, not_and or not_or there."),
            "" or And or Or or NotAnd or NotOr => clause,
            _ => Outcome.Invalid($"The filter has the unknown ClauseType “{Short(clause.ClauseType)}”. It must be and, or, not_and, not_or, or empty for a rule."),
        };
    }

    private static Outcome<ImmutableArray<SearchClause>> ReadChildren(JsonElement json, int depth, ref int clauses)
    {
        if (!json.TryGetProperty("ClauseChildren", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return ImmutableArray<SearchClause>.Empty;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            return Outcome.Invalid("ClauseChildren of a clause must be a list.");
        }

        var children = ImmutableArray.CreateBuilder<SearchClause>();
        foreach (var one in list.EnumerateArray())
        {
            var child = Read(one, depth + 1, ref clauses);
            if (!child.Ok)
            {
                return child.Plain;
            }

            children.Add(child.Value);
        }

        return children.ToImmutable();
    }

    private static string? Text(JsonElement json, string name) =>
        !json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? ""
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : null;

    internal static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
