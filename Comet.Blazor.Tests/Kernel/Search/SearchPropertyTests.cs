using System.Globalization;
using Comet.Blazor.Kernel.Search;
using CsCheck;

namespace Comet.Blazor.Tests.Kernel.Search;

/// <summary>Random filters over random things mean what a plain reading of spec/02 §5 says, and survive writing and reading.</summary>
public sealed class SearchPropertyTests
{
    private static readonly SearchFields<Thing> Fields = new SearchFields<Thing>()
        .Text("Name", static t => t.Name).Number("Size", static t => t.Size).Flag("On", static t => t.On);

    // Few letters, so that things match often.
    private static readonly Gen<string> Words = Pick('a', 'A', 'b', 'ß', 'İ', ' ').Array[0, 4].Select(static c => new string(c));
    private static readonly Gen<Thing> Things = Gen.Select(Words, Gen.Long[-3, 3], Gen.Bool).Select(static (name, size, on) => new Thing(name, size, on));

    private static readonly Gen<SearchClause> Rules = Gen.Select(Pick([.. SearchOperators.All]), Words, Gen.Long[-3, 3], Pick("1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"))
        .Select(static (op, word, number, flag) => op.Type switch
        {
            SearchType.Text => SearchClause.Rule("Name", op.Name, word),
            SearchType.Number => SearchClause.Rule("Size", op.Name, number.ToString(CultureInfo.InvariantCulture)),
            _ => SearchClause.Rule("On", op.Name, flag),
        });

    private static readonly Gen<SearchClause> Clauses = Gen.Recursive<SearchClause>(static (depth, inner) => depth > 4
        ? Rules
        : Gen.Frequency(
            (2, Rules),
            (1, Gen.Const(SearchClause.All)),
            (3, Gen.Select(Pick("and", "or", "not_and", "not_or"), inner.Array[0, 3]).Select(static (type, children) => SearchClause.Group(type, [.. children])))));

    [Fact]
    public void Any_Filter_MeansWhatTheSpecificationSays() => Gen.Select(Clauses, Things.Array[1, 8]).Sample(
        static (clause, things) =>
        {
            var test = Fields.Compile(clause);
            Assert.True(test.Ok, test.Why);
            Assert.All(things, thing => Assert.Equal(Naive(clause, thing), test.Value(thing)));
        },
        iter: 20_000);

    [Fact]
    public void Any_Filter_IsTheSameAfterWritingAndReading() => Clauses.Sample(
        static clause =>
        {
            var read = SearchClause.Parse(clause.ToJson());
            Assert.True(read.Ok, read.Why);
            Assert.Equal(clause.ToJson().ToJsonString(), read.Value.ToJson().ToJsonString());
        },
        iter: 2_000);

    [Fact]
    public void Any_Text_AsPattern_EndsInTime() => Pick("(", ")", "a", "*", "+", "?", "{2,", "9}", "[", "]", "^", "$", "\\", "d", "(?i)", "(?P<n>", "|", ":", "[:alpha:]", "\\Q", "{1000}").Array[0, 12]
        .Select(string.Concat).Sample(
            static pattern =>
            {
                var read = SearchPattern.Read(pattern);
                if (read.Ok)
                {
                    read.Value.Count("aaaa"); // it may match or not, but not throw
                }

                Assert.Equal(read.Ok, read.Why.Length == 0);
            },
            iter: 20_000);

    /// <summary>The specification, word by word.</summary>
    private static bool Naive(SearchClause c, Thing at)
    {
        if (c.ClauseType == "and" || c.ClauseType == "not_and")
        {
            return c.Children.Count(x => Naive(x, at)) == c.Children.Length == (c.ClauseType == "and");
        }

        if (c.ClauseType == "or" || c.ClauseType == "not_or")
        {
            return (c.Children.Count(x => Naive(x, at)) > 0) == (c.ClauseType == "or");
        }

        var folds = c.RuleOperator.EndsWith("_ci", StringComparison.Ordinal);
        var name = folds ? at.Name.ToUpperInvariant() : at.Name;
        var value = folds ? c.RuleValue.ToUpperInvariant() : c.RuleValue;
        return c.RuleOperator.Replace("_ci", "", StringComparison.Ordinal) switch
        {
            "" => true,
            "str_eq" => name == value,
            "str_neq" => name != value,
            "str_contains" or "str_regexmatch" => Occurs(name, value), // the words have no letter that means something in a pattern
            "str_ncontains" or "str_nregexmatch" => !Occurs(name, value),
            "str_startswith" => Starts(name, value),
            "str_nstartswith" => !Starts(name, value),
            "str_endswith" => Ends(name, value),
            "str_nendswith" => !Ends(name, value),
            "int_eq" => at.Size == Number(value),
            "int_neq" => at.Size != Number(value),
            "int_lt" => at.Size < Number(value),
            "int_lte" => at.Size <= Number(value),
            "int_gt" => at.Size > Number(value),
            "int_gte" => at.Size >= Number(value),
            "bool_is" => at.On == (value[0] is '1' or 't' or 'T'),
            "bool_nis" => at.On != (value[0] is '1' or 't' or 'T'),
            _ => throw new InvalidOperationException(c.RuleOperator),
        };
    }

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static long Number(string value) => long.Parse(value, CultureInfo.InvariantCulture);

    private static bool Starts(string text, string value) => text.Length >= value.Length && text[..value.Length] == value;

    private static bool Ends(string text, string value) => text.Length >= value.Length && text[^value.Length..] == value;

    private static bool Occurs(string text, string value) => Enumerable.Range(0, text.Length + 1).Any(i => Starts(text[i..], value));

    private sealed record Thing(string Name, long Size, bool On);
}
