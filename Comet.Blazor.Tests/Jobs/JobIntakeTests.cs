using Comet.Blazor.Data;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Jobs;

/// <summary>Messages of devices are recorded exactly once, and jobs follow spec/02 §3.3.</summary>
public class JobIntakeTests
{
    private const string One = "11111111-1111-4111-8111-111111111111";
    private const string Two = "22222222-2222-4222-8222-222222222222";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backup_FromStartToEnd_IsRecordedWithItsFigures()
    {
        await using var rig = await JobsRig.OpenAsync();
        rig.Buckets.Stored["bucket-ann"] = 1000;
        await rig.SendAsync(rig.Started(1, One));
        await rig.SendAsync(new JobLog(2, One, [new LogLine(rig.Now, "I", "Scanning /home"), new LogLine(rig.Now, "W", "locked file")]));
        var running = await rig.JobAsync(One);
        rig.Intake.Report(rig.Ann, "dev-1", new JobProgress(One, 7, rig.Now, 50, 100, 5, 10, []));
        rig.Buckets.Stored["bucket-ann"] = 1600;
        rig.Clock.Advance(TimeSpan.FromMinutes(2));
        await rig.SendAsync(new JobFinished(3, One, JobStatus.Success, rig.Now, new JobResult("ab12cd34ef", 3, 40, 5000, 6, 600, 70)));

        var job = await rig.JobAsync(One);
        Assert.Equal((JobStatus.Running, 0L, "c-1"), (running.Status, running.EndTime, running.CancellationId));
        Assert.Equal((JobStatus.Success, rig.Now, null), (job.Status, job.EndTime, job.CancellationId));
        Assert.Equal(("ab12cd34ef", 3L, 40L, 5000L, 6L, 600L, 70L), (job.SnapshotId, job.TotalDirectories, job.TotalFiles, job.TotalSize, job.TotalChunks, job.UploadSize, job.DownloadSize));
        Assert.Equal((1000L, 1600L), (job.DestinationSizeStart?.Size, job.DestinationSizeEnd?.Size));
        Assert.Equal((7L, 50L, 5L, 10L), (job.Progress?.Counter, job.Progress?.BytesDone, job.Progress?.ItemsDone, job.Progress?.ItemsTotal));
        Assert.Equal(["Scanning /home", "locked file"], (await rig.LogAsync(One)).Select(e => e.Message));
        Assert.Null(rig.Live.Find(Guid.Parse(One)));
        var record = Assert.Single(rig.Statistics.Records);
        Assert.Equal((rig.Ann, "item-1", "vault-1", JobStatus.Success, 1600L), (record.Account, record.Item, record.Vault, record.Status, record.VaultBytes));
        Assert.Equal("ann", record.Job.RootElement.GetProperty("Username").GetString());
    }

