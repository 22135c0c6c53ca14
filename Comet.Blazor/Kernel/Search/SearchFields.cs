using System.Globalization;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Kernel.Search;

/// <summary>A field that filters may name.</summary>
/// <param name="Name">As in RuleField, such as BackupJobDetail.Status.</param>
/// <param name="Type">Its kind of value.</param>
public sealed record SearchField(string Name, SearchType Type);

/// <summary>A filter could not be answered within its time.</summary>
/// <param name="message">What to do.</param>
/// <param name="inner">What the expression said.</param>
public sealed class SearchTimeoutException(string message, Exception inner) : Exception(message, inner);

/// <summary>
/// The fields of one kind of thing, and the filters over them. A filter that names an unknown field, an operator of another type or a value that can't
/// be read is refused, and never means "no match" (spec/02 §5).
/// </summary>
/// <typeparam name="T">What is filtered.</typeparam>
public sealed class SearchFields<T>
{
    private readonly Dictionary<string, Field> _fields = new(StringComparer.Ordinal);
    private readonly List<SearchField> _listed = [];

    /// <summary>The fields under their full names, in the order in which they were added.</summary>
    public IReadOnlyList<SearchField> Listed => _listed;

    /// <summary>Adds a text; <paramref name="alias"/> is a second name for it.</summary>
    public SearchFields<T> Text(string name, Func<T, string> read, string? alias = null) => Add(name, alias, new Field(SearchType.Text) { AsText = read });

    /// <summary>Adds a number.</summary>
    public SearchFields<T> Number(string name, Func<T, long> read, string? alias = null) => Add(name, alias, new Field(SearchType.Number) { AsNumber = read });

    /// <summary>Adds a truth value.</summary>
    public SearchFields<T> Flag(string name, Func<T, bool> read, string? alias = null) => Add(name, alias, new Field(SearchType.Flag) { AsFlag = read });

    /// <summary>
    /// The filter as a test. Refused as <see cref="Refusal.Invalid"/> with what is wrong. The test throws <see cref="SearchTimeoutException"/> when a
    /// pattern takes too long.
    /// </summary>
    public Outcome<Predicate<T>> Compile(SearchClause clause)
    {
        if (clause.IsEmpty)
        {
            return new Predicate<T>(static _ => true);
        }

        if (clause.ClauseType.Length == 0)
        {
            return Rule(clause);
        }

        var tests = new Predicate<T>[clause.Children.Length];
        for (var i = 0; i < tests.Length; i++)
        {
            var child = Compile(clause.Children[i]);
            if (!child.Ok)
            {
                return child;
            }

            tests[i] = child.Value;
        }

        return clause.ClauseType switch
        {
            SearchClause.And => new Predicate<T>(at => All(tests, at)),
            SearchClause.Or => new Predicate<T>(at => Any(tests, at)),
            SearchClause.NotAnd => new Predicate<T>(at => !All(tests, at)),
            SearchClause.NotOr => new Predicate<T>(at => !Any(tests, at)),
            _ => Outcome.Invalid($"The filter has the unknown ClauseType “{SearchClause.Short(clause.ClauseType)}”."),
        };
    }

