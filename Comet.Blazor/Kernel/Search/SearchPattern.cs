using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Comet.Blazor.Kernel.Search;

/// <summary>
/// Regular expressions in Go's syntax (RE2), as the filters of the contract have them: found anywhere in the text, in time that grows with the text
/// alone. What means something else here is translated; what RE2 does not know is refused.
/// </summary>
public static class SearchPattern
{
    /// <summary>Longest pattern, in characters.</summary>
    public const int Longest = 1000;

    /// <summary>The most steps that a pattern may have with its repetitions written out.</summary>
    public const int MostSteps = 5000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["alnum"] = "0-9A-Za-z", ["alpha"] = "A-Za-z", ["ascii"] = @"\x00-\x7F", ["blank"] = @"\t ", ["cntrl"] = @"\x00-\x1F\x7F", ["digit"] = "0-9",
        ["graph"] = @"\x21-\x7E", ["lower"] = "a-z", ["print"] = @"\x20-\x7E", ["punct"] = @"\x21-\x2F\x3A-\x40\x5B-\x60\x7B-\x7E",
        ["space"] = @"\t\n\v\f\r ", ["upper"] = "A-Z", ["word"] = "0-9A-Za-z_", ["xdigit"] = "0-9A-Fa-f",
    };

    /// <summary>The expression, ready to be used. Refused as <see cref="Refusal.Invalid"/>.</summary>
    public static Outcome<Regex> Read(string pattern)
    {
        if (pattern.Length > Longest)
        {
            return Outcome.Invalid($"it is too long, at most {Longest} characters.");
        }

        var translation = new Translation(pattern).Run();
        if (!translation.Ok)
        {
            return translation.Plain;
        }

        try
        {
            return new Regex(translation.Value, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Limit);
        }
        catch (ArgumentException ex)
        {
            return Outcome.Invalid(ex.Message);
        }
        catch (NotSupportedException)
        {
            return Outcome.Invalid("it looks ahead, behind or back to an earlier group, which patterns of filters can't.");
        }
    }

    private sealed class Translation(string pattern)
    {
        private readonly StringBuilder _out = new(pattern.Length + 16);
        private readonly Stack<(long Total, long Last)> _outer = new();
        private bool _multiline;
        private int _at;
        private long _total;
        private long _last;

        public Outcome<string> Run()
        {
            while (_at < pattern.Length)
            {
                if (One() is { Ok: false } wrong)
                {
                    return wrong;
                }

                if (_total + _outer.Sum(static o => o.Total) > MostSteps)
                {
                    return Outcome.Invalid($"with its repetitions written out it has more than {MostSteps} steps.");
                }
            }

            return _out.ToString();
        }

        private Outcome One()
        {
            switch (pattern[_at])
            {
                case '\\':
                    return Escape(within: false);
                case '[':
                    return Class();
                case '(':
                    return Open();
                case ')':
                    _out.Append(pattern[_at++]);
                    if (_outer.TryPop(out var outer))
                    {
                        (_total, _last) = (outer.Total + _total, _total);
                    }

                    return Outcome.Done;
                case '$':
                    _at++;
                    _out.Append(_multiline ? "$" : @"\z"); // .NET's also stands before a last line feed
                    return Outcome.Done;
                case '{':
                    return Repeat();
                default:
                    Copy();
                    return Outcome.Done;
            }
        }

        private Outcome Open()
        {
            _outer.Push((_total, 0));
            (_total, _last) = (0, 0);
            if (!Ahead("(?"))
            {
                _out.Append(pattern[_at++]);
                return Outcome.Done;
            }

            if (Ahead("(?P<") || (Ahead("(?<") && !Ahead("(?<=") && !Ahead("(?<!")))
            {
                var end = pattern.IndexOf('>', _at);
                var name = end < 0 ? "" : pattern[(pattern.IndexOf('<', _at) + 1)..end];
                if (name.Length == 0 || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                {
                    return Outcome.Invalid("a group has no valid name.");
                }

                _out.Append('('); // nobody asks for the name, and .NET would number by it
                _at = end + 1;
                return Outcome.Done;
            }

            return Flags();
        }

        private Outcome Flags()
        {
            var end = pattern.IndexOfAny([':', ')'], _at);
            if (end < 0)
            {
                return Outcome.Invalid("a group has no ).");
            }

            var flags = pattern[(_at + 2)..end];
            if (flags.Any(static c => c is not ('i' or 'm' or 's' or '-')))
            {
                return Outcome.Invalid($"it has the group “{pattern[_at..(end + 1)]}”, which patterns of filters don't have. Groups may begin with (, (?:, (?i), (?m) and (?s).");
            }

            if (pattern[end] == ')')
            {
                if (flags.Length == 0)
                {
                    return Outcome.Invalid("a group of flags is empty.");
                }

                (_total, _last) = (_outer.Pop().Total, 0); // it is no group, only a setting
            }

            _multiline |= flags.Split('-')[0].Contains('m', StringComparison.Ordinal);
            _out.Append(pattern, _at, end + 1 - _at);
            _at = end + 1;
            return Outcome.Done;
        }

        private Outcome Repeat()
        {
            var end = pattern.IndexOf('}', _at);
            var counts = end < 0 ? [] : pattern[(_at + 1)..end].Split(',');
            if (counts.Length is 0 or > 2 || !Digits(counts[0]) || (counts.Length == 2 && counts[1].Length > 0 && !Digits(counts[1])))
            {
                _out.Append(@"\{"); // no repetition, so the character itself
                _at++;
                Step(1);
                return Outcome.Done;
            }

            var most = counts.Max(static c => c.Length > 6 ? 1_000_000 : c.Length == 0 ? 0 : int.Parse(c, CultureInfo.InvariantCulture));
            if (most > 1000)
            {
                return Outcome.Invalid("a repetition may count to 1000.");
            }

            _total += _last * (Math.Max(most, 1) - 1);
            _last *= Math.Max(most, 1);
            _out.Append(pattern, _at, end + 1 - _at);
            _at = end + 1;
            return Outcome.Done;
        }

        private Outcome Class()
        {
            _out.Append(pattern[_at++]);
            Step(1);
            if (_at < pattern.Length && pattern[_at] == '^')
            {
                _out.Append(pattern[_at++]);
            }

            for (var first = true; _at < pattern.Length; first = false)
            {
                if (pattern[_at] == ']' && !first)
                {
                    _out.Append(pattern[_at++]);
                    return Outcome.Done;
                }

                if (pattern[_at] == '\\')
                {
                    if (Escape(within: true) is { Ok: false } wrong)
                    {
                        return wrong;
                    }
                }
                else if (Ahead("[:") && pattern.IndexOf(":]", _at + 2, StringComparison.Ordinal) is >= 0 and var end)
                {
                    if (!Classes.TryGetValue(pattern[(_at + 2)..end], out var members))
                    {
                        return Outcome.Invalid($"there is no class of characters “{pattern[_at..(end + 2)]}”.");
                    }

                    _out.Append(members);
                    _at = end + 2;
                }
                else
                {
                    _out.Append(pattern[_at] is '[' or ']' ? "\\" : "").Append(pattern[_at++]); // .NET would subtract classes
                }
            }

            return Outcome.Invalid("a [ has no ].");
        }

        private Outcome Escape(bool within)
        {
            if (_at + 1 >= pattern.Length)
            {
                return Outcome.Invalid("it ends with a backslash.");
            }

            var c = pattern[_at + 1];
            _at += 2;
            if (!within)
            {
                Step(c is 'b' or 'B' or 'A' or 'z' ? 0 : 1);
            }

            switch (c)
            {
                case 'd' or 'w' or 's' or 'D' or 'W' or 'S':
                    return Letters(c, within);
                case 'Q' when !within:
                    return Literal();
                case 'x' when _at < pattern.Length && pattern[_at] == '{':
                    return Point();
                case 'p' or 'P':
                    return Property(c);
                case 'a' or 'f' or 't' or 'n' or 'r' or 'v' or 'x':
                case 'A' or 'b' or 'B' or 'z' when !within:
                    _out.Append('\\').Append(c);
                    return Outcome.Done;
                case var other when char.IsAscii(other) && !char.IsAsciiLetterOrDigit(other):
                    _out.Append('\\').Append(other);
                    return Outcome.Done;
                default:
                    return Outcome.Invalid($@"\{c} means nothing in patterns of filters.");
            }
        }

        // Go's are those of ASCII alone.
        private Outcome Letters(char c, bool within)
        {
            var members = char.ToLowerInvariant(c) switch { 'd' => "0-9", 'w' => "0-9A-Za-z_", _ => @"\t\n\f\r " };
            if (within && char.IsAsciiLetterUpper(c))
            {
                return Outcome.Invalid($@"\{c} can't stand within brackets. Use [^…] instead.");
            }

            _out.Append(within ? members : char.IsAsciiLetterUpper(c) ? $"[^{members}]" : $"[{members}]");
            return Outcome.Done;
        }

        private Outcome Literal()
        {
            var end = pattern.IndexOf(@"\E", _at, StringComparison.Ordinal);
            var text = end < 0 ? pattern[_at..] : pattern[_at..end];
            Step(text.Length);
            _out.Append(Regex.Escape(text));
            _at = end < 0 ? pattern.Length : end + 2;
            return Outcome.Done;
        }

        private Outcome Point()
        {
            var end = pattern.IndexOf('}', _at);
            if (end < 0 || !int.TryParse(pattern[(_at + 1)..end], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) || point is < 0 or > 0xFFFF)
            {
                return Outcome.Invalid(@"a \x{…} holds no character number from 0 to FFFF.");
            }

            _out.Append(CultureInfo.InvariantCulture, $@"\u{point:X4}");
            _at = end + 1;
            return Outcome.Done;
        }

        private Outcome Property(char c)
        {
            var braced = _at < pattern.Length && pattern[_at] == '{';
            var end = braced ? pattern.IndexOf('}', _at) : _at;
            if (end < 0 || end >= pattern.Length)
            {
                return Outcome.Invalid($@"\{c} names no property of characters.");
            }

            _out.Append('\\').Append(c).Append('{').Append(pattern[(braced ? _at + 1 : _at)..(braced ? end : end + 1)]).Append('}');
            _at = end + 1;
            return Outcome.Done;
        }

        private void Copy()
        {
            var c = pattern[_at++];
            Step(c is '*' or '+' or '?' or '|' or '^' ? 0 : 1);
            _out.Append(c);
        }

        private void Step(long steps)
        {
            if (steps > 0)
            {
                (_total, _last) = (_total + steps, steps);
            }
        }

        private bool Ahead(string text) => string.CompareOrdinal(pattern, _at, text, 0, text.Length) == 0;

        private static bool Digits(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
    }
}