    [Fact]
    public async Task Receive_TimesAndFiguresThatCanNotBe_AreRecordedWithinWhatCanBeShownAndAdded()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));
        await rig.SendAsync(new JobLog(2, One, [new LogLine(long.MaxValue, "I", "late"), new LogLine(long.MinValue, "I", "early")]));
        await rig.SendAsync(new JobFinished(3, One, JobStatus.Success, long.MaxValue, new JobResult("ab12cd34ef", -3, -1, long.MaxValue, 6, long.MinValue, 70)));

        Assert.All(await rig.LogAsync(One), static line => DateTimeOffset.FromUnixTimeSeconds(line.Time));
        var job = await rig.JobAsync(One);
        Assert.Equal(uint.MaxValue, job.EndTime);
        Assert.Equal((0L, 0L, 1L << 53, 6L, 0L, 70L), (job.TotalDirectories, job.TotalFiles, job.TotalSize, job.TotalChunks, job.UploadSize, job.DownloadSize));
    }

    [Fact]
    public async Task Receive_TheSameMessageAgain_ChangesNothingAndAcknowledges()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));
        var lines = new JobLog(2, One, [new LogLine(1, "I", "once")]);

        Assert.Equal(2, await rig.SendAsync(lines));
        Assert.Equal(2, await rig.SendAsync(lines));
        await rig.RestartAsync();
        Assert.Equal(2, await rig.SendAsync(lines));
        Assert.Equal(2, await rig.SendAsync(rig.Started(1, One, cancel: "other")));

        Assert.Equal("c-1", (await rig.JobAsync(One)).CancellationId);
        Assert.Single(await rig.LogAsync(One));
        Assert.Equal(2, await rig.Intake.OnConnectAsync(rig.Ann, "dev-1", "e1", [One], Ct));
    }

    [Fact]
    public async Task Receive_WithAGap_IsRefusedAndStoresNothing()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));

        var answer = await rig.Intake.ReceiveAsync(rig.Ann, "dev-1", "e1", new JobFinished(3, One, JobStatus.Success, rig.Now, null), Ct);

        Assert.Equal(Refusal.Conflict, answer.Kind);
        Assert.Equal(JobStatus.Running, (await rig.JobAsync(One)).Status);
        Assert.Equal(2, await rig.SendAsync(new JobFinished(2, One, JobStatus.Success, rig.Now, null)));
    }

    [Fact]
    public async Task Receive_AnotherEpoch_StartsAtOneAndKeepsTheOldOne()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));
        Assert.Equal(1, await rig.SendAsync(rig.Started(1, Two), epoch: "e2"));

        Assert.Equal(0, await rig.Intake.OnConnectAsync(rig.Ann, "dev-1", "e3", [One, Two], Ct));
        Assert.Equal(2, await rig.SendAsync(new JobLog(2, One, [])));
    }

    [Fact]
    public async Task Receive_ForAForeignJob_IsDeniedAndTheJobUntouched()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));
        var end = new JobFinished(1, One, JobStatus.Success, rig.Now, null);

        var otherDevice = await rig.Intake.ReceiveAsync(rig.Ann, "dev-2", "e9", end, Ct);
        var otherAccount = await rig.Intake.ReceiveAsync(rig.Accounts.Bob.Id, "dev-1", "e1", end, Ct);
        rig.Intake.Report(rig.Accounts.Bob.Id, "dev-1", new JobProgress(One, 1, rig.Now, 1, 2, 1, 2, []));

        Assert.Equal((Refusal.Denied, Refusal.Denied), (otherDevice.Kind, otherAccount.Kind));
        Assert.Equal(JobStatus.Running, (await rig.JobAsync(One)).Status);
        Assert.Null(rig.Live.Find(Guid.Parse(One))!.Figures);
        Assert.Equal(0, await rig.Intake.OnConnectAsync(rig.Ann, "dev-2", "e9", [], Ct));
    }

    [Theory]
    [InlineData("not-a-guid", JobStatus.Success)]
    [InlineData(One, JobStatus.Running)]
    [InlineData(One, 42)]
    public async Task Receive_SomethingThatMakesNoSense_IsInvalid(string job, int status)
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));

        Assert.Equal(Refusal.Invalid, (await rig.Intake.ReceiveAsync(rig.Ann, "dev-1", "e1", new JobFinished(2, job, status, rig.Now, null), Ct)).Kind);
        Assert.Equal(Refusal.Invalid, (await rig.Intake.ReceiveAsync(rig.Ann, "dev-1", "e1", rig.Started(2, Two, item: new string('x', 300)), Ct)).Kind);
    }

    [Fact]
    public async Task Receive_ForAJobThatTheStoreNoLongerHas_IsAcknowledged()
    {
        await using var rig = await JobsRig.OpenAsync();

        Assert.Equal(1, await rig.SendAsync(new JobLog(1, Two, [new LogLine(1, "I", "lost")])));
        Assert.Equal(2, await rig.SendAsync(new JobFinished(2, Two, JobStatus.Success, rig.Now, null)));
        Assert.Equal(0, rig.Store.Index.Current.Rows.Count);
    }

    [Fact]
    public async Task Receive_StatisticsFail_RepeatedMessageMendsThem()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));
        rig.Statistics.Fails = new IOException("disk full");
        var end = new JobFinished(2, One, JobStatus.Success, rig.Now, null);

        await Assert.ThrowsAsync<IOException>(() => rig.SendAsync(end));
        Assert.Empty(rig.Statistics.Records);
        Assert.Equal(2, await rig.SendAsync(end));
        Assert.Single(rig.Statistics.Records);
    }

    [Fact]
    public async Task Receive_ManyAtOnce_EachIsInTheStoreAndTheIndex()
    {
        await using var rig = await JobsRig.OpenAsync();
        var devices = Enumerable.Range(0, 20).ToList();

        await Task.WhenAll(devices.Select(async d =>
        {
            for (var seq = 1L; seq <= 9; seq += 3)
            {
                var id = new Guid(d, (short)seq, 1, [1, 2, 3, 4, 5, 6, 7, 8]).ToString("D");
                // Not awaited one by one: the second message may share the transaction of the first, which the index does not know yet.
                var sent = new[]
                {
                    rig.SendAsync(rig.Started(seq, id), $"d{d}"),
                    rig.SendAsync(new JobLog(seq + 1, id, [new LogLine(1, "I", id)]), $"d{d}"),
                    rig.SendAsync(new JobFinished(seq + 2, id, JobStatus.Warning, rig.Now + 5, null), $"d{d}"),
                };
                await Task.WhenAll(sent);
            }
        }));

        Assert.Equal(60, rig.Store.Index.Current.Rows.Count);
        Assert.Equal(60, rig.Store.Index.Current.OfStatus(JobStatus.Warning).Count);
        await rig.RestartAsync(); // compares count and checksum
        Assert.Equal(60, rig.Store.Index.Current.OfStatus(JobStatus.Warning).Count);
        var some = new Guid(7, 4, 1, [1, 2, 3, 4, 5, 6, 7, 8]).ToString("D");
        Assert.Equal([some], (await rig.LogAsync(some)).Select(e => e.Message));
    }

    [Fact]
    public async Task OnConnect_EndsWhatTheDeviceForgot_AndOnlyThat()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));
        await rig.SendAsync(rig.Started(2, Two));
        var other = Guid.NewGuid().ToString("D");
        await rig.SendAsync(rig.Started(1, other), "dev-2");
        var pending = await rig.Pending.CreateAsync(rig.Ann, "dev-1", "item-1", "vault-1", JobKind.Backup, Actor.Server, Ct);

        await rig.Intake.OnConnectAsync(rig.Ann, "dev-1", "e1", [Two], Ct);

        Assert.Equal(JobStatus.Abandoned, (await rig.JobAsync(One)).Status);
        Assert.Equal(rig.Now, (await rig.JobAsync(One)).EndTime);
        Assert.Equal(JobStatus.Running, (await rig.JobAsync(Two)).Status);
        Assert.Equal(JobStatus.Running, (await rig.JobAsync(other)).Status);
        Assert.Equal(JobStatus.NotYetStarted, (await rig.JobAsync(pending)).Status);
        Assert.Contains("does not know this job", Assert.Single(await rig.LogAsync(One)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Abandoned_ReportsAgain_RevivesAndTheDevicesEndWins()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));
        await rig.Intake.OnConnectAsync(rig.Ann, "dev-1", "e1", [], Ct);

        await rig.Intake.OnConnectAsync(rig.Ann, "dev-1", "e1", [One], Ct);
        var revived = await rig.JobAsync(One);
        await rig.Intake.OnConnectAsync(rig.Ann, "dev-1", "e1", [], Ct);
        await rig.SendAsync(new JobFinished(2, One, JobStatus.Success, rig.Now, null));
        var ended = await rig.JobAsync(One);
        await rig.Intake.OnConnectAsync(rig.Ann, "dev-1", "e1", [One], Ct);

        Assert.Equal((JobStatus.Revived, 0L), (revived.Status, revived.EndTime));
        Assert.Equal((JobStatus.Success, rig.Now), (ended.Status, ended.EndTime));
        Assert.Equal(JobStatus.Success, (await rig.JobAsync(One)).Status);
    }

    [Fact]
    public async Task Abandoned_ReportsProgress_Revives()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));
        await rig.Intake.OnConnectAsync(rig.Ann, "dev-1", "e1", [], Ct);

        rig.Intake.Report(rig.Ann, "dev-1", new JobProgress(One, 1, rig.Now, 1, 2, 1, 2, []));

        await Support.Wait.UntilAsync(() => rig.Store.TryFind(One, out var job) && job.Status == JobStatus.Revived, "the job runs again");
        Assert.Equal(50, rig.Live.Find(Guid.Parse(One))!.Figures!.Percent);
    }

    [Fact]
    public async Task Finished_WithAClockBehind_EndsNotBeforeItsStart()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));

        await rig.SendAsync(new JobFinished(2, One, JobStatus.Error, rig.Now - 5000, null));

        Assert.Equal(rig.Now, (await rig.JobAsync(One)).EndTime);
    }

    [Fact]
    public async Task Report_OlderCounter_IsIgnored()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));
        rig.Intake.Report(rig.Ann, "dev-1", new JobProgress(One, 5, rig.Now, 50, 100, 1, 2, []));
        rig.Intake.Report(rig.Ann, "dev-1", new JobProgress(One, 5, rig.Now, 40, 100, 1, 2, []));
        rig.Intake.Report(rig.Ann, "dev-1", new JobProgress(One, 4, rig.Now, 99, 100, 1, 2, []));

        Assert.Equal(50, rig.Live.Find(Guid.Parse(One))!.Figures!.Report.BytesDone);
    }

    [Fact]
    public async Task Finished_WithoutFigures_TakesTheBucketsCounter()
    {
        await using var rig = await JobsRig.OpenAsync();
        rig.Buckets.Uploaded["bucket-ann"] = 500;
        await rig.SendAsync(rig.Started(1, One));
        rig.Buckets.Uploaded["bucket-ann"] = 1700;

        await rig.SendAsync(new JobFinished(2, One, JobStatus.Cancelled, rig.Now, null));

        Assert.Equal(1200, (await rig.JobAsync(One)).UploadSize);
    }

    [Fact]
    public async Task Open_AJobIsMissingFromTheFile_Refuses()
    {
        await using var rig = await JobsRig.OpenAsync();
        await rig.SendAsync(rig.Started(1, One));
        await rig.SendAsync(rig.Started(2, Two));
        Assert.True(rig.Store.TryFind(One, out var job));
        await rig.Store.DisposeAsync();
        await using (var db = await CometDb.OpenAsync(rig.Folder.Jobs, DbSchema.First("jobs"), Ct))
        {
            await db.WriteAsync(
                w =>
                {
                    w.Delete(JobCollections.Jobs, job.Key);
                    return true;
                },
                Ct);
        }

        var ex = await Assert.ThrowsAsync<InvalidDataException>(rig.RestartAsync);

        Assert.Contains("comet-jobs.db", ex.Message, StringComparison.Ordinal);
    }
}