    private static bool All(Predicate<T>[] tests, T at)
    {
        foreach (var test in tests)
        {
            if (!test(at))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Any(Predicate<T>[] tests, T at)
    {
        foreach (var test in tests)
        {
            if (test(at))
            {
                return true;
            }
        }

        return false;
    }

    private SearchFields<T> Add(string name, string? alias, Field field)
    {
        _fields.Add(name, field);
        _listed.Add(new SearchField(name, field.Type));
        if (alias is not null)
        {
            _fields.Add(alias, field);
        }

        return this;
    }

    private Outcome<Predicate<T>> Rule(SearchClause rule)
    {
        if (rule.RuleField.Length == 0)
        {
            return Outcome.Invalid("A rule of the filter names no field.");
        }

        if (!_fields.TryGetValue(rule.RuleField, out var field))
        {
            return Outcome.Invalid($"The filter names the unknown field “{SearchClause.Short(rule.RuleField)}”. Known fields: {string.Join(", ", _listed.Select(static f => f.Name))}.");
        }

        if (SearchOperators.Find(rule.RuleOperator) is not { } op)
        {
            return Outcome.Invalid($"The filter has the unknown operator “{SearchClause.Short(rule.RuleOperator)}” at {rule.RuleField}.");
        }

        if (op.Type != field.Type)
        {
            return Outcome.Invalid($"The operator {op.Name} does not go with {rule.RuleField}, which is {TypeWords(field.Type)}. Use one of {Fitting(field.Type)}.");
        }

        return field switch
        {
            { AsNumber: { } number } => OfNumber(rule, op.Name, number),
            { AsFlag: { } flag } => OfFlag(rule, op.Name, flag),
            _ => OfText(rule, op.Name, field.AsText!),
        };
    }

    private static Outcome<Predicate<T>> OfNumber(SearchClause rule, string op, Func<T, long> read)
    {
        if (!long.TryParse(rule.RuleValue, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return Outcome.Invalid($"The value “{SearchClause.Short(rule.RuleValue)}” of {rule.RuleField} is no whole number.");
        }

        return op switch
        {
            "int_eq" => new Predicate<T>(at => read(at) == value),
            "int_neq" => new Predicate<T>(at => read(at) != value),
            "int_lt" => new Predicate<T>(at => read(at) < value),
            "int_lte" => new Predicate<T>(at => read(at) <= value),
            "int_gt" => new Predicate<T>(at => read(at) > value),
            _ => new Predicate<T>(at => read(at) >= value),
        };
    }

    private static Outcome<Predicate<T>> OfFlag(SearchClause rule, string op, Func<T, bool> read)
    {
        if (SearchOperators.Truth(rule.RuleValue) is not { } value)
        {
            return Outcome.Invalid($"The value “{SearchClause.Short(rule.RuleValue)}” of {rule.RuleField} is neither true nor false.");
        }

        var wanted = op == "bool_is" ? value : !value;
        return new Predicate<T>(at => read(at) == wanted);
    }

    private static Outcome<Predicate<T>> OfText(SearchClause rule, string op, Func<T, string> read)
    {
        var compare = op.EndsWith("_ci", StringComparison.Ordinal) ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var plain = op[4..].Replace("_ci", "", StringComparison.Ordinal);
        var value = rule.RuleValue;
        Predicate<T> test;
        switch (plain)
        {
            case "eq" or "neq":
                test = at => string.Equals(read(at), value, compare);
                break;
            case "contains" or "ncontains":
                test = at => read(at).Contains(value, compare);
                break;
            case "startswith" or "nstartswith":
                test = at => read(at).StartsWith(value, compare);
                break;
            case "endswith" or "nendswith":
                test = at => read(at).EndsWith(value, compare);
                break;
            default:
                var pattern = SearchPattern.Read(value);
                if (!pattern.Ok)
                {
                    return Outcome.Invalid($"The pattern at {rule.RuleField} can't be used: {pattern.Why}");
                }

                test = at => Matches(pattern.Value, read(at));
                break;
        }

        return plain[0] == 'n' ? new Predicate<T>(at => !test(at)) : test;
    }

    private static bool Matches(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException ex)
        {
            throw new SearchTimeoutException($"The pattern “{SearchClause.Short(ex.Pattern)}” takes too long. Write a simpler one.", ex);
        }
    }

    private static string Fitting(SearchType type) => string.Join(", ", SearchOperators.All.Where(o => o.Type == type).Select(static o => o.Name));

    private static string TypeWords(SearchType type) => type switch { SearchType.Text => "a text", SearchType.Number => "a number", _ => "true or false" };

    private sealed record Field(SearchType Type)
    {
        public Func<T, string>? AsText { get; init; }

        public Func<T, long>? AsNumber { get; init; }

        public Func<T, bool>? AsFlag { get; init; }
    }
}
