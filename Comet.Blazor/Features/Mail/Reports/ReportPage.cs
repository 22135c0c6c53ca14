using System.Net;
using System.Text;

namespace Comet.Blazor.Features.Mail.Reports;

/// <summary>How a cell is coloured; its text says the same.</summary>
public enum ReportTone
{
    /// <summary>Plain.</summary>
    None,

    /// <summary>Well.</summary>
    Good,

    /// <summary>Needs a look.</summary>
    Warning,

    /// <summary>Failed.</summary>
    Bad,

    /// <summary>Of less weight.</summary>
    Quiet,
}

/// <summary>A text with its colour.</summary>
/// <param name="Text">The text, as it is: escaping is the writer's business.</param>
/// <param name="Tone">The colour.</param>
public readonly record struct ReportCell(string Text, ReportTone Tone = ReportTone.None)
{
    /// <summary>A plain text.</summary>
    public static implicit operator ReportCell(string text) => new(text);
}

/// <summary>A table with a heading; without columns it is a list of names and values.</summary>
/// <param name="Heading">Empty for none.</param>
/// <param name="Columns">Names of columns; empty for a list.</param>
/// <param name="Rows">The rows.</param>
public sealed record ReportTable(string Heading, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<ReportCell>> Rows);

/// <summary>A report before it is written, so that the HTML and the text say the same.</summary>
/// <param name="Subject">The mail's subject.</param>
/// <param name="Title">The heading.</param>
/// <param name="Lines">Sentences below it.</param>
/// <param name="Tables">Tables.</param>
/// <param name="Foot">Sentences at the end.</param>
/// <param name="Language">Its language, as HTML names it.</param>
public sealed record ReportPage(string Subject, string Title, IReadOnlyList<ReportCell> Lines, IReadOnlyList<ReportTable> Tables, IReadOnlyList<string> Foot, string Language)
{
    private const int WidestColumn = 48;
    private const int LongestCell = 80; // one name of thousands of characters must not push all other jobs out of the report
    private const int LongestLine = 400;

    /// <summary>As plain text.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(Flat(Title)).Append("\r\n").Append('=', Math.Min(Flat(Title).Length, 70)).Append("\r\n\r\n");
        foreach (var line in Lines)
        {
            text.Append(Flat(line.Text)).Append("\r\n");
        }

        foreach (var table in Tables)
        {
            text.Append("\r\n");
            if (table.Heading.Length > 0)
            {
                text.Append(Flat(table.Heading)).Append("\r\n").Append('-', Math.Min(Flat(table.Heading).Length, 70)).Append("\r\n");
            }

            Write(text, table);
        }

        text.Append("\r\n-- \r\n");
        foreach (var line in Foot)
        {
            text.Append(Flat(line)).Append("\r\n");
        }

        return text.ToString();
    }

    /// <summary>As HTML that mail programs show: no scripts, no pictures, no links, styles at the elements.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html><html lang=\"").Append(Html(Language)).Append("\"><head><meta charset=\"utf-8\"><title>").Append(Html(Title))
            .Append("</title></head><body style=\"margin:0;padding:16px;font:14px/1.5 'Segoe UI',Arial,sans-serif;color:#1f2430;background:#ffffff\"><h1 style=\"font-size:20px;margin:0 0 8px\">")
            .Append(Html(Title)).Append("</h1>");
        foreach (var line in Lines)
        {
            html.Append("<p style=\"margin:0 0 4px;").Append(Colour(line.Tone)).Append("\">").Append(Html(line.Text)).Append("</p>");
        }

        foreach (var table in Tables)
        {
            if (table.Heading.Length > 0)
            {
                html.Append("<h2 style=\"font-size:16px;margin:20px 0 4px\">").Append(Html(table.Heading)).Append("</h2>");
            }

            html.Append("<table style=\"border-collapse:collapse;margin:8px 0\">");
            if (table.Columns.Count > 0)
            {
                html.Append("<thead><tr>");
                foreach (var column in table.Columns)
                {
                    html.Append("<th style=\"text-align:left;padding:4px 12px 4px 0;border-bottom:2px solid #d5d9e2;white-space:nowrap\">").Append(Html(column)).Append("</th>");
                }

                html.Append("</tr></thead>");
            }

            html.Append("<tbody>");
            foreach (var row in table.Rows)
            {
                html.Append("<tr>");
                foreach (var cell in row)
                {
                    html.Append("<td style=\"padding:4px 12px 4px 0;border-bottom:1px solid #e8ebf1;vertical-align:top;").Append(Colour(cell.Tone)).Append("\">").Append(Html(cell.Text, Longest(table))).Append("</td>");
                }

                html.Append("</tr>");
            }

            html.Append("</tbody></table>");
        }

        html.Append("<p style=\"margin:20px 0 0;color:#5b6478;font-size:12px\">").AppendJoin("<br>", Foot.Select(static f => Html(f))).Append("</p></body></html>");
        return html.ToString();
    }

    private static void Write(StringBuilder text, ReportTable table)
    {
        List<IReadOnlyList<string>> rows = [.. table.Rows.Select(r => (IReadOnlyList<string>)[.. r.Select(c => Flat(c.Text, Longest(table)))])];
        if (table.Columns.Count > 0)
        {
            rows.Insert(0, table.Columns);
        }

        var columns = rows.Count == 0 ? 0 : rows.Max(static r => r.Count);
        var widths = Enumerable.Range(0, columns).Select(i => Math.Min(WidestColumn, rows.Max(r => i < r.Count ? r[i].Length : 0))).ToArray();
        foreach (var row in rows)
        {
            text.Append(string.Join("  ", row.Select((cell, i) => i == row.Count - 1 ? cell : cell.PadRight(widths[i])))).Append("\r\n");
        }
    }

    // One line each, also for names with line breaks: a text must not look like other lines of the report.
    private static string Flat(string text, int longest = LongestLine)
    {
        var line = string.Join(' ', (text.Length > 4 * longest ? text[..(4 * longest)] : text).Split(['\r', '\n', '\u0085', '\u2028', '\u2029', '\0'], StringSplitOptions.RemoveEmptyEntries));
        return line.Length <= longest ? line : line[..(char.IsHighSurrogate(line[longest - 1]) ? longest - 1 : longest)] + "…";
    }

    private static string Html(string text) => Html(text, LongestLine);

    private static string Html(string text, int longest) => WebUtility.HtmlEncode(Flat(text, longest));

    private static int Longest(ReportTable table) => table.Columns.Count > 0 ? LongestCell : LongestLine;

    private static string Colour(ReportTone tone) => tone switch
    {
        ReportTone.Good => "color:#1b7f4b",
        ReportTone.Warning => "color:#8a5a00;font-weight:600",
        ReportTone.Bad => "color:#b3261e;font-weight:600",
        ReportTone.Quiet => "color:#5b6478",
        _ => string.Empty,
    };
}
