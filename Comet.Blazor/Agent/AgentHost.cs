using System.Runtime.InteropServices;
using Comet.Blazor.Agent.Answers;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Link;
using Comet.Blazor.Agent.Measuring;
using Comet.Blazor.Agent.Retention;
using Comet.Blazor.Agent.Schedules;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Agent.Work;
using Comet.Blazor.Agent.Work.Files;
using Comet.Blazor.Agent.Work.Streams;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Agent;

/// <summary>The agent: composition, start and end.</summary>
public static class AgentHost
{
    private const int CouldNotGoOn = 1; // decisions.md 28
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs until SIGTERM or Ctrl+C (exit code 0), until it can't go on (1), or until an administrator removes it (3).</summary>
    public static async Task<int> RunAsync(AgentSettings settings)
    {
        var console = new AgentConsole(Console.Out, TimeProvider.System);
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true; // the process ends when its jobs have
            stop.Cancel();
        }

        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            await RunAsync(settings, console, TimeProvider.System, stop.Token);
            return 0;
        }
        catch (AgentFailure ex)
        {
            Console.Error.WriteLine(ex.Message);
            return ex.ExitCode;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"The state folder {settings.StateFolder} can't be used: {ex.Message}");
            return CouldNotGoOn;
        }
    }

    /// <summary>Runs until <paramref name="stop"/>; then ends jobs, sends their last reports and returns.</summary>
    /// <exception cref="AgentFailure">It can't go on; the sentence says why.</exception>
    public static async Task RunAsync(AgentSettings settings, AgentConsole console, TimeProvider clock, CancellationToken stop)
    {
        var removal = new Removal();
        await WorkAsync(settings, console, clock, removal, stop);
        await removal.FinishAsync(settings);
    }

    private static async Task WorkAsync(AgentSettings settings, AgentConsole console, TimeProvider clock, Removal removal, CancellationToken stop)
    {
        var credentials = new Credentials(settings.PasswordFile);
        credentials.ReadPassword();
        var trust = new ServerTrust(settings);
        trust.Check();
        using var state = StateFolder.Open(settings.StateFolder);
        using var boxes = new Outboxes(state, console);
        using var http = trust.CreateClient();
        using var turns = new VaultTurns();
        var notes = new JobNotes(state);
        var tool = new ResticTool(settings.Restic, clock);
        console.Say($"Comet agent {ServerVersion.Text} starts (state in {state.Path}). Ctrl+C stops it.");
        await new Orphans(notes, boxes, console, clock).CleanAsync();
        await LookForResticAsync(tool, console, stop);

        ServerLink? link = null;
        JobDesk? desk = null;
        using var profile = new ProfileKeeper((action, ct) => link!.AskAsync(action, null, ct), console);
        var keys = new VaultKeys(state, credentials) { Ask = (action, body, ct) => link!.AskAsync(action, body, ct) };
        var bucket = new BucketClient(http);
        var elsewhere = new PlacePreparation(state, keys, clock);
        var preparation = new VaultPreparation(state, keys, bucket, elsewhere, clock);
        var ssh = new SshPlace(state);
        ssh.Clean();
        state.Clear("runs"); // of an agent that was killed
        var places = new Places(settings, ssh);
        var door = new VaultDoor(keys, preparation, notes, state, places, clock);
        var restic = new ResticBackup(notes, state, clock);
        var backup = new Backup(door, tool, new VaultSize(clock), new FileBackup(restic, state), new StreamBackup(restic), profile, new SelectionQuota(profile, clock), state, clock);
        var sizes = new SnapshotSizes(state);
        var marks = new PassMarks(state, clock);
        using var reports = new VaultReports(state, console) { Ask = (action, body, ct) => link!.AskAsync(action, body, ct) };
        var engine = new VaultRestic(notes, clock);
        var tasks = new VaultTasks(door, tool, engine, new RetentionPass(engine, profile, marks, clock), new VaultMeasurement(state, sizes, clock), reports, marks, sizes, clock);
        var vaults = new VaultDesk(profile, turns, tasks, marks, notes, boxes, state, console, clock) { Progress = p => link!.Report(p) };
        desk = new JobDesk(profile, turns, backup, notes, boxes, state, console, clock)
        {
            Progress = p => link!.Report(p),
            Stored = vaults.AfterBackup,
        };
        var signIn = new SignIn(settings, state, boxes, credentials, () => desk.Running.Concat(vaults.Running));
        using var estimates = new Estimates(clock);
        using var s3 = new S3Probe(clock);
        var questions = new DeviceQuestions(settings, profile, estimates, new VaultQuestions(door, bucket, new PlaceProbe(elsewhere, s3), tool, places, sizes, clock));
        var requests = new Requests(desk, profile, vaults, reports, credentials, questions, removal);
        link = new ServerLink(settings, trust, signIn, console, clock) { Answer = requests.AnswerAsync, SignedIn = w => requests.SignedIn(w, stop), Forbidden = profile.Drop };

        using var leave = new CancellationTokenSource();
        var scheduler = new Scheduler(() => profile.Known, desk.Start, state, console, clock) { Boot = BootMark.Read(clock) };
        profile.Changed += scheduler.Wake;
        profile.Changed += () => LearnName(settings, state, profile.Known?.Username, console);
        using var plan = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var scheduled = scheduler.RunAsync(plan.Token);
        var linked = link.RunAsync(leave.Token);
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, stop);
        await Task.WhenAny(linked, stopped, scheduled, removal.Asked);
        if (removal.Asked.IsCompleted)
        {
            console.Say("An administrator has asked this client to be removed. The agent ends its work for good.");
            state.Retire(); // first of all: whatever happens next, nobody starts it again
        }
        else if (stop.IsCancellationRequested)
        {
            console.Say("The agent stops.");
        }

        await plan.CancelAsync();
        await Task.WhenAll(desk.CloseAsync(), vaults.CloseAsync());
        await DrainAsync(state, boxes, linked, clock);
        await leave.CancelAsync();
        try
        {
            await scheduled.ConfigureAwait(scheduled.IsFaulted ? ConfigureAwaitOptions.None : ConfigureAwaitOptions.SuppressThrowing); // cancelled just now
            await linked.ConfigureAwait(removal.Asked.IsCompleted ? ConfigureAwaitOptions.SuppressThrowing : ConfigureAwaitOptions.None); // the server has ended the link, as it had to
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>An administrator may have renamed the account: from now on this device signs in with the new name.</summary>
    private static void LearnName(AgentSettings settings, StateFolder state, string? name, AgentConsole console)
    {
        if (name is not null && state.IsCalled(settings.Username, name))
        {
            console.Say($"The account is called {name} now. This device signs in with that name; nothing needs to be done.");
        }
    }

    /// <summary>Backups will fail without it, so the person who has just started the agent is told at once.</summary>
    private static async Task LookForResticAsync(ResticTool tool, AgentConsole console, CancellationToken ct)
    {
        try
        {
            await tool.FindAsync(ct);
        }
        catch (AgentFailure ex)
        {
            console.Say($"Backups can't run yet: {ex.Message}");
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Gives the last reports a moment to reach the server; those that do not stay on disk.</summary>
    private static async Task DrainAsync(StateFolder state, Outboxes boxes, Task linked, TimeProvider clock)
    {
        if (state.AccountId.Length == 0)
        {
            return;
        }

        var outbox = boxes.For(state.AccountId);
        var since = clock.GetTimestamp();
        while (outbox.Jobs.Count > 0 && !linked.IsCompleted && clock.GetElapsedTime(since) < LastWords)
        {
            await Task.Delay(Glance, clock);
        }
    }
}
