using System.Xml.Linq;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Jobs;

/// <summary>What the strips of users and devices and the figures of the last day are made of, against a plain walk over the documents.</summary>
public class BackupDaysTests
{
    private static readonly int[] Statuses = [5000, 5000, 5000, 5000, 6001, 7001, 7002, 7004, 7005, 7006, 5123, 7999];

    [Fact]
    public async Task Worst_OfAccountsAndDevices_IsWhatAPlainWalkFinds()
    {
        await using var rig = await JobsRig.OpenAsync();
        var random = new Random(11);
        var midnights = LocalDays.Last(TimeZoneInfo.FindSystemTimeZoneById("Europe/Rome"), JobsRig.Start, DayStrip.Days);
        AccountId[] whose = [rig.Ann, rig.Accounts.Bob.Id, rig.Accounts.Add("carl").Id];
        List<(AccountId Account, Job Job)> jobs =
        [
            .. Enumerable.Range(0, 400).Select(_ => (whose[random.Next(2)], JobHistoryTests.Doc("item-1", random.NextInt64(midnights[0] - 86_400, midnights[10] + 86_400), Statuses[random.Next(Statuses.Length)]) with
            {
                DeviceId = $"dev-{random.Next(3)}", Classification = random.Next(4) == 0 ? JobKind.Restore : JobKind.Backup,
            })),
            (rig.Ann, JobHistoryTests.Doc("item-1", midnights[3], 5000)), (rig.Ann, JobHistoryTests.Doc("item-1", midnights[3] - 1, 7002)),
        ];
        await JobHistoryTests.AddAsync(rig, jobs);
        var days = new BackupDays(rig.Store);

        var worst = days.Worst(midnights);
        var devices = days.WorstOfDevices(rig.Ann, midnights);

        Assert.Equal(2, worst.Count); // carl has no job
        foreach (var account in whose[..2])
        {
            Assert.Equal(Plain(jobs.Where(j => j.Account == account).Select(static j => j.Job), midnights), worst[account].ToArray().Select(Severity));
        }

        foreach (var device in new[] { "dev-0", "dev-1", "dev-2" })
        {
            Assert.Equal(Plain(jobs.Where(j => j.Account == rig.Ann && j.Job.DeviceId == device).Select(static j => j.Job), midnights), devices[device].ToArray().Select(Severity));
        }

        Assert.Empty(days.WorstOfDevices(whose[2], midnights));
    }

    [Fact]
    public async Task Since_CountsJobsOfEveryKind_FromTheMomentOn()
    {
        await using var rig = await JobsRig.OpenAsync();
        var from = rig.Now - 86_400;
        await JobHistoryTests.AddAsync(rig,
        [
            (rig.Ann, JobHistoryTests.Doc("item-1", from - 1, 5000)), (rig.Ann, JobHistoryTests.Doc("item-1", from, 5000)), (rig.Ann, JobHistoryTests.Doc("", from + 5, 7002) with { Classification = JobKind.Retention }),
            (rig.Ann, JobHistoryTests.Doc("item-1", from + 9, 6001)), (rig.Accounts.Bob.Id, JobHistoryTests.Doc("item-1", from + 9, 7002)),
        ]);

        Assert.Equal(new JobTally(3, 1, 1), new BackupDays(rig.Store).Since(rig.Ann, from));
        Assert.Equal(default, new BackupDays(rig.Store).Since(AccountId.New(), from));
    }

    [Fact]
    public void Strip_IsOnePicture_WhoseHeightsAndWordsTellTheSame()
    {
        int[] days = [0, 5000, 5000, 7002, 7004, 7001, 7006, 6001, 5000, 5000];
        var svg = XElement.Parse(DayStrip.Picture(days).Value);

        Assert.Equal("Last ten days, the worst of each: 1 Error, 1 Missed, 1 Warning, 1 Skipped, 1 Running, 4 Success, 1 without a backup", (string?)svg.Attribute("aria-label"));
        Assert.Equal("img", (string?)svg.Attribute("role"));
        Assert.Equal(["day-none", "day-success", "day-error", "day-missed", "day-warning", "day-skipped", "day-running"], svg.Elements("path").Select(static p => (string?)p.Attribute("class")));
        Assert.StartsWith("M27.75 0.75h5.5v14.5", (string?)svg.Elements("path").Single(static p => (string?)p.Attribute("class") == "day-error").Attribute("d"), StringComparison.Ordinal);
        Assert.Equal("4 of 9 days unsuccessful", DayStrip.Text(days));
        Assert.Null(DayStrip.Text([]));
        Assert.Equal("No backup in the last ten days", (string?)XElement.Parse(DayStrip.Picture([]).Value).Attribute("aria-label"));
    }

    private static int Severity(int status) => status == 0 ? -1 : JobStatusLook.Of(status).Severity;

    private static IEnumerable<int> Plain(IEnumerable<Job> jobs, long[] midnights) => Enumerable.Range(0, midnights.Length - 1).Select(day => jobs
        .Where(j => j.Classification == JobKind.Backup && j.StartTime >= midnights[day] && j.StartTime < midnights[day + 1])
        .Select(static j => JobStatusLook.Of(j.Status).Severity).DefaultIfEmpty(-1).Max());
}
