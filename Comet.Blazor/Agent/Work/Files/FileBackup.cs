using System.Globalization;
using System.Text;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work.Files;

/// <summary>The engine of Files and Folders.</summary>
/// <param name="restic">Runs restic.</param>
/// <param name="state">Where lists for restic are while it runs.</param>
public sealed class FileBackup(ResticBackup restic, StateFolder state)
{
    private const int ManyPatterns = 20_000;

    /// <summary>Runs it.</summary>
    /// <param name="task">The job.</param>
    /// <param name="profile">What holds for all items of this device.</param>
    /// <param name="ct">Interrupts it.</param>
    /// <exception cref="AgentFailure">It can't be done; the sentence says why.</exception>
    public async Task<BackupEnd> RunAsync(BackupTask task, AgentProfile? profile, CancellationToken ct)
    {
        var (job, report, _, _, _) = task;
        var selection = FileSelection.Of(job.Item, profile?.Exclusions);
        var incomplete = Describe(selection, report);
        if (profile?.HomesOnly == true && OperatingSystem.IsLinux())
        {
            (selection, var outside) = WithinHomes(selection, report);
            incomplete |= outside;
        }

        var missing = selection.Missing();
        var allowed = job.Ask.Options.AllowZeroFilesSuccess;
        foreach (var path in missing)
        {
            Tell(report, allowed && missing.Count == selection.Paths.Count + selection.Patterns.Count, $"{path} does not exist on this device, so it is not backed up.");
        }

        selection = selection with
        {
            Paths = [.. selection.Paths.Except(missing)], Patterns = [.. selection.Patterns.Where(p => !missing.Contains(p.Top))],
        };
        if (selection.Paths.Count + selection.Patterns.Count == 0)
        {
            return Nothing(report, missing.Count, allowed);
        }

        var end = await BackUpAsync(task, selection, ct);
        if (end.Status == JobStatus.Success && end.Result?.TotalFiles == 0 && !allowed)
        {
            report.Warn("There was not one file to back up. Check the selection, or allow backups without files.");
            return end with { Status = JobStatus.Warning };
        }

        return end.Status == JobStatus.Success && (missing.Count > 0 || incomplete) ? end with { Status = JobStatus.Warning } : end;
    }

    private static void Tell(JobReport report, bool quiet, string text)
    {
        if (quiet)
        {
            report.Info(text);
        }
        else
        {
            report.Warn(text);
        }
    }

    private static BackupEnd Nothing(JobReport report, int missing, bool allowed)
    {
        if (allowed && missing > 0)
        {
            report.Info("None of the selected paths exists, and backups without files are allowed: nothing is stored.");
            return new BackupEnd(JobStatus.Success, JobResult.Empty);
        }

        report.Error(missing == 0 ? "The Protected Item selects nothing. Add a path to it." : "None of the selected paths exists on this device. Correct the Protected Item.");
        return new BackupEnd(JobStatus.Error);
    }

    private static bool Describe(FileSelection selection, JobReport report)
    {
        foreach (var setting in selection.Unsupported)
        {
            report.Warn($"This version does not know the setting {setting} of the Protected Item; it backs up without it.");
        }

        if (selection.Snapshot && !OperatingSystem.IsWindows())
        {
            report.Debug("Snapshots of the file system are taken on Windows alone; files are read as they are.");
        }

        return selection.Unsupported.Count > 0;
    }

    private static (FileSelection Selection, bool Outside) WithinHomes(FileSelection selection, JobReport report)
    {
        var homes = HomeFolders.All();
        string[] outside = [.. selection.Paths.Concat(selection.Patterns.Select(static p => p.Top)).Where(p => !HomeFolders.Holds(homes, p))];
        foreach (var path in outside)
        {
            report.Warn($"{path} is not in a home directory. This account may back up home directories alone, so it is left out.");
        }

        return (selection with { Paths = [.. selection.Paths.Except(outside)], Patterns = [.. selection.Patterns.Where(p => !outside.Contains(p.Top))] }, outside.Length > 0);
    }

    private async Task<BackupEnd> BackUpAsync(BackupTask task, FileSelection selection, CancellationToken ct)
    {
        var lines = selection.Exclusions.Select(ResticPattern.OfGlob).ToList();
        var roots = selection.Paths;
        if (selection.NeedsWalk)
        {
            task.Report.Info("Looking at the selected folders for what the regular expressions and patterns mean.");
            var walk = await Task.Run(() => ExclusionWalk.Run(selection, ct), ct);
            roots = walk.Roots;
            lines.AddRange(walk.Exclusions);
            task.Report.Info(string.Create(CultureInfo.InvariantCulture, $"{walk.Seen:N0} files and folders looked at; what is left out takes {walk.Exclusions.Count:N0} patterns."));
            if (walk.Exclusions.Count > ManyPatterns)
            {
                task.Report.Info("So many patterns make the backup slow: choose expressions that leave out whole folders, or all files of an ending or a name.");
            }
        }

        var file = state.Sub("runs", $"{task.Job.Ask.JobId}.exclude");
        try
        {
            List<string> args = ["--files-from-raw", "-"];
            if (lines.Count > 0)
            {
                await File.WriteAllLinesAsync(file, lines, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), ct);
                args.AddRange([OperatingSystem.IsWindows() ? "--iexclude-file" : "--exclude-file", file]);
            }

            if (selection.Rescan)
            {
                args.Add("--force");
            }

            if (selection.Snapshot && OperatingSystem.IsWindows())
            {
                args.Add("--use-fs-snapshot");
            }

            var input = Encoding.UTF8.GetBytes(string.Concat(roots.Select(static p => p + '\0')));
            if (task.Share is { } share && await restic.CountAsync(task, args, input, ct) is { } wanted)
            {
                if (!share.Take(wanted))
                {
                    task.Report.Error($"{share.Refusal(wanted)} Nothing was stored.");
                    return new BackupEnd(JobStatus.QuotaExceeded);
                }

                task.Report.Info(share.Room(wanted));
            }

            return await restic.PatientAsync(task, args, input, ct);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
