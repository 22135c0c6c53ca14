using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Kernel.Search;

namespace Comet.Blazor.Tests.Kernel.Search;

/// <summary>Filters of the contract: every operator of spec/02 §5 by a table, and everything that must be refused.</summary>
public sealed class SearchClauseTests
{
    private static readonly SearchFields<Thing> Fields = new SearchFields<Thing>()
        .Text("Thing.Name", static t => t.Name, "Name").Number("Thing.Size", static t => t.Size, "Size").Flag("Thing.On", static t => t.On, "On");

    [Theory]
    [InlineData("str_eq", "Office PC", true)]
    [InlineData("str_eq", "office pc", false)]
    [InlineData("str_neq", "Office PC", false)]
    [InlineData("str_neq", "office pc", true)]
    [InlineData("str_contains", "ice P", true)]
    [InlineData("str_contains", "ICE", false)]
    [InlineData("str_contains", "", true)]
    [InlineData("str_ncontains", "ice", false)]
    [InlineData("str_ncontains", "ICE", true)]
    [InlineData("str_startswith", "Off", true)]
    [InlineData("str_startswith", "off", false)]
    [InlineData("str_nstartswith", "off", true)]
    [InlineData("str_endswith", "PC", true)]
    [InlineData("str_endswith", "pc", false)]
    [InlineData("str_nendswith", "PC", false)]
    [InlineData("str_eq_ci", "oFFICE pc", true)]
    [InlineData("str_neq_ci", "oFFICE pc", false)]
    [InlineData("str_contains_ci", "ICE p", true)]
    [InlineData("str_ncontains_ci", "ICE p", false)]
    [InlineData("str_startswith_ci", "oFF", true)]
    [InlineData("str_nstartswith_ci", "oFF", false)]
    [InlineData("str_endswith_ci", "pc", true)]
    [InlineData("str_nendswith_ci", "pc", false)]
    [InlineData("str_regexmatch", "f+ice", true)]
    [InlineData("str_regexmatch", "^ice", false)]
    [InlineData("str_regexmatch", "(?i)^OFFICE\\s", true)]
    [InlineData("str_nregexmatch", "^ice", true)]
    public void Text_Operators(string op, string value, bool matches) => Assert.Equal(matches, Test(SearchClause.Rule("Thing.Name", op, value), new Thing("Office PC", 0, false)));

    [Theory]
    [InlineData("int_eq", "42", true)]
    [InlineData("int_eq", "+42", true)]
    [InlineData("int_neq", "42", false)]
    [InlineData("int_lt", "42", false)]
    [InlineData("int_lt", "43", true)]
    [InlineData("int_lte", "42", true)]
    [InlineData("int_gt", "-9223372036854775808", true)]
    [InlineData("int_gt", "42", false)]
    [InlineData("int_gte", "42", true)]
    [InlineData("int_gte", "43", false)]
    public void Number_Operators(string op, string value, bool matches) => Assert.Equal(matches, Test(SearchClause.Rule("Size", op, value), new Thing("", 42, false)));

