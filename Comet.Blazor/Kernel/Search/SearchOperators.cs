namespace Comet.Blazor.Kernel.Search;

/// <summary>What kind of value a field has, and so which operators go with it.</summary>
public enum SearchType
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>True or false.</summary>
    Flag,
}

/// <summary>One operator.</summary>
/// <param name="Name">As in the contract, such as str_eq_ci.</param>
/// <param name="Type">The fields it goes with.</param>
/// <param name="Words">In words, between field and value: "contains (any case)".</param>
public sealed record SearchOperator(string Name, SearchType Type, string Words);

/// <summary>All operators of spec/02 §5.</summary>
public static class SearchOperators
{
    /// <summary>The operators, texts first.</summary>
    public static IReadOnlyList<SearchOperator> All { get; } =
    [
        new("str_eq", SearchType.Text, "is"),
        new("str_neq", SearchType.Text, "is not"),
        new("str_contains", SearchType.Text, "contains"),
        new("str_ncontains", SearchType.Text, "does not contain"),
        new("str_startswith", SearchType.Text, "starts with"),
        new("str_nstartswith", SearchType.Text, "does not start with"),
        new("str_endswith", SearchType.Text, "ends with"),
        new("str_nendswith", SearchType.Text, "does not end with"),
        new("str_eq_ci", SearchType.Text, "is (any case)"),
        new("str_neq_ci", SearchType.Text, "is not (any case)"),
        new("str_contains_ci", SearchType.Text, "contains (any case)"),
        new("str_ncontains_ci", SearchType.Text, "does not contain (any case)"),
        new("str_startswith_ci", SearchType.Text, "starts with (any case)"),
        new("str_nstartswith_ci", SearchType.Text, "does not start with (any case)"),
        new("str_endswith_ci", SearchType.Text, "ends with (any case)"),
        new("str_nendswith_ci", SearchType.Text, "does not end with (any case)"),
        new("str_regexmatch", SearchType.Text, "matches the pattern"),
        new("str_nregexmatch", SearchType.Text, "does not match the pattern"),
        new("int_eq", SearchType.Number, "="),
        new("int_neq", SearchType.Number, "≠"),
        new("int_lt", SearchType.Number, "<"),
        new("int_lte", SearchType.Number, "≤"),
        new("int_gt", SearchType.Number, ">"),
        new("int_gte", SearchType.Number, "≥"),
        new("bool_is", SearchType.Flag, "is"),
        new("bool_nis", SearchType.Flag, "is not"),
    ];

    private static readonly Dictionary<string, SearchOperator> ByName = All.ToDictionary(static o => o.Name, StringComparer.Ordinal);

    /// <summary>The operator of this name; null when there is none.</summary>
    public static SearchOperator? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>A truth value as the contract writes it; null when it is none.</summary>
    public static bool? Truth(string value) => value switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => null,
    };
}
