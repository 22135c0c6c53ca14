using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>Cleans up after an agent that was killed: its restic may still run, its jobs have no end yet (decisions.md 26).</summary>
/// <param name="notes">What that agent has left.</param>
/// <param name="boxes">Where the jobs' ends go.</param>
/// <param name="console">Told about it.</param>
/// <param name="clock">The clock.</param>
public sealed class Orphans(JobNotes notes, Outboxes boxes, AgentConsole console, TimeProvider clock)
{
    /// <summary>Ends what still runs and reports every unfinished job as abandoned. Called once, before the agent connects.</summary>
    public async Task CleanAsync()
    {
        foreach (var note in notes.Left())
        {
            using (var restic = ProcessControl.Find(note.Pid, note.PidStart))
            {
                if (restic is not null)
                {
                    console.Say($"Stopping restic (process {note.Pid}), which an earlier run of the agent has left behind.");
                    await ProcessControl.EndAsync(restic, ResticRun.Patience, clock);
                }
            }

            if (note.Pid > 0)
            {
                notes.MarkLocked(note.VaultId);
            }

            if (note.Streams)
            {
                notes.MarkCutOff(note.VaultId, note.JobId);
            }

            var outbox = boxes.For(note.AccountId);
            var why = new LogLine(clock.UnixNow(), "E", "The agent stopped unexpectedly while this job ran. The next run goes on with what is stored already.");
            outbox.Append(seq => new JobLog(seq, note.JobId, [why]));
            outbox.Append(seq => new JobFinished(seq, note.JobId, JobStatus.Abandoned, clock.UnixNow(), null));
            notes.Remove(note.JobId); // last: repeated after another crash, the end is recorded once all the same
        }
    }
}
