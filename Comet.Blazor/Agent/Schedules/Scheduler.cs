using System.Threading.Channels;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Work;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Agent.Schedules;

/// <summary>
/// Runs the backup rules of this device, in its own zone and with or without a server. Looks at the clock at least twice a minute instead of
/// trusting long timers, which stand still while a computer sleeps and know nothing of a clock that was set.
/// </summary>
/// <param name="profile">The rules.</param>
/// <param name="start">Begins a run; null when it is over already or was not begun.</param>
/// <param name="state">Remembers runs.</param>
/// <param name="console">Told about missed runs.</param>
/// <param name="clock">The clock and the zone.</param>
public sealed class Scheduler(Func<AgentProfile?> profile, Func<RunBackup, string, RunningJob?> start, StateFolder state, AgentConsole console, TimeProvider clock)
{
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(30);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    // Runs of this process. A mark that names another one was left by an agent that was killed.
    private readonly HashSet<string> _runs = new(StringComparer.Ordinal);
    private RuleBook? _book;
    private string _account = "";

    /// <summary>Names this start of the computer.</summary>
    public required string Boot { get; init; }

    /// <summary>Something has changed: looks at the rules at once.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Runs rules until it is cancelled; jobs that have begun go on.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task RunAsync(CancellationToken ct)
    {
        while (true)
        {
            var wait = TryLook();
            using var sleep = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var woken = _wake.Reader.WaitToReadAsync(sleep.Token).AsTask();
            await Task.WhenAny(woken, Task.Delay(wait, clock, sleep.Token));
            await sleep.CancelAsync();
            ct.ThrowIfCancellationRequested();
            _wake.Reader.TryRead(out _);
        }
    }

    /// <summary>Starts what is due; answers how long nothing else will be.</summary>
    public TimeSpan Look()
    {
        lock (_gate)
        {
            if (profile() is not { Rules: { Length: > 0 } rules } || Book() is not { } book)
            {
                return LongestSleep;
            }

            TimeZoneInfo.ClearCachedData(); // a device may travel
            var moment = new Moment(clock.LocalTimeZone, state.DeviceId, Boot, clock.UnixNow());
            var decisions = rules.Select(r => (Rule: r, Decision: RuleDecision.Of(r, Resumed(book, r, moment.Now), moment))).ToArray();
            var begin = decisions.Where(static d => d.Decision.Cause != RunCause.None)
                .Select(static d => (d.Rule, d.Decision, Id: Guid.NewGuid().ToString("D"))).ToArray();
            book.Keep(decisions.Where(static d => d.Decision.Cause == RunCause.None).Select(static d => d.Decision.Mark)
                .Concat(begin.Select(static b => b.Decision.Mark.JobId.Length > 0 ? b.Decision.Mark : b.Decision.Mark with { JobId = b.Id })));
            foreach (var (rule, _) in decisions.Where(static d => d.Decision.Missed))
            {
                console.Say($"The backup rule {Name(rule)} has missed a planned run, because the agent or the computer did not run then.");
            }

            foreach (var (rule, decision, id) in begin)
            {
                Begin(book, rule, id, decision);
            }

            var next = decisions.Min(static d => d.Decision.LookAt) ?? long.MaxValue;
            return next - moment.Now >= LongestSleep.TotalSeconds ? LongestSleep : Until(next);
        }
    }

    /// <summary>A state folder that can't be written starts nothing: without it, an instant could run twice.</summary>
    private TimeSpan TryLook()
    {
        try
        {
            return Look();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            console.SayOnce($"Backup rules can't run, because the state folder can't be used: {ex.Message}");
            return LongestSleep;
        }
    }

    private static string Name(AgentRule rule) => rule.Description.Length > 0 ? $"\"{rule.Description}\"" : rule.Id;

    private TimeSpan Until(long instant) => TimeSpan.FromMilliseconds(Math.Clamp((instant * 1000) - clock.GetUtcNow().ToUnixTimeMilliseconds(), 1, LongestSleep.TotalMilliseconds));

    private RuleBook? Book()
    {
        if (state.AccountId.Length > 0 && (_book is null || _account != state.AccountId))
        {
            (_book, _account) = (new RuleBook(state, state.AccountId, console), state.AccountId);
            _runs.Clear();
        }

        return _book;
    }

    private RuleMark? Resumed(RuleBook book, AgentRule rule, long now) =>
        book.Find(rule.Id) is { } mark && mark.JobId.Length > 0 && !_runs.Contains(mark.JobId) ? RuleDecision.Ended(rule, mark, failed: true, now) : book.Find(rule.Id);

    private void Begin(RuleBook book, AgentRule rule, string id, RuleDecision decision)
    {
        var mine = book.Find(rule.Id)!.JobId == id;
        if (mine)
        {
            _runs.Add(id);
        }

        try
        {
            if (start(new RunBackup(id, rule.ItemId, rule.VaultId, rule.Options, rule.Id, decision.Cause == RunCause.Retry ? decision.Mark.Retries : 0), decision.Words) is { } job)
            {
                _ = FollowAsync(book, rule, id, job);
                return;
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            console.Say($"The backup rule {Name(rule)} could not run, because the state folder can't be used: {ex.Message}");
        }

        if (mine)
        {
            _runs.Remove(id);
            book.Keep([book.Find(rule.Id)! with { JobId = "" }]);
        }
    }

    private async Task FollowAsync(RuleBook book, AgentRule rule, string id, RunningJob job)
    {
        await job.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding); // the desk has reported its end
        var failed = RuleDecision.IsFailure(job.EndStatus) || job.Reason == StopReason.Shutdown || job.EndStatus == 0;
        try
        {
            lock (_gate)
            {
                _runs.Remove(id);
                if (book.Find(rule.Id) is { } mark && mark.JobId == id)
                {
                    book.Keep([RuleDecision.Ended(rule, mark, failed, clock.UnixNow())]);
                }
            }
        }
        catch (IOException ex)
        {
            console.Say($"The end of a run could not be noted in the state folder: {ex.Message}"); // the mark still names the job, so the next start of the agent counts it as failed
        }

        Wake();
    }
}
