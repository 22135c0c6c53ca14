using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Whole backups: a device, its files, a bucket, the history.</summary>
public class BackupTests
{
    [Fact]
    public async Task Backup_Whole_RestoresByteEqualAndReportsRealFigures()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var files = lab.Work.Sub("files");
        FileTree.Make(files, 30, 100_000);
        File.WriteAllText(Path.Combine(files, "left-out.tmp"), "not wanted");
        var item = await lab.AddItemAsync([files], "*.tmp");
        var vault = await lab.AddVaultAsync();

        var job = await lab.BackUpAsync(item, vault);

        var log = await lab.LogAsync(job.Id);
        Assert.True(job.Status == JobStatus.Success, log + lab.Agent.Output);
        Assert.Equal((30, 3_000_000), (job.TotalFiles, job.TotalSize));
        Assert.InRange(job.UploadSize, 3_000_000, 3_200_000);
        Assert.Equal(64, job.SnapshotId?.Length);
        var (folder, password) = await lab.RepositoryAsync(vault);
        var target = lab.Work.Sub("restored");
        await Restic.OkAsync(folder, password, "restore", job.SnapshotId!, "--target", target);
        File.Delete(Path.Combine(files, "left-out.tmp"));
        FileTree.AssertSame(files, target + files);
        Assert.DoesNotContain((await lab.VaultAsync(vault)).BucketKey, log + lab.Agent.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(password, log + lab.Agent.Output, StringComparison.Ordinal);

        var again = await lab.BackUpAsync(item, vault);

        Assert.Equal(JobStatus.Success, again.Status);
        Assert.InRange(again.UploadSize, 0, 10_000);
    }

    [Fact]
    public async Task Backup_Lasting_ShowsProgressQueuesOthersAndCanBeCancelled()
    {
        await using var lab = await AgentLab.StartAsync();
        lab.StartAgent("--restic", lab.SlowRestic());
        await lab.OnlineAsync();
        var big = await lab.AddBigItemAsync(64);
        var small = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();

        var job = await lab.RunAsync(big, vault);
        await lab.ProgressAsync(job);
        var twice = await lab.TryRunAsync(big, vault);
        var skipped = await lab.EndAsync(await lab.RunAsync(big, vault, new BackupOptions(SkipAlreadyRunning: true)));
        var queued = await lab.RunAsync(small, vault, new BackupOptions(SkipAlreadyRunning: true)); // another item is no reason to skip

        Assert.Equal((Refusal.DeviceRefused, true), (twice.Kind, twice.Why.Contains("already", StringComparison.Ordinal)));
        Assert.Equal(JobStatus.Skipped, skipped.Status);
        await Wait.UntilAsync(async () => (await lab.LogAsync(queued)).Contains("Waiting for the backup of", StringComparison.Ordinal), "the second job waits");
        Assert.True((await lab.JobAsync(queued))!.IsRunning);

        Assert.Equal(Outcome.Done, await lab.CancelAsync(job));

        var ended = await lab.EndAsync(job);
        Assert.Equal(JobStatus.Cancelled, ended.Status);
        Assert.Contains("W Cancelled on request.", await lab.LogAsync(job), StringComparison.Ordinal);
        Assert.Equal(JobStatus.Success, (await lab.EndAsync(queued)).Status);
        var (folder, password) = await lab.RepositoryAsync(vault);
        Assert.Equal("", (await Restic.OkAsync(folder, password, "list", "locks", "--no-lock")).Output);

        var limited = await lab.EndAsync(await lab.RunAsync(big, vault, new BackupOptions(StopAfter: 1)));

        Assert.Equal(JobStatus.Cancelled, limited.Status);
        Assert.Contains("time limit", await lab.LogAsync(limited.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FirstBackup_TwoDevicesAtOnce_ShareOneKeyAndOneRepository()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var vault = await lab.AddVaultAsync();
        var first = await lab.AddItemAsync([lab.PasswordFile]);
        await using var other = lab.Beside();
        other.StartAgent();
        await other.OnlineAsync();
        var second = await other.AddItemAsync([lab.PasswordFile]);

        var jobs = await Task.WhenAll(lab.RunAsync(first, vault), other.RunAsync(second, vault));

        foreach (var job in jobs)
        {
            var ended = await lab.EndAsync(job);
            Assert.True(ended.Status == JobStatus.Success, await lab.LogAsync(job));
        }

        var (folder, password) = await lab.RepositoryAsync(vault);
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "keys")));
        await Restic.OkAsync(folder, password, "check", "--no-lock");
    }
}