    [Theory]
    [InlineData("1", true)]
    [InlineData("t", true)]
    [InlineData("T", true)]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("True", true)]
    [InlineData("0", false)]
    [InlineData("f", false)]
    [InlineData("F", false)]
    [InlineData("false", false)]
    [InlineData("FALSE", false)]
    [InlineData("False", false)]
    public void Flag_Operators(string value, bool means)
    {
        foreach (var on in new[] { true, false })
        {
            Assert.Equal(on == means, Test(SearchClause.Rule("On", "bool_is", value), new Thing("", 0, on)));
            Assert.Equal(on != means, Test(SearchClause.Rule("Thing.On", "bool_nis", value), new Thing("", 0, on)));
        }
    }

    [Theory]
    [InlineData("and", true)]
    [InlineData("or", false)]
    [InlineData("not_and", false)]
    [InlineData("not_or", true)]
    public void Group_WithoutChildren(string type, bool matches) => Assert.Equal(matches, Test(SearchClause.Group(type), new Thing("", 0, false)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"ClauseType":"","RuleField":"","RuleOperator":"","RuleValue":"","ClauseChildren":null}""")]
    [InlineData("""{"ClauseType":"and","ClauseChildren":[{},{"RuleField":"Size","RuleOperator":"int_eq","RuleValue":"0","Unknown":{"a":1}}]}""")]
    public void NothingWanted_MatchesEverything(string? json) => Assert.True(Test(SearchClause.Parse(json).Value!, new Thing("", 0, false)));

    [Theory]
    [InlineData("[]", "no JSON object")]
    [InlineData("{", "can't be read")]
    [InlineData("""{"RuleField":7}""", "RuleField of a clause must be a text")]
    [InlineData("""{"RuleField":"Size","RuleOperator":"int_eq","RuleValue":7000}""", "in quotes")]
    [InlineData("""{"ClauseType":"xor","ClauseChildren":[]}""", "unknown ClauseType “xor”")]
    [InlineData("""{"ClauseChildren":[{}]}""", "no ClauseType")]
    [InlineData("""{"ClauseType":"and","ClauseChildren":{}}""", "must be a list")]
    [InlineData("""{"ClauseType":"and","ClauseChildren":["x"]}""", "no JSON object")]
    public void Parse_WhatIsNoFilter_IsRefused(string json, string why) => Refused(SearchClause.Parse(json).Plain, why);

    [Theory]
    [InlineData("Nmae", "str_eq", "x", "unknown field “Nmae”. Known fields: Thing.Name, Thing.Size, Thing.On")]
    [InlineData("", "str_eq", "x", "names no field")]
    [InlineData("Name", "str_like", "x", "unknown operator “str_like”")]
    [InlineData("Name", "int_eq", "1", "does not go with Name, which is a text")]
    [InlineData("Size", "str_eq", "1", "which is a number. Use one of int_eq")]
    [InlineData("On", "int_eq", "1", "which is true or false")]
    [InlineData("Size", "int_eq", "1.0", "no whole number")]
    [InlineData("Size", "int_eq", "", "no whole number")]
    [InlineData("Size", "int_eq", " 1", "no whole number")]
    [InlineData("Size", "int_eq", "9223372036854775808", "no whole number")]
    [InlineData("On", "bool_is", "yes", "neither true nor false")]
    public void Compile_WhatMeansNothing_IsRefused_AlsoWithinGroups(string field, string op, string value, string why)
    {
        var rule = SearchClause.Rule(field, op, value);
        Refused(Fields.Compile(rule).Plain, why);
        Refused(Fields.Compile(SearchClause.Group("or", SearchClause.Group("and"), SearchClause.Group("not_or", rule))).Plain, why);
    }

    [Fact]
    public void Parse_Limits_OfDepthAndNumber()
    {
        var deep = Enumerable.Range(1, SearchClause.DeepestNesting - 1).Aggregate(new JsonObject(), static (inner, _) => Group(inner));
        Assert.True(SearchClause.Parse(deep).Ok);
        Refused(SearchClause.Parse(Group(deep)).Plain, "too deep");
        Refused(SearchClause.Parse(Enumerable.Range(0, 5000).Aggregate("{}", static (inner, _) => $$"""{"ClauseType":"and","ClauseChildren":[{{inner}}]}""")).Plain, "can't be read");

        Assert.True(SearchClause.Parse(Group([.. Enumerable.Range(0, SearchClause.MostClauses - 1).Select(static _ => new JsonObject())])).Ok);
        Refused(SearchClause.Parse(Group([.. Enumerable.Range(0, SearchClause.MostClauses).Select(static _ => new JsonObject())])).Plain, "too many");
        Refused(SearchClause.Parse($$"""{"RuleValue":"{{new string('x', SearchClause.LongestValue + 1)}}"}""").Plain, "too long");
    }

    private static JsonObject Group(params JsonNode[] children) => new() { ["ClauseType"] = "and", ["ClauseChildren"] = new JsonArray(children) };

    private static bool Test(SearchClause clause, Thing thing)
    {
        var test = Fields.Compile(clause);
        Assert.True(test.Ok, test.Why);
        return test.Value(thing);
    }

    private static void Refused(Outcome outcome, string why)
    {
        Assert.Equal(Refusal.Invalid, outcome.Kind);
        Assert.Contains(why, outcome.Why, StringComparison.Ordinal);
    }

    private sealed record Thing(string Name, long Size, bool On);
}
