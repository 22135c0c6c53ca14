using System.Globalization;
using Comet.Blazor.Features.Accounts.Items.Engines;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items.Forms;

/// <summary>What a Protected Item and its rules do, in plain words.</summary>
public static class ItemSentence
{
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>Such as "Backs up 2 paths of MD-FS01, leaving out 3 patterns."</summary>
    /// <param name="item">The item.</param>
    /// <param name="device">The device's name; empty for none yet.</param>
    public static string What(ItemForm item, string device)
    {
        var on = device.Length > 0 ? device : "the device";
        return item.Engine switch
        {
            ItemEngines.File => Files(item.Files, on),
            ItemEngines.Stdout => item.Program.Commands is [var only]
                ? $"Runs a command on {on} and backs up what it prints as {Named(only.SaveAs)}."
                : $"Runs {Count(item.Program.Commands.Count, "command")} on {on}, one after the other, and backs up what each prints as a file: {string.Join(", ", item.Program.Commands.Select(static c => Named(c.SaveAs)))}.",
            ItemEngines.MySql => MySql(item.MySql, on),
            _ => $"Backs up {ItemTypes.Name(item.Engine)} of {on}, as its {Count(item.Props.Count, "setting")} say.",
        };
    }

    /// <summary>What runs around a backup; null when nothing does.</summary>
    public static string? Commands(int before, int after, int snapshot)
    {
        var parts = new[] { (before, "before the backup"), (snapshot, "once the disk snapshot is taken"), (after, "after the backup") }
            .Where(static p => p.Item1 > 0).Select(static p => $"{Count(p.Item1, "command")} {p.Item2}").ToArray();
        return parts.Length == 0 ? null : $"Runs {string.Join(", ", parts)}.";
    }

    /// <summary>What starts a rule, such as "Every day at 22:00, and 30 minutes after a failed run, 2 times at most."</summary>
    public static string When(RuleForm rule, TimeZoneInfo zone)
    {
        List<string> parts = [.. rule.Schedules.Select(s => s.Say(zone))];
        if (rule.OnBoot)
        {
            parts.Add("at each start of the computer");
        }

        if (rule.OnBootIfMissed && rule.Schedules.Count > 0)
        {
            parts.Add("when the device is back after a missed run");
        }

        if (rule.Retry)
        {
            parts.Add($"{Count(Math.Max(1, rule.RetryMinutes), "minute")} after a failed run, {Count(Math.Max(1, rule.RetryCount), "time")} at most");
        }

        if (parts.Count == 0 || !rule.RunsByItself)
        {
            return "Does not run by itself.";
        }

        var text = string.Join("; ", parts);
        return char.ToUpperInvariant(text[0]) + text[1..] + ".";
    }

    /// <summary>"3 paths".</summary>
    public static string Count(long n, string what) => string.Create(English, $"{n} {what}{(n == 1 ? "" : "s")}");

    private static string Files(FileSelection files, string on)
    {
        var what = string.Join(" and ", new[]
        {
            files.Paths.Count > 0 ? files.Paths.Count == 1 ? EngineCheck.Shown(files.Paths[0]) : Count(files.Paths.Count, "path") : "",
            files.Inclusions.Count > 0 ? $"what matches {Count(files.Inclusions.Count, "pattern")}" : "",
        }.Where(static t => t.Length > 0));
        var without = files.Exclusions.Count + files.RegexExclusions.Count;
        return $"Backs up {(what.Length > 0 ? what : "nothing yet")} of {on}{(without > 0 ? $", leaving out what matches {Count(without, "pattern")}" : "")}."
            + (files.TakeSnapshot ? " Reads from a snapshot of the file system." : "");
    }

    private static string MySql(MySqlSelection mysql, string on)
    {
        var server = mysql.Host.Length == 0 || mysql.Host is "localhost" or "127.0.0.1" ? $"the MySQL server on {on}" : $"the MySQL server {mysql.Host}, reached from {on}";
        var what = mysql.All ? mysql.Except.Count > 0 ? $"all databases but {Count(mysql.Except.Count, "database")}" : "all databases" : Count(mysql.Databases.Count, "database");
        return $"Backs up {what} of {server}.";
    }

    private static string Named(string name) => name.Length > 0 ? EngineCheck.Shown(name) : "a file without a name yet";
}
