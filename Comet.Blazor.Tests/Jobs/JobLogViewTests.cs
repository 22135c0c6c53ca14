using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Jobs;

/// <summary>A log of any length is read from its end, in pages, and grows under the reader.</summary>
public class JobLogViewTests
{
    private const string One = "11111111-1111-4111-8111-111111111111";
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Before_PageByPage_ReachesTheFirstLineWithoutGapOrRepeat()
    {
        await using var rig = await JobsRig.OpenAsync();
        var log = await WriteAsync(rig, pieces: 130, linesEach: 3);

        var seen = new List<string>();
        LogLineAt? first = null;
        while (await log.BeforeAsync(first, LogFilter.All, 50, Ct) is { Count: > 0 } page)
        {
            seen.InsertRange(0, page.Select(l => l.Entry.Message));
            first = page[0];
        }

        Assert.Equal(Enumerable.Range(0, 390).Select(i => $"line {i}"), seen);
        Assert.Equal((390, 130), (log.Total, log.Counts[2]));
        Assert.Equal(seen, await log.AllAsync(Ct).Select(e => e.Message).ToListAsync(Ct));
    }

    [Fact]
    public async Task Before_WithSeverityAndWords_FindsThemThroughTheWholeLog()
    {
        await using var rig = await JobsRig.OpenAsync();
        var log = await WriteAsync(rig, pieces: 130, linesEach: 3);

        var warnings = await log.BeforeAsync(null, new LogFilter(2, FilterWords.None), 500, Ct);
        var words = await log.BeforeAsync(null, new LogFilter(0, FilterWords.Parse("LINE 38")), 500, Ct);
        var none = await log.BeforeAsync(null, new LogFilter(3, FilterWords.None), 500, Ct);

        Assert.Equal(130, warnings.Count);
        Assert.All(warnings, l => Assert.Equal("W", l.Entry.Severity));
        Assert.Equal(["line 38", "line 138", "line 238", "line 338", .. Enumerable.Range(380, 10).Select(i => $"line {i}")], words.Select(l => l.Entry.Message));
        Assert.Empty(none);
    }

    [Fact]
    public async Task Refresh_FindsWhatWasWrittenSince_AndOnlyThisJobs()
    {
        await using var rig = await JobsRig.OpenAsync();
        var log = await WriteAsync(rig, pieces: 2, linesEach: 2);
        var last = log.LastPiece;
        var other = Guid.NewGuid().ToString("D");
        await rig.SendAsync(rig.Started(4, other));
        await rig.SendAsync(new JobLog(5, other, [new LogLine(1, "E", "not mine")]));
        Assert.False(await log.RefreshAsync(Ct));

        await rig.SendAsync(new JobLog(6, One, [new LogLine(1, "E", "new")]));

        Assert.True(await log.RefreshAsync(Ct));
        Assert.Equal(["new"], (await log.AfterAsync(last, LogFilter.All, Ct)).Select(l => l.Entry.Message));
        Assert.Equal((5, 1), (log.Total, log.Counts[3]));
    }

    [Fact]
    public async Task Signals_RingForTheirJobOnly_AndAreForgotten()
    {
        await using var rig = await JobsRig.OpenAsync();
        await WriteAsync(rig, pieces: 0, linesEach: 0);
        var other = Guid.NewGuid().ToString("D");
        await rig.SendAsync(rig.Started(2, other));
        Assert.True(rig.Store.TryFind(One, out var job));
        var watch = rig.Store.Signals.Watch(job.Key);
        using var again = rig.Store.Signals.Watch(job.Key);
        await using var ticks = watch.Changed.TicksAsync(TimeSpan.Zero, rig.Clock, Ct).GetAsyncEnumerator(Ct);
        var next = ticks.MoveNextAsync().AsTask();

        await rig.SendAsync(new JobLog(3, other, [new LogLine(1, "I", "other")]));
        rig.Intake.Report(rig.Ann, "dev-1", new JobProgress(other, 1, rig.Now, 1, 2, 1, 2, []));
        Assert.False(next.IsCompleted);
        rig.Intake.Report(rig.Ann, "dev-1", new JobProgress(One, 1, rig.Now, 1, 2, 1, 2, []));
        Assert.True(await next);

        watch.Dispose();
        watch.Dispose();
        Assert.Equal(1, rig.Store.Signals.Count);
        again.Dispose();
        Assert.Equal(0, rig.Store.Signals.Count);
    }

    // Of each three lines one is a warning.
    private static async Task<JobLogView> WriteAsync(JobsRig rig, int pieces, int linesEach)
    {
        await rig.SendAsync(rig.Started(1, One));
        for (var p = 0; p < pieces; p++)
        {
            await rig.SendAsync(new JobLog(p + 2, One, [.. Enumerable.Range(p * linesEach, linesEach).Select(i => new LogLine(i, i % 3 == 0 ? "W" : "I", $"line {i}"))]));
        }

        var log = rig.Details.Log(Admin, One).Value!;
        await log.RefreshAsync(Ct);
        return log;
    }
}
