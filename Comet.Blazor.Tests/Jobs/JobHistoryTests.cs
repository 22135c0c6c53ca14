using System.Collections.Immutable;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Jobs;

/// <summary>Lists, counts and sums answer what a plain walk over all documents answers.</summary>
public class JobHistoryTests
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");
    private static readonly int[] Statuses = [5000, 5000, 5000, 6001, 7001, 7002, 7003, 7004, 7005, 7006, 7007, 5123, 7999];
    private static readonly string[] Texts = ["", "ann", "error", "pc1", "\"files 2\"", "vault BOB", "backup warn", "u4", "zzz", "ret succ", "7999"];
    private static readonly string[] SortColumns =
        [JobColumns.User, JobColumns.Device, JobColumns.Item, JobColumns.Type, JobColumns.Status, JobColumns.Started, JobColumns.Ended, JobColumns.Duration, JobColumns.Size, JobColumns.Uploaded, JobColumns.Files];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_AnyFilterAndOrder_IsWhatAPlainWalkFinds()
    {
        await using var rig = await JobsRig.OpenAsync();
        for (var u = 0; u < 6; u++)
        {
            rig.Accounts.Add($"u{u}");
        }

        var random = new Random(7);
        await AddAsync(rig, Enumerable.Range(0, 1500).Select(_ => Some(random, rig)));
        var history = rig.History;
        var all = await AllAsync(history, JobFilter.All, PageRequest.First());
        Assert.Equal(1500, all.Count);
        for (var round = 0; round < 250; round++)
        {
            var filter = SomeFilter(random, rig);
            var request = new PageRequest(random.Next(8) == 0 ? 60 : random.Next(1, 6), random.Next(1, 40), Texts[random.Next(Texts.Length)], SomeSort(random), []);

            var narrowed = all.Where(r => Fits(filter, r)).ToList();
            var words = FilterWords.Parse(request.Filter);
            var expected = Sorted(narrowed.Where(r => words.Matches(r.Username, r.Device, r.Item, r.Vault, r.Type, r.Look.Text)), request.Sort).ToList();
            var page = await history.Open(Admin, filter).Value!.PageAsync(request, Ct);
            var what = $"round {round}: {filter} {request} {string.Join(',', request.Sort)}";

            Assert.True(expected.Count == page.Total, $"{what}: {expected.Count} expected, {page.Total} counted");
            Assert.Equal(narrowed.Count, page.Unfiltered);
            Assert.Equal(expected.Skip(request.Skip).Take(request.Size).Select(r => r.Id), page.Rows.Select(r => r.Id));
            Assert.Equal(narrowed.Count, history.Count(Admin, filter).Value);
            if (round % 20 == 0)
            {
                Assert.Equal(expected.Select(r => r.Id), (await AllAsync(history, filter, request)).Select(r => r.Id));
            }
        }
    }

    [Fact]
    public async Task Page_ShowsNamesOfToday_AndIdsOfWhatIsGone()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, Guid.NewGuid().ToString("D")));
        await rig.SendAsync(rig.Started(2, Guid.NewGuid().ToString("D"), item: "item-gone"));
        rig.Accounts.RenameAnn("anna");

        var rows = (await PageAsync(rig, new PageRequest(1, 15, "anna", [], []))).Rows;

        Assert.Equal(["item-gone", "Files 1 of ann"], rows.Select(r => r.Item));
        Assert.All(rows, r => Assert.Equal(("anna", "ann-pc1", "Vault of ann", "1.2.3"), (r.Username, r.Device, r.Vault, r.Version)));
        Assert.Single((await PageAsync(rig, new PageRequest(1, 15, "item-gone", [], []))).Rows);
        Assert.Empty((await PageAsync(rig, new PageRequest(1, 15, "anna", [], [JobColumns.Device]))).Rows);
    }

    [Fact]
    public async Task Page_OfARunningJob_ShowsTheDevicesLastReport()
    {
        await using var rig = await JobsRig.OpenAsync();
        var id = Guid.NewGuid().ToString("D");
        await rig.SendAsync(rig.Started(1, id));
        rig.Buckets.Uploaded["bucket-ann"] = 300;
        rig.Intake.Report(rig.Ann, "dev-1", new JobProgress(id, 1, rig.Now, 355, 500, 7, 10, []));
        rig.Clock.Advance(TimeSpan.FromSeconds(64));

        var row = Assert.Single((await PageAsync(rig, PageRequest.First())).Rows);

        Assert.Equal(("71%", 500L, 300L, 7L, 64L, null), (row.Look.Text, row.Size, row.Uploaded, row.Files, row.Duration, row.Ended));
    }

    [Fact]
    public async Task Page_WordsFindIdsAndVersions_OnlyWhenTheirColumnIsShown()
    {
        await using var rig = await JobsRig.OpenAsync();
        var id = "abcdef01-1111-4111-8111-111111111111";
        await rig.SendAsync(rig.Started(1, id));

        Assert.Single((await PageAsync(rig, new PageRequest(1, 15, "CDEF01-11", [], [JobColumns.Id]))).Rows);
        Assert.Single((await PageAsync(rig, new PageRequest(1, 15, "1.2.3", [], [JobColumns.Version]))).Rows);
        Assert.Empty((await PageAsync(rig, new PageRequest(1, 15, "cdef01-11", [], []))).Rows);
    }

    [Fact]
    public async Task Queries_WithoutTheRight_AreDenied()
    {
        await using var rig = await JobsRig.OpenAsync();
        var customer = new Actor(ActorKind.Customer, "ann", rig.Ann);

        Assert.Equal(Refusal.Denied, rig.History.Open(customer, JobFilter.All).Kind);
        Assert.Equal(Refusal.Denied, rig.History.Count(customer, JobFilter.All).Kind);
        Assert.Equal(Refusal.Denied, rig.History.Days(customer, [0, 1]).Kind);
    }

    [Fact]
    public async Task Days_CountBackupsByTheDayTheyStarted()
    {
        await using var rig = await JobsRig.OpenAsync();
        long[] midnights = [.. Enumerable.Range(0, 11).Select(d => JobsRig.Start.AddDays(d - 9.5).ToUnixTimeSeconds())];
        await AddAsync(rig,
        [
            (rig.Ann, Doc("item-1", midnights[0] - 1, 5000)), (rig.Ann, Doc("item-1", midnights[0], 5000)), (rig.Ann, Doc("item-1", midnights[9] - 1, 7002)),
            (rig.Ann, Doc("item-1", midnights[9], 7002)), (rig.Ann, Doc("item-1", midnights[9] + 5, 7002)), (rig.Ann, Doc("item-1", midnights[10], 5000)),
            (rig.Ann, Doc("item-2", midnights[9], 7999)), (rig.Ann, Doc("item-2", midnights[9], 5000) with { Classification = JobKind.Restore }),
            (rig.Accounts.Bob.Id, Doc("item-1", midnights[3], 6001)), (rig.Ann, Doc("", midnights[3], 5000)),
        ]);

        var days = rig.History.Days(Admin, midnights).Value!.ToDictionary(d => (d.Account, d.ItemId), d => d.Days);

        Assert.Equal([new(0, 5000, 1), new(8, 7002, 1), new DayCount(9, 7002, 2)], days[(rig.Ann, "item-1")]);
        Assert.Equal([new DayCount(9, 7002, 1)], days[(rig.Ann, "item-2")]);
        Assert.Equal([new DayCount(3, 6001, 1)], days[(rig.Accounts.Bob.Id, "item-1")]);
        Assert.Equal(3, days.Count);
    }

    internal static Task<PageOf<JobRow>> PageAsync(JobsRig rig, PageRequest request) => rig.History.Open(Admin, JobFilter.All).Value!.PageAsync(request, Ct);

    internal static Job Doc(string item, long start, int status) => new()
    {
        Id = Guid.NewGuid().ToString("D"), Classification = JobKind.Backup, Status = status, StartTime = start, EndTime = JobStatus.IsRunning(status) ? 0 : start + 60,
        SourceId = item, DestinationId = "vault-1", DeviceId = "dev-1", ClientVersion = "1.2.3",
    };

    internal static Task AddAsync(JobsRig rig, IEnumerable<(AccountId Account, Job Job)> jobs) => rig.Store.WriteAsync(
        writer =>
        {
            foreach (var (account, job) in jobs)
            {
                writer.Insert(job, new JobOwner(account, EndedByDevice: !job.IsRunning));
            }

            return true;
        },
        Ct);

    private static async Task<List<JobRow>> AllAsync(JobHistory history, JobFilter filter, PageRequest request)
    {
        var rows = new List<JobRow>();
        await foreach (var chunk in history.Open(Admin, filter).Value!.AllAsync(request, Ct))
        {
            rows.AddRange(chunk);
        }

        return rows;
    }

    private static (AccountId, Job) Some(Random random, JobsRig rig)
    {
        var account = rig.Accounts.All.ElementAt(random.Next(rig.Accounts.All.Count)).Id;
        var doc = Doc(random.Next(8) == 0 ? "" : $"item-{random.Next(1, 4)}", JobsRig.Start.ToUnixTimeSeconds() - random.Next(20 * 86400), Statuses[random.Next(Statuses.Length)]);
        return (account, doc with
        {
            DeviceId = $"dev-{random.Next(1, 4)}", Classification = random.Next(5) == 0 ? JobKind.Retention : JobKind.Backup,
            TotalSize = random.Next(50), UploadSize = random.Next(), TotalFiles = random.Next(5),
        });
    }

    private static JobFilter SomeFilter(Random random, JobsRig rig) => new()
    {
        Account = random.Next(3) == 0 ? rig.Accounts.All.ElementAt(random.Next(rig.Accounts.All.Count)).Id : random.Next(20) == 0 ? AccountId.New() : null,
        Device = random.Next(5) == 0 ? $"dev-{random.Next(1, 5)}" : null,
        Item = random.Next(5) == 0 ? $"item-{random.Next(1, 5)}" : null,
        Vault = random.Next(10) == 0 ? "vault-1" : null,
        Status = random.Next(3) == 0 ? Enum.GetValues<JobStatusGroup>()[random.Next(7)] : null,
        Kind = random.Next(6) == 0 ? JobKind.Retention : null,
        From = random.Next(3) == 0 ? JobsRig.Start.ToUnixTimeSeconds() - random.Next(20 * 86400) : null,
        To = random.Next(3) == 0 ? JobsRig.Start.ToUnixTimeSeconds() - random.Next(20 * 86400) : null,
    };

    private static ImmutableArray<SortKey> SomeSort(Random random) =>
        [.. Enumerable.Range(0, random.Next(3)).Select(_ => new SortKey(SortColumns[random.Next(SortColumns.Length)], random.Next(2) == 0))];

    private static bool Fits(JobFilter f, JobRow r) =>
        (f.Account is null || f.Account == r.Account) && (f.Device is null || f.Device == r.DeviceId) && (f.Item is null || f.Item == r.ItemId)
        && (f.Vault is null || f.Vault == r.VaultId) && (f.Status is not { } s || JobFilter.Belongs(s, r.Status)) && (f.Kind is null || f.Kind == r.Kind)
        && (f.From is not { } from || r.Started.ToUnixTimeSeconds() >= from) && (f.To is not { } to || r.Started.ToUnixTimeSeconds() < to);

    // Ties go to the newest, and among jobs of one second to the one that was stored last: the order of all, which was read newest first.
    private static IEnumerable<JobRow> Sorted(IEnumerable<JobRow> newestFirst, ImmutableArray<SortKey> sort)
    {
        var keys = sort.DistinctBy(k => k.Column).ToList();
        var start = keys.FindIndex(k => k.Column == JobColumns.Started);
        keys = start >= 0 ? keys[..(start + 1)] : keys;
        var rows = keys is [.., { Column: JobColumns.Started, Descending: false }] ? newestFirst.Reverse() : newestFirst;
        foreach (var key in Enumerable.Reverse(keys))
        {
            var comparer = Comparer<JobRow>.Create((a, b) => Compare(key.Column, a, b) * (key.Descending ? -1 : 1));
            rows = rows.Order(comparer);
        }

        return rows;
    }

    private static int Compare(string column, JobRow a, JobRow b) => column switch
    {
        JobColumns.User => StringComparer.OrdinalIgnoreCase.Compare(a.Username, b.Username),
        JobColumns.Device => StringComparer.OrdinalIgnoreCase.Compare(a.Device, b.Device),
        JobColumns.Item => StringComparer.OrdinalIgnoreCase.Compare(a.Item ?? "", b.Item ?? ""),
        JobColumns.Type => StringComparer.OrdinalIgnoreCase.Compare(a.Type, b.Type),
        JobColumns.Status => (a.Look.Severity, a.Status).CompareTo((b.Look.Severity, b.Status)),
        JobColumns.Started => a.Started.CompareTo(b.Started),
        JobColumns.Ended => (a.Ended ?? DateTimeOffset.MaxValue).CompareTo(b.Ended ?? DateTimeOffset.MaxValue),
        JobColumns.Duration => a.Duration.CompareTo(b.Duration),
        JobColumns.Size => a.Size.CompareTo(b.Size),
        JobColumns.Uploaded => a.Uploaded.CompareTo(b.Uploaded),
        JobColumns.Files => a.Files.CompareTo(b.Files),
        _ => throw new ArgumentOutOfRangeException(nameof(column)),
    };
}
