using System.Text.Json.Nodes;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Backups that meet something wrong: on the device's disk, in the bucket, in the settings.</summary>
public class FaultTests
{
    [Fact]
    public async Task Paths_UnreadableOrMissing_EndAsWarningWithThePathsInTheLog()
    {
        const string Setpriv = "/usr/bin/setpriv";
        Assert.True(File.Exists(Setpriv) && Environment.IsPrivilegedProcess, "This test runs restic as another user: run it as root, with setpriv (apt-get install util-linux).");
        await using var lab = await AgentLab.StartAsync();
        lab.StartAgent("--restic", lab.Script($"""case "$1" in backup) exec {Setpriv} --reuid=65534 --regid=65534 --clear-groups $restic "$@";; esac; exec $restic "$@" """));
        await lab.OnlineAsync();
        var files = lab.Work.Sub("files");
        FileTree.Make(files, 6, 1000);
        var secret = Path.Combine(files, "secret.bin");
        File.WriteAllText(secret, "nobody may read this");
        await Chmod("0755", lab.Work.Path);
        await Chmod("0600", secret);
        var vault = await lab.AddVaultAsync();

        var unreadable = await lab.BackUpAsync(await lab.AddItemAsync([files]), vault);

        var log = await lab.LogAsync(unreadable.Id);
        Assert.True(unreadable.Status == JobStatus.Warning, log);
        Assert.Contains($"W {secret}: Permission denied", log, StringComparison.Ordinal);
        Assert.Equal((6, 64), (unreadable.TotalFiles, unreadable.SnapshotId!.Length));

        File.Delete(secret);
        var gone = lab.Work.Sub("gone");
        var missing = await lab.BackUpAsync(await lab.AddItemAsync([gone, files]), vault);

        log = await lab.LogAsync(missing.Id);
        Assert.True(missing.Status == JobStatus.Warning, log);
        Assert.Contains($"W {gone} does not exist", log, StringComparison.Ordinal);
        Assert.Equal(6, missing.TotalFiles);

        var nothing = await lab.BackUpAsync(await lab.AddItemAsync([gone]), vault);

        Assert.Equal(JobStatus.Error, nothing.Status);
        Assert.Contains("E None of the selected paths exists", await lab.LogAsync(nothing.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bucket_RefusingOrRemoved_EndsAsErrorThatSaysWhy()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddBigItemAsync(40);
        var vault = await lab.AddVaultAsync();
        var small = (await lab.Server.Get<CreateBucket>().RunAsync(Actor.Server, new NewBucket { LimitBytes = 8 << 20 }, TestContext.Current.CancellationToken)).Value!;
        var (folder, password) = ("", "");

        await ExpectAsync("smaller bucket", d => (d["CometBucket"], d["CometBucketKey"]) = (small.Id, small.Key), JobStatus.QuotaExceeded, "reached its limit");
        (folder, password) = await lab.RepositoryAsync(vault);
        await Restic.OkAsync(folder, password, "check", "--no-lock");
        await ExpectAsync("wrong key", d => d["CometBucketKey"] = "wrong", JobStatus.Error, "access key");
        await ExpectAsync("right key", d => d["CometBucketKey"] = small.Key, JobStatus.QuotaExceeded, "reached its limit");
        Directory.Delete(folder, recursive: true);
        await ExpectAsync("removed", static _ => { }, JobStatus.Error, "its folder was removed");

        async Task ExpectAsync(string what, Action<JsonObject> edit, int status, string words)
        {
            await lab.EditAsync(d => edit(d.Vault(vault)!));
            await lab.SettledAsync();
            var job = await lab.BackUpAsync(item, vault);
            var log = await lab.LogAsync(job.Id);
            Assert.True(job.Status == status, $"{what}: {job.Status}\n{log}");
            Assert.Contains(words, log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bucket_RemovedInMidBackup_StopsResticAtOnce()
    {
        await using var lab = await AgentLab.StartAsync();
        lab.StartAgent("--restic", lab.SlowRestic(16_000));
        await lab.OnlineAsync();
        var item = await lab.AddBigItemAsync(96);
        var vault = await lab.AddVaultAsync();
        var job = await lab.RunAsync(item, vault);
        await lab.ProgressAsync(job);
        var (folder, _) = await lab.RepositoryAsync(vault);
        Directory.Move(folder, lab.Work.Sub("taken away"));

        var ended = await lab.EndAsync(job, seconds: 45); // uploads that have begun end well; the next ones find no folder

        var log = await lab.LogAsync(job);
        Assert.True(ended.Status == JobStatus.Error, log);
        Assert.Contains("its folder was removed", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disk_Full_StopsResticAndLeavesTheRepositoryIntact()
    {
        SmallDisk? disk = null;
        try
        {
            await using var lab = await AgentLab.StartAsync(data => disk = new SmallDisk(data.Sub("storage"), 32));
            lab.StartAgent();
            await lab.OnlineAsync();
            var vault = await lab.AddVaultAsync();
            Assert.Equal(JobStatus.Success, (await lab.BackUpAsync(await lab.AddItemAsync([lab.PasswordFile]), vault)).Status);

            var job = await lab.BackUpAsync(await lab.AddBigItemAsync(64), vault);

            var log = await lab.LogAsync(job.Id);
            Assert.True(job.Status == JobStatus.Error, log);
            Assert.Contains("disk of the storage server is full", log, StringComparison.Ordinal);
            var (folder, password) = await lab.RepositoryAsync(vault);
            await Restic.OkAsync(folder, password, "check", "--no-lock", "--read-data");
            disk!.Dispose();
            disk = null;
        }
        finally
        {
            disk?.Dispose();
        }
    }

    [Fact]
    public async Task Restic_MissingOrTooOld_JobSaysHowToInstallIt()
    {
        await using var lab = await AgentLab.StartAsync();
        var path = lab.Work.Sub("restic-script");
        lab.StartAgent("--restic", path);
        await lab.OnlineAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();

        Assert.Contains("Backups can't run yet: There is no restic at", lab.Agent.Output, StringComparison.Ordinal);
        await ExpectAsync("apt-get install restic");
        lab.Script("echo restic 0.12.1 compiled with go1.19");
        await ExpectAsync("at least 0.14 is needed");
        lab.Script("echo hello");
        await ExpectAsync("does not answer as restic does (hello)");
        lab.Script("exec $restic \"$@\"");
        Assert.Equal(JobStatus.Success, (await lab.BackUpAsync(item, vault)).Status);

        async Task ExpectAsync(string words)
        {
            var job = await lab.BackUpAsync(item, vault);
            Assert.Equal(JobStatus.Error, job.Status);
            Assert.Contains(words, await lab.LogAsync(job.Id), StringComparison.Ordinal);
        }
    }

    private static async Task Chmod(string mode, string path)
    {
        using var process = System.Diagnostics.Process.Start("chmod", [mode, path]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
