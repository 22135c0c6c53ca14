using System.Globalization;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Agent.Work;

namespace Comet.Blazor.Agent.Retention;

/// <summary>Calls of restic that change a vault for a job: noted for the case that the agent is killed, patient while another device has the vault.</summary>
/// <param name="notes">Remembers the process.</param>
/// <param name="clock">The clock.</param>
public sealed class VaultRestic(JobNotes notes, TimeProvider clock)
{
    private const int InterruptedCode = 130;

    /// <summary>Runs it and answers its lines.</summary>
    /// <exception cref="VaultBusyException">Another device has the vault, and has had it for minutes.</exception>
    /// <exception cref="StorageException">The storage refused.</exception>
    /// <exception cref="AgentFailure">restic failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, and restic has ended.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(ResticProgram restic, Repository repository, JobReport report, JobNote note, IReadOnlyList<string> args, CancellationToken ct)
    {
        var wait = new LockWait(report.Info, restic, repository, clock);
        while (true)
        {
            var (code, lines) = await OnceAsync(restic, repository, note, args, ct);
            if (code == 0)
            {
                return lines;
            }

            if (!ResticOutput.TellsLocked(code, string.Join('\n', lines)))
            {
                throw new AgentFailure(string.Create(
                    CultureInfo.InvariantCulture, $"restic {args[0]} ended with exit code {code}: {repository.WithoutSecrets(string.Join(' ', lines.TakeLast(3)))}"));
            }

            if (!await wait.AgainAsync(ct))
            {
                throw await wait.GiveUpAsync(ct);
            }
        }
    }

    private async Task<(int Code, List<string> Lines)> OnceAsync(ResticProgram restic, Repository repository, JobNote note, IReadOnlyList<string> args, CancellationToken ct)
    {
        using var halt = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<string> lines = [];
        StorageRefusal? refusal = null;
        void Hear(string line)
        {
            lock (lines)
            {
                lines.Add(line);
            }

            if (refusal is null && ResticOutput.Refusal(line) is { } told)
            {
                refusal = told;
                halt.Cancel(); // it would try for a quarter of an hour
            }
        }

        var run = new ResticRun(restic.Path, repository.Environment, clock)
        {
            Started = process => notes.Write(note with { Pid = process.Id, PidStart = ProcessControl.StartOf(process) }),
        };
        var end = await run.RunAsync([.. repository.Options, .. args], "", Hear, Hear, halt.Token);
        if (end.ExitCode > 128 && end.ExitCode != InterruptedCode)
        {
            notes.MarkLocked(repository.VaultId); // killed before it could remove its lock
        }

        ct.ThrowIfCancellationRequested();
        return refusal is null ? (end.ExitCode, lines) : throw new StorageException(refusal.Status, refusal.Reason);
    }
}
