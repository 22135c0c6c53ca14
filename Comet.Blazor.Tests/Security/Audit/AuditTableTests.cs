using System.Diagnostics;
using System.Globalization;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Ui.Time;
using Microsoft.Extensions.Logging.Abstractions;
using SortKey = Comet.Blazor.Kernel.SortKey;

namespace Comet.Blazor.Tests.Security.Audit;

/// <summary>The list: newest first, filtered, sorted, quick with very many entries.</summary>
public sealed class AuditTableTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_NewestFirst_AndNewEntriesComeOnTop()
    {
        await using var rig = await AuditRig.OpenAsync();
        await rig.RecordAsync(30);
        var table = Table(rig);

        var first = await table.PageAsync(PageRequest.First(), Ct);
        Assert.Equal((30, 30L, 16L), (first.Total, first.Rows[0].Number, first.Rows[^1].Number));
        Assert.Equal(("admin", "192.0.2.7", "Web", "Create a user", "User user30", "Done"), (first.Rows[0].Who, first.Rows[0].Address, first.Rows[0].Via, first.Rows[0].What, first.Rows[0].Object, first.Rows[0].Outcome));
        Assert.Equal(AuditChain.HashOf((await rig.EntriesAsync())[29])[..16], first.Rows[0].Hash);

        var version = rig.Log.Changed.Version;
        await rig.RecordAsync(1);
        Assert.NotEqual(version, rig.Log.Changed.Version);
        Assert.Equal(31, (await table.PageAsync(PageRequest.First(), Ct)).Rows[0].Number);
        Assert.Equal(1, (await table.PageAsync(PageRequest.First() with { Page = 3 }, Ct)).Rows[^1].Number);
    }

    [Fact]
    public async Task List_FiltersAndSorts()
    {
        await using var rig = await AuditRig.OpenAsync();
        await rig.RecordAsync(12);
        await rig.Log.RecordAsync(new AuditEvent(new Actor(ActorKind.Administrator, "bob", null, "198.51.100.1"), AuditActions.DeviceRevoked, AuditTarget.Device("alice", "d1", "laptop"))
        {
            Outcome = Outcome.Denied("Not allowed here."),
            Note = "a remark",
        });
        var table = Table(rig);

        Assert.Equal([13], await FoundAsync("laptop"));
        Assert.Equal([13], await FoundAsync("refused bob 198.51"));
        Assert.Equal([12, 11, 10], await FoundAsync("user1 admin", skip: "user1\""));
        Assert.Equal(13, (await FoundAsync("2026-11-25 12:00")).Count);
        Assert.Equal([], await FoundAsync("remark")); // not a visible column
        Assert.Equal([13], (await table.PageAsync(PageRequest.First(50) with { Filter = "remark", Columns = ["what", "note"] }, Ct)).Rows.Select(static r => r.Number));
        Assert.Equal([4], (await table.PageAsync(PageRequest.First(50) with { Filter = "4", Columns = ["number"] }, Ct)).Rows.Select(static r => r.Number));

        var byObject = await table.PageAsync(PageRequest.First(50) with { Sort = [new SortKey("object", false)] }, Ct);
        Assert.Equal([13, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], byObject.Rows.Select(static r => r.Number)); // digits count as numbers
        var byWho = await table.PageAsync(PageRequest.First(50) with { Sort = [new SortKey("who", true), new SortKey("number", false)] }, Ct);
        Assert.Equal([13, 1, 2], byWho.Rows.Take(3).Select(static r => r.Number));
        Assert.Equal([1, 2, 3], (await table.PageAsync(PageRequest.First(3) with { Sort = [new SortKey("time", false)] }, Ct)).Rows.Select(static r => r.Number));

        var exported = new List<long>();
        await foreach (var chunk in table.AllAsync(PageRequest.First() with { Filter = "create", Sort = [new SortKey("time", true)] }, Ct))
        {
            exported.AddRange(chunk.Select(static r => r.Number));
        }

        Assert.Equal([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], exported);

        async Task<List<long>> FoundAsync(string filter, string skip = "") =>
            [.. (await table.PageAsync(PageRequest.First(50) with { Filter = filter }, Ct)).Rows.Where(r => skip.Length == 0 || r.Object is "User user10" or "User user11" or "User user12").Select(static r => r.Number)];
    }

    [Fact]
    public async Task List_ShowsEntriesThatCantBeRead_AndDetailsSaySo()
    {
        await using var rig = await AuditRig.OpenAsync();
        await rig.RecordAsync(2);
        var first = (await rig.EntriesAsync())[0];
        await rig.TamperAsync(db => db.Put(AuditChain.Entries, first with { Row = [1], Json = [2] }));

        var page = await Table(rig).PageAsync(PageRequest.First(), Ct);
        Assert.Equal((2, "This entry can't be read."), (page.Total, page.Rows[1].Note));

        var reading = new AuditReading(rig.Log, rig.Store, []);
        Assert.Equal(Refusal.Invalid, (await reading.EntryAsync(AuditRig.Admin, 1, Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await reading.EntryAsync(AuditRig.Admin, 9, Ct)).Kind);
        Assert.Equal("user2", (await reading.EntryAsync(AuditRig.Admin, 2, Ct)).Value!.Entry.TargetId);
    }

    /// <summary>The figures go to the test's output; COMET_AUDIT_ENTRIES measures with more.</summary>
    [Fact]
    public async Task ManyEntries_ListAndVerifyStayQuick()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("COMET_AUDIT_ENTRIES") ?? "20000", CultureInfo.InvariantCulture);
        await using var filled = await AuditRig.OpenAsync();
        for (var done = 0; done < count; done += 2_000)
        {
            await Task.WhenAll(Enumerable.Range(done, 2_000).Select(i => filled.Log.RecordAsync(new AuditEvent(
                new Actor(ActorKind.Administrator, $"admin{i % 20}", null, $"192.0.2.{i % 250}"), i % 5 == 0 ? AuditActions.AccountChanged : AuditActions.DeviceBackupStarted,
                AuditTarget.Device($"user{i % 5_000}", $"device-{i % 5_000}", $"computer {i % 5_000}"))
            {
                Change = i % 5 == 0 ? AuditChange.Field("AccountName", i, i + 1) : null,
                Note = $"Job {i}",
            })));
        }

        using var folder = filled.Folder;
        var took = Stopwatch.StartNew();
        await using var rig = await filled.RestartAsync();
        var start = Lap();
        var table = Table(rig);
        await table.PageAsync(PageRequest.First(), Ct);
        var first = Lap();
        await table.PageAsync(PageRequest.First() with { Page = count / 30 }, Ct);
        var page = Lap();
        Assert.Equal(count / 5_000, (await table.PageAsync(PageRequest.First() with { Filter = "\"computer 77 of\"" }, Ct)).Total);
        var filter = Lap();
        await table.PageAsync(PageRequest.First() with { Sort = [new SortKey("object", false)] }, Ct);
        var sort = Lap();
        Assert.Null((await new AuditCheck(rig.Log, rig.Store, rig.Clock).RunAsync(AuditRig.Admin, null, Ct)).Value!.First);
        var verify = Lap();

        TestContext.Current.TestOutputHelper?.WriteLine($"{count:N0} entries: start {start} ms, first list {first} ms, page {page} ms, filter {filter} ms, sort {sort} ms, verify {verify} ms");
        Assert.True(page < 200 && filter < 2_000 && sort < 3_000, $"page {page} ms, filter {filter} ms, sort {sort} ms");

        double Lap()
        {
            var ms = took.Elapsed.TotalMilliseconds;
            took.Restart();
            return Math.Round(ms, 1);
        }
    }

    private static AuditTable Table(AuditRig rig) =>
        new AuditReading(rig.Log, rig.Store, []).Table(AuditRig.Admin, new BrowserClock(rig.Clock, NullLogger<BrowserClock>.Instance)).Value!;
}
