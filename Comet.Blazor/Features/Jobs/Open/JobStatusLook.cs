using System.Globalization;
using Comet.Blazor.Wire;
using MudBlazor;

namespace Comet.Blazor.Features.Jobs.Open;

/// <summary>How a job's status is shown everywhere: the text, the class of the chip's span, and the icon before it.</summary>
/// <param name="Text">"Success", "71%", "Quota Exceeded" … An unknown code shows its range and number.</param>
/// <param name="Css">Classes of the span: "st st-error"; "st st-success quiet" for a success.</param>
/// <param name="Icon">SVG path content, to be drawn at 14 px.</param>
/// <param name="Severity">Rank for sorting: 0 success … 9 error; larger needs more attention.</param>
public readonly record struct JobStatusLook(string Text, string Css, string Icon, int Severity)
{
    /// <summary>The look of a status; <paramref name="percent"/> replaces "Running" when known.</summary>
    public static JobStatusLook Of(int status, double? percent = null) => status switch
    {
        >= 5000 and < 6000 => new(status == JobStatus.Success ? "Success" : Unknown("Success", status), "st st-success quiet", Icons.Material.Rounded.CheckCircle, 0),
        JobStatus.Retrying => new("Retrying", "st st-running", Icons.Material.Rounded.Replay, 1),
        JobStatus.NotYetStarted => new("Starting", "st st-running", Icons.Material.Rounded.HourglassEmpty, 1),
        6000 or JobStatus.Running or JobStatus.Revived => new(Running(percent), "st st-running", Icons.Material.Rounded.Autorenew, 1),
        >= 6000 and < 7000 => new(Unknown("Running", status), "st st-running", Icons.Material.Rounded.Autorenew, 1),
        JobStatus.Timeout => Error("Timeout", 8),
        JobStatus.Warning => new("Warning", "st st-warning", Icons.Material.Rounded.Warning, 4),
        JobStatus.Error => Error("Error", 9),
        JobStatus.QuotaExceeded => new("Quota Exceeded", "st st-error", Icons.Material.Rounded.DataUsage, 6),
        JobStatus.Missed => new("Missed", "st st-missed", Icons.Material.Rounded.Schedule, 5),
        JobStatus.Cancelled => new("Cancelled", "st st-skipped", Icons.Material.Rounded.Block, 3),
        JobStatus.Skipped => new("Skipped", "st st-skipped", Icons.Material.Rounded.SkipNext, 2),
        JobStatus.Abandoned => Error("Abandoned", 7),
        >= 7000 and < 8000 => Error(Unknown("Unsuccessful", status), 9),
        _ => new(Unknown("Unknown", status), "st st-skipped", Icons.Material.Rounded.HelpOutline, 2),
    };

    private static JobStatusLook Error(string text, int severity) => new(text, "st st-error", Icons.Material.Rounded.Cancel, severity);

    private static string Running(double? percent) =>
        percent is { } p ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(Math.Clamp(p, 0, 100))}%") : "Running";

    private static string Unknown(string range, int status) => string.Create(CultureInfo.InvariantCulture, $"{range} {status}");
}

/// <summary>Names of job classifications (spec/02 §3.2).</summary>
public static class JobKindName
{
    /// <summary>"Backup", "Restore" … An unknown code shows its number.</summary>
    public static string Of(int classification) => classification switch
    {
        4000 => "Unknown",
        JobKind.Backup => "Backup",
        JobKind.Restore => "Restore",
        JobKind.Retention => "Retention",
        4004 => "Unlock",
        4005 => "Delete snapshot",
        4006 => "Measure vault",
        4007 => "Software update",
        4008 => "Import",
        4009 => "Reindex",
        4010 => "Deep verify",
        4011 => "Uninstall",
        _ => string.Create(CultureInfo.InvariantCulture, $"Type {classification}"),
    };
}
