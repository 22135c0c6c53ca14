using System.Globalization;
using Comet.Blazor.Agent;
using Comet.Blazor.Agent.Schedules;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Agent.Work;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Schedules;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Schedules;

public sealed class SchedulerTests : IDisposable
{
    private static readonly AgentSchedule Nightly = new(ScheduleFrequency.Daily, 22 * 3600);
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(At("2026-06-01T12:00Z"));
    private readonly List<(RunBackup Ask, string Why, TaskCompletionSource End, RunningJob Job)> _runs = [];
    private StateFolder _state;
    private AgentProfile? _profile;
    private Scheduler _scheduler;

    public SchedulerTests()
    {
        _clock.SetLocalTimeZone(TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam"));
        _state = Open();
        _scheduler = NewScheduler("boot1");
    }

    [Fact]
    public void Schedule_Due_RunsOnceInTheDevicesZone()
    {
        Rules(Rule(Nightly));
        _scheduler.Look();
        Go("2026-06-01T19:59:59Z");
        Assert.Empty(_runs);

        Go("2026-06-01T20:00:00Z");
        _scheduler.Look();

        var run = Assert.Single(_runs);
        Assert.Equal(("i1", "v1", "Started by its schedule: Every day at 22:00."), (run.Ask.ItemId, run.Ask.VaultId, run.Why));
    }

    [Fact]
    public void Look_NextRunSoon_SleepsUntilThen()
    {
        Rules(Rule(Nightly));

        Assert.Equal(TimeSpan.FromSeconds(30), _scheduler.Look());
        _clock.AdjustTime(At("2026-06-01T19:59:50Z"));
        Assert.Equal(TimeSpan.FromSeconds(10), _scheduler.Look());
    }

    [Fact]
    public void Restart_InTheSecondOfTheRun_DoesNotRunItAgain()
    {
        Rules(Rule(Nightly));
        _scheduler.Look();
        Go("2026-06-01T20:00:00Z");

        Restart("boot1");
        Go("2026-06-01T20:00:01Z");

        Assert.Single(_runs);
    }

    [Theory]
    [InlineData(false, "2026-06-01T20:04:00Z", "Started by its schedule")]
    [InlineData(false, "2026-06-01T20:06:00Z", "")]
    [InlineData(true, "2026-06-03T08:00:00Z", "Started, because the run planned for 2026-06-01 22:00 was missed.")]
    public void Asleep_OverPlannedRuns_OneCatchUpAtMost(bool wanted, string wakes, string why)
    {
        Rules(Rule(Nightly) with { Triggers = new AgentTriggers(OnBootIfMissed: wanted) });
        _scheduler.Look();

        Go(wakes);
        _scheduler.Look();

        Assert.Equal(why.Length > 0 ? 1 : 0, _runs.Count);
        Assert.All(_runs, r => Assert.StartsWith(why, r.Why, StringComparison.Ordinal));
    }

    [Fact]
    public void Clock_SetBack_SameInstantDoesNotRunAgainAndAWrongYearIsForgotten()
    {
        Rules(Rule(Nightly));
        _scheduler.Look();
        Go("2026-06-01T20:00:00Z");
        Restart("boot1", At("2026-06-01T19:50:00Z"));
        Go("2026-06-01T20:00:00Z");
        Assert.Single(_runs);

        Go("2033-01-01T21:00:00Z");
        Restart("boot1", At("2026-06-02T12:00:00Z"));
        _scheduler.Look();
        Go("2026-06-02T20:00:00Z");

        Assert.Equal(3, _runs.Count);
    }

    [Fact]
    public void Boot_OnlyAStartOfTheComputerCounts()
    {
        Rules(Rule() with { Triggers = new AgentTriggers(OnBoot: true) });
        _scheduler.Look();
        Restart("boot1");
        _scheduler.Look();
        Assert.Empty(_runs);

        Restart("boot2");
        _scheduler.Look();
        _scheduler.Look();

        Assert.Equal("Started, because the computer has started.", Assert.Single(_runs).Why);
    }

    [Fact]
    public async Task Failure_IsTriedAgainAsOftenAsTheRuleSays()
    {
        Rules(Rule(Nightly) with { Triggers = new AgentTriggers(RetryCount: 2, RetryMinutes: 10) });
        _scheduler.Look();
        Go("2026-06-01T20:00:00Z");
        for (var tries = 1; tries <= 2; tries++)
        {
            await EndAsync(JobStatus.Error);
            Go(9 * 60);
            Assert.Equal(tries, _runs.Count);
            Go(61);
            Assert.Equal(tries + 1, _runs.Count);
            Assert.Equal(($"Started again after a failed run: try {tries} of 2.", tries), (_runs[^1].Why, _runs[^1].Ask.RetryCount));
        }

        await EndAsync(JobStatus.Error);
        Go(3600);
        Assert.Equal(3, _runs.Count);
    }

    [Theory]
    [InlineData(JobStatus.Success, 1)]
    [InlineData(JobStatus.Cancelled, 1)]
    [InlineData(JobStatus.Skipped, 1)]
    [InlineData(JobStatus.Timeout, 2)]
    [InlineData(JobStatus.QuotaExceeded, 2)]
    public async Task End_OnlyFailuresAreTriedAgain(int status, int runs)
    {
        Rules(Rule(Nightly) with { Triggers = new AgentTriggers(RetryCount: 1, RetryMinutes: 10) });
        _scheduler.Look();
        Go("2026-06-01T20:00:00Z");
        await EndAsync(status);
        Go(601);

        Assert.Equal(runs, _runs.Count);
    }

    [Fact]
    public void Killed_WhileARunWentOn_CountsAsFailed()
    {
        Rules(Rule(Nightly) with { Triggers = new AgentTriggers(RetryCount: 1, RetryMinutes: 10) });
        _scheduler.Look();
        Go("2026-06-01T20:00:00Z");

        Restart("boot2");
        _scheduler.Look();
        Go(601);

        Assert.Equal(2, _runs.Count);
    }

    [Fact]
    public void Rule_Changed_OldTimesDoNotCountAsMissed()
    {
        var rule = Rule(Nightly) with { Triggers = new AgentTriggers(OnBootIfMissed: true) };
        Rules(rule);
        _scheduler.Look();
        Rules(rule with { Schedules = [new AgentSchedule(ScheduleFrequency.Daily, 8 * 3600)] });
        Go("2026-06-01T12:30Z");
        Assert.Empty(_runs);

        Go("2026-06-02T06:00Z");
        Assert.Single(_runs);
    }

    [Fact]
    public void Window_AndRandomDelay_HoldForEachRun()
    {
        // From a Friday evening to a Monday evening: 08:15 to 18:15 of Monday alone, each up to five minutes later.
        _clock.AdjustTime(At("2026-06-05T17:00Z"));
        Rules(Rule(new AgentSchedule(ScheduleFrequency.Hourly, 900, 0, new AgentWindow(8 * 60, (18 * 60) + 30), 0b0111110, 300)));
        var offsets = new List<int>();
        for (var seen = 0; _clock.GetUtcNow() < At("2026-06-08T18:00Z"); seen = _runs.Count)
        {
            Go(30);
            if (_runs.Count > seen)
            {
                var local = TimeZoneInfo.ConvertTime(_clock.GetUtcNow(), _clock.LocalTimeZone);
                Assert.Equal((DayOfWeek.Monday, 8 + offsets.Count), (local.DayOfWeek, local.Hour));
                offsets.Add((local.Minute * 60) + local.Second - 900);
            }
        }

        Assert.Equal(11, offsets.Count);
        Assert.All(offsets, static o => Assert.InRange(o, 0, 300 + 30));
        Assert.True(offsets.Distinct().Count() > 3, string.Join(' ', offsets)); // spread, as it is meant to be
    }

    [Fact]
    public void TwoSchedules_AtOneInstant_RunOnce()
    {
        // 02:15 and 02:45 do not exist on 2026-03-29: both come at 03:00.
        _clock.AdjustTime(At("2026-03-28T20:00Z"));
        Rules(Rule(new AgentSchedule(8011, 8100), new AgentSchedule(8011, 9900)) with { ModifyTime = 0 });
        _scheduler.Look();
        Go("2026-03-29T01:00Z");
        Go("2026-03-29T01:01Z");

        Assert.Single(_runs);
    }

    [Fact]
    public async Task Run_ProfileArrives_LooksAtOnce()
    {
        using var over = new CancellationTokenSource();
        var running = _scheduler.RunAsync(over.Token);
        Rules(Rule(new AgentSchedule(ScheduleFrequency.Once, At("2026-06-01T12:00Z").ToUnixTimeSeconds())) with { ModifyTime = At("2026-06-01T11:59Z").ToUnixTimeSeconds() });
        _scheduler.Wake();

        await Wait.UntilAsync(() => _runs.Count == 1, "the rule has run");
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    public void Dispose()
    {
        _state.Dispose();
        _folder.Dispose();
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private AgentRule Rule(params AgentSchedule[] schedules) =>
        new("r1", "Nightly", "i1", "v1", _clock.GetUtcNow().ToUnixTimeSeconds(), new BackupOptions(), schedules, new AgentTriggers());

    private void Rules(params AgentRule[] rules) => _profile = new AgentProfile("hash", [], [], rules);

    private void Go(string to)
    {
        _clock.AdjustTime(At(to));
        _scheduler.Look();
    }

    private void Go(int seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        _scheduler.Look();
    }

    private async Task EndAsync(int status)
    {
        var run = _runs[^1];
        run.Job.EndStatus = status;
        run.End.SetResult();
        await Wait.UntilAsync(() => !File.ReadAllText(Directory.GetFiles(Path.Combine(_folder.Path, "state", "schedules"), "*.json").Single()).Contains(run.Ask.JobId, StringComparison.Ordinal), "the end is noted");
    }

    private StateFolder Open()
    {
        var state = StateFolder.Open(_folder.Sub("state"));
        state.Belongs("account");
        return state;
    }

    private void Restart(string boot, DateTimeOffset? now = null)
    {
        _state.Dispose();
        _state = Open();
        _scheduler = NewScheduler(boot);
        if (now is { } time)
        {
            _clock.AdjustTime(time);
        }
    }

    private Scheduler NewScheduler(string boot) => new(() => _profile, Start, _state, new AgentConsole(TextWriter.Null, _clock), _clock) { Boot = boot };

    private RunningJob? Start(RunBackup ask, string why)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var job = new RunningJob(ask, new AgentItem("i1", "engine1/file", "Files", []), new AgentVault("v1", "", 1003, "", "", "", 0, "")) { Work = end.Task };
        _runs.Add((ask, why, end, job));
        return job;
    }
}
