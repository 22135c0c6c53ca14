using System.Globalization;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work.Streams;

/// <summary>What a program gives, stored as a file.</summary>
/// <param name="Name">The file's name in the backup.</param>
/// <param name="Program">What gives it.</param>
/// <param name="Title">For the log.</param>
public sealed record Dump(string Name, ChildRun Program, string Title);

/// <summary>How the dumps of a job ended.</summary>
public enum DumpEnd
{
    /// <summary>Stored.</summary>
    Stored,

    /// <summary>It gave nothing, and that is allowed.</summary>
    Empty,

    /// <summary>It failed; nothing of it is stored.</summary>
    Failed,
}

/// <summary>
/// Stores what programs give, each as a snapshot of its own, without a copy on the disk. The agent stands between program and restic: restic hears of
/// the end of the output only when the program has ended well, and is interrupted otherwise, so that half a dump never becomes a snapshot.
/// </summary>
/// <param name="restic">Runs restic.</param>
public sealed class StreamBackup(ResticBackup restic)
{
    private const int Buffer = 256 * 1024;

    /// <summary>Runs the dumps one after the other; one that fails does not keep the others from being stored.</summary>
    /// <param name="task">The job.</param>
    /// <param name="dumps">The dumps.</param>
    /// <param name="ct">Interrupts it.</param>
    public async Task<BackupEnd> RunAsync(BackupTask task, IReadOnlyList<Dump> dumps, CancellationToken ct)
    {
        var streaming = task with { Note = task.Note with { Streams = true } };
        var meter = new Meter(task.Report, task.Share, dumps.Count);
        var total = JobResult.Empty;
        var failed = 0;
        var worst = JobStatus.Success;
        foreach (var dump in dumps)
        {
            ct.ThrowIfCancellationRequested();
            await restic.WaitForOthersAsync(streaming, ct); // what a program gives can't be asked for a second time
            meter.Begin(dump.Name);
            var (end, result) = await OneAsync(streaming, dump, meter, ct);
            if (result is { Status: not (JobStatus.Success or JobStatus.Warning) })
            {
                return result with { Result = total.SnapshotId.Length > 0 ? total : null }; // the storage or the person says no: the next would not fare better
            }

            if (meter.Overrun)
            {
                task.Report.Error($"{task.Share!.Refusal(meter.Bytes)} {dump.Name} was cut off there and is not stored.");
                return new BackupEnd(JobStatus.QuotaExceeded, total.SnapshotId.Length > 0 ? total : null);
            }

            failed += end == DumpEnd.Failed ? 1 : 0;
            worst = result?.Status ?? worst;
            total = result?.Result is { } figures ? total.Plus(figures) : total;
        }

        if (failed > 0)
        {
            task.Report.Error(dumps.Count == 1 ? "Nothing was stored." : string.Create(CultureInfo.InvariantCulture, $"{failed} of {dumps.Count} failed and are not stored; the others are."));
        }

        return new BackupEnd(failed > 0 ? JobStatus.Error : worst, total);
    }

    private async Task<(DumpEnd End, BackupEnd? Result)> OneAsync(BackupTask task, Dump dump, Meter meter, CancellationToken ct)
    {
        var report = task.Report;
        report.Info($"{dump.Title} begins, to be stored as {dump.Name}.");
        try
        {
            using var program = dump.Program.Begin(line => report.Info($"| {line}"), ct);
            var output = program.Process.StandardOutput.BaseStream;
            var buffer = new byte[Buffer];
            var first = await output.ReadAsync(buffer, ct);
            if (first == 0)
            {
                return (await EmptyAsync(task, dump, program), null);
            }

            var end = await restic.RunAsync(
                task, ["--stdin", "--stdin-filename", dump.Name],
                async (stream, token) => await CopyAsync(output, stream, buffer, first, meter, token) && await EndedWellAsync(report, dump, program),
                meter.Tell, ct);
            return end is null ? (DumpEnd.Failed, null) : (DumpEnd.Stored, end);
        }
        catch (IOException ex)
        {
            report.Error($"{dump.Title} can't be run: {ex.Message}");
            return (DumpEnd.Failed, null);
        }
    }

    private static async Task<DumpEnd> EmptyAsync(BackupTask task, Dump dump, ChildRun.Child program)
    {
        if (!await EndedWellAsync(task.Report, dump, program))
        {
            return DumpEnd.Failed;
        }

        if (task.Job.Ask.Options.AllowZeroFilesSuccess)
        {
            task.Report.Info($"{dump.Title} gave nothing, which is allowed. Nothing is stored for it.");
            return DumpEnd.Empty;
        }

        task.Report.Error($"{dump.Title} gave nothing. Correct the command, or allow backups without files.");
        return DumpEnd.Failed;
    }

    private static async Task<bool> EndedWellAsync(JobReport report, Dump dump, ChildRun.Child program)
    {
        var code = await program.EndAsync();
        if (code != 0)
        {
            report.Error(string.Create(CultureInfo.InvariantCulture, $"{dump.Title} ended with exit code {code}. What it gave is not whole and is not stored."));
        }

        return code == 0;
    }

    private static async Task<bool> CopyAsync(Stream from, Stream to, byte[] buffer, int first, Meter meter, CancellationToken ct)
    {
        for (var count = first; count > 0; count = await from.ReadAsync(buffer, ct))
        {
            if (!meter.Add(count))
            {
                return false; // restic is interrupted, and what it has is no snapshot
            }

            await to.WriteAsync(buffer.AsMemory(0, count), ct);
        }

        return true;
    }

    private sealed class Meter(JobReport report, QuotaShare? share, int dumps)
    {
        private long _bytes;
        private int _done = -1;
        private string _name = "";

        public void Begin(string name) => (_name, _done) = (name, _done + 1);

        /// <summary>Bytes of all dumps until now.</summary>
        public long Bytes => Interlocked.Read(ref _bytes);

        /// <summary>They are more than may be selected.</summary>
        public bool Overrun { get; private set; }

        /// <summary>False when that is too much.</summary>
        public bool Add(int count)
        {
            var bytes = Interlocked.Add(ref _bytes, count);
            Overrun = share?.Take(bytes) == false;
            Tell();
            return !Overrun;
        }

        // Nobody knows how much a command will give.
        public void Tell() => report.Progress(Interlocked.Read(ref _bytes), 0, _done, dumps, [_name]);
    }
}
