using System.Globalization;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>What one job tells the server. Lines are collected for up to a second, so that a disk sync serves many. Safe for any thread.</summary>
/// <param name="jobId">The job.</param>
/// <param name="outbox">Keeps it until it has arrived.</param>
/// <param name="progress">Sends a report if there is a link.</param>
/// <param name="clock">The clock.</param>
public sealed class JobReport(string jobId, Outbox outbox, Action<JobProgress> progress, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Lines of warnings and errors that one job may tell; a million unreadable files help nobody as a million lines.</summary>
    public const int MaxComplaints = 2000;

    private const int MaxLine = 4000;
    private const int MaxBatchBytes = 256 * 1024;
    private static readonly TimeSpan Collect = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _over = new();
    private List<LogLine> _lines = [];
    private Task _flushing = Task.CompletedTask;
    private int _bytes;
    private int _complaints;
    private long _counter;
    private long _reported;

    /// <summary>How much the log tells, as in <see cref="BackupOptions.LogLevel"/>.</summary>
    public string Level { get; init; } = "";

    /// <summary>The job has begun.</summary>
    /// <param name="kind">See <see cref="JobKind"/>.</param>
    /// <param name="itemId">The Protected Item.</param>
    /// <param name="vaultId">The Storage Vault.</param>
    /// <param name="cancellationId">Non-empty when it can be cancelled.</param>
    /// <param name="ask">What a backup was asked for with; null for other work.</param>
    public void Start(int kind, string itemId, string vaultId, string cancellationId, RunBackup? ask = null) => outbox.Append(seq => new JobStarted(
        seq, jobId, kind, itemId, vaultId, clock.UnixNow(), ServerVersion.Text, cancellationId, ask?.RuleId ?? "", ask?.RetryCount ?? 0, ask?.Options.Tags ?? ""));

    /// <summary>A line for whoever looks for a fault.</summary>
    public void Debug(string text) => Add("D", text);

    /// <summary>An informative line.</summary>
    public void Info(string text) => Add("I", text);

    /// <summary>Something that may have affected the result.</summary>
    public void Warn(string text) => Complain("W", text);

    /// <summary>Why the job did not complete.</summary>
    public void Error(string text) => Complain("E", text);

    /// <summary>How far it is; more often than about once a second is dropped.</summary>
    public void Progress(long bytesDone, long bytesTotal, long itemsDone, long itemsTotal, string[] currentFiles)
    {
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            if (_counter > 0 && clock.GetElapsedTime(_reported, now).TotalMilliseconds < 900)
            {
                return;
            }

            _reported = now;
            _counter++;
        }

        progress(new JobProgress(jobId, _counter, clock.UnixNow(), bytesDone, bytesTotal, itemsDone, itemsTotal, currentFiles));
    }

    /// <summary>The job has ended: when this returns, its end is on disk.</summary>
    public void Finish(int status, JobResult? result)
    {
        if (_complaints > MaxComplaints)
        {
            Add("W", string.Create(CultureInfo.InvariantCulture, $"{_complaints - MaxComplaints} more warnings are not shown."));
        }

        Flush();
        outbox.Append(seq => new JobFinished(seq, jobId, status, clock.UnixNow(), result));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _flushing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // only its wait was cancelled
        _over.Dispose();
    }

    private void Complain(string severity, string text)
    {
        if (Interlocked.Increment(ref _complaints) <= MaxComplaints || severity == "E")
        {
            Add(severity, text);
        }
    }

    private int Least => Level.ToUpperInvariant() switch
    {
        "DEBUG" or "TRACE" or "VERBOSE" or "D" => 0,
        "WARN" or "WARNING" or "W" => 2,
        "ERROR" or "ERR" or "E" => 3,
        _ => 1,
    };

    private void Add(string severity, string text)
    {
        if ("DIWE".IndexOf(severity, StringComparison.Ordinal) < Least)
        {
            return;
        }

        var line = new LogLine(clock.UnixNow(), severity, text.Length <= MaxLine ? text : text[..MaxLine] + "…");
        bool full;
        lock (_gate)
        {
            _lines.Add(line);
            _bytes += 64 + (6 * line.Message.Length); // the most that JSON makes of a character
            full = _lines.Count >= AgentProtocol.MaxLogLines || _bytes >= MaxBatchBytes;
            if (_lines.Count == 1 && !full)
            {
                _flushing = FlushSoonAsync();
            }
        }

        if (full)
        {
            Flush();
        }
    }

    private async Task FlushSoonAsync()
    {
        await Task.Delay(Collect, clock, _over.Token);
        Flush();
    }

    private void Flush()
    {
        lock (_gate)
        {
            if (_lines.Count > 0)
            {
                var lines = _lines.ToArray();
                (_lines, _bytes) = ([], 0);
                outbox.Append(seq => new JobLog(seq, jobId, lines));
            }
        }
    }
}
