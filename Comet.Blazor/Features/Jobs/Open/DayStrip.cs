using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Features.Jobs.Open;

/// <summary>The mini strip of tables: a bar for each of the last days, its height and colour the worst status of that day, as one image with a spoken summary.</summary>
public static class DayStrip
{
    /// <summary>How many days it shows.</summary>
    public const int Days = 10;

    private const int Height = 16;
    private const int Step = 9; // a bar of 7 and a gap of 2

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>What the strip says, for lists that are sorted, searched and exported; null without any backup.</summary>
    /// <param name="days">Worst status of each day, 0 for none.</param>
    public static string? Text(ReadOnlySpan<int> days)
    {
        int with = 0, bad = 0;
        foreach (var status in days)
        {
            with += status == 0 ? 0 : 1;
            bad += status >= 7000 ? 1 : 0;
        }

        return with == 0 ? null : string.Create(Invariant, $"{bad} of {with} {(with == 1 ? "day" : "days")} unsuccessful");
    }

    /// <summary>The picture.</summary>
    /// <param name="days">Worst status of each day, the oldest first, 0 for none.</param>
    public static MarkupString Picture(ReadOnlySpan<int> days)
    {
        var paths = new Dictionary<string, StringBuilder>();
        for (var day = 0; day < Days; day++)
        {
            var (css, height) = Look(day < days.Length ? days[day] : 0);
            if (!paths.TryGetValue(css, out var path))
            {
                paths[css] = path = new StringBuilder();
            }

            // The outline of 1.5 rounds the corners and makes the bar as large as it should be.
            path.Append(Invariant, $"M{(day * Step) + .75} {Height - height + .75}h5.5v{height - 1.5}h-5.5z");
        }

        var svg = new StringBuilder(400).Append(Invariant, $"<svg class=\"strip\" viewBox=\"0 0 {(Days * Step) - 2} {Height}\" role=\"img\" aria-label=\"{Spoken(days)}\"><title>{Spoken(days)}</title>");
        foreach (var (css, path) in paths)
        {
            svg.Append(Invariant, $"<path class=\"{css}\" d=\"{path}\"/>");
        }

        return new MarkupString(svg.Append("</svg>").ToString());
    }

    private static (string Css, int Height) Look(int status) => status == 0 ? ("day-none", 2) : JobStatusLook.Of(status).Severity switch
    {
        0 => ("day-success", 6),
        1 => ("day-running", 8),
        2 or 3 => ("day-skipped", 4),
        4 => ("day-warning", 11),
        5 => ("day-missed", 16),
        _ => ("day-error", 16),
    };

    private static string Spoken(ReadOnlySpan<int> days)
    {
        var looks = new List<JobStatusLook>(Days);
        foreach (var status in days)
        {
            if (status != 0)
            {
                looks.Add(JobStatusLook.Of(status));
            }
        }

        var parts = looks.GroupBy(static l => (l.Severity, l.Text)).OrderByDescending(static g => g.Key.Severity)
            .Select(static g => string.Create(Invariant, $"{g.Count()} {g.Key.Text}"));
        return looks.Count == 0 ? "No backup in the last ten days"
            : $"Last ten days, the worst of each: {string.Join(", ", looks.Count == Days ? parts : parts.Append(string.Create(Invariant, $"{Days - looks.Count} without a backup")))}";
    }
}
