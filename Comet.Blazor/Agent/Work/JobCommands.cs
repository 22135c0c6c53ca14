using System.Globalization;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>
/// The commands around a backup (spec/01 §5.1, §5.4): those before it go from the outside in (rule, item, vault), those after it from the inside
/// out. A command that fails makes the job end as Warning; the backup goes on.
/// </summary>
/// <param name="job">The job.</param>
/// <param name="rule">The rule whose run it is; null for none.</param>
/// <param name="report">Takes what they print.</param>
/// <param name="clock">The clock.</param>
public sealed class JobCommands(RunningJob job, AgentCommands? rule, JobReport report, TimeProvider clock)
{
    /// <summary>How long the commands after a backup may still take once the job is being stopped: what was frozen must be thawed.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(60);

    private const int MaxLines = 500;
    private static readonly TimeSpan ShutdownGrace = TimeSpan.FromSeconds(10);

    /// <summary>True when one of them has failed.</summary>
    public bool Failed { get; private set; }

    /// <summary>Runs those before the data are read.</summary>
    /// <exception cref="OperationCanceledException">The job is being stopped; the running command was killed.</exception>
    public async Task BeforeAsync(CancellationToken ct)
    {
        await RunAsync("before", "rule", rule?.Before, "", ct);
        await RunAsync("before", "Protected Item", job.Item.Commands?.Before, "", ct);
        await RunAsync("before", "Storage Vault", job.Vault.Commands?.Before, "", ct);
    }

    /// <summary>Runs those that follow as soon as the data have been read, also when the job is being stopped.</summary>
    public Task ThawAsync(CancellationToken ct) => WithGraceAsync(
        async limit =>
        {
            await RunAsync("thaw", "Storage Vault", job.Vault.Commands?.Thaw, "", limit);
            await RunAsync("thaw", "Protected Item", job.Item.Commands?.Thaw, "", limit);
            await RunAsync("thaw", "rule", rule?.Thaw, "", limit);
        },
        ct);

    /// <summary>Runs those at the end, whatever it was.</summary>
    /// <param name="status">How the job is about to end.</param>
    /// <param name="ct">The job is being stopped.</param>
    public Task AfterAsync(int status, CancellationToken ct) => WithGraceAsync(
        async limit =>
        {
            var told = status.ToString(CultureInfo.InvariantCulture);
            await RunAsync("after", "Storage Vault", job.Vault.Commands?.After, told, limit);
            await RunAsync("after", "Protected Item", job.Item.Commands?.After, told, limit);
            await RunAsync("after", "rule", rule?.After, told, limit);
        },
        ct);

    private async Task WithGraceAsync(Func<CancellationToken, Task> run, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        await using var stopping = ct.Register(() => limit.CancelAfter(job.Reason == StopReason.Shutdown ? ShutdownGrace : Grace));
        try
        {
            await run(limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            report.Warn($"Commands were stopped, because the job was stopped and they took longer than {(job.Reason == StopReason.Shutdown ? ShutdownGrace : Grace).TotalSeconds:0} seconds after that.");
        }
    }

    private async Task RunAsync(string when, string whose, string[]? commands, string status, CancellationToken ct)
    {
        foreach (var command in commands ?? [])
        {
            ct.ThrowIfCancellationRequested();
            await RunAsync($"Command {when} the backup ({whose})", command, status, ct);
        }
    }

    private async Task RunAsync(string title, string command, string status, CancellationToken ct)
    {
        report.Info($"{title}: {command}");
        var variables = new Dictionary<string, string>
        {
            ["COMET_JOB_ID"] = job.Ask.JobId,
            ["COMET_ITEM"] = job.Item.Description,
            ["COMET_VAULT"] = job.Vault.Description,
            ["COMET_STATUS"] = status,
        };
        var lines = 0;
        void Say(string line)
        {
            if (Interlocked.Increment(ref lines) is <= MaxLines and var number)
            {
                report.Info(number == MaxLines ? $"| {line} (further lines are not shown)" : $"| {line}");
            }
        }

        try
        {
            var code = await ChildRun.Shell(command, "", variables).RunAsync(Say, ct);
            if (code != 0)
            {
                Failed = true;
                report.Warn(string.Create(CultureInfo.InvariantCulture, $"{title} ended with exit code {code}: {command}"));
            }
        }
        catch (IOException ex)
        {
            Failed = true;
            report.Warn($"{title} can't be run: {ex.Message}");
        }
    }
}
