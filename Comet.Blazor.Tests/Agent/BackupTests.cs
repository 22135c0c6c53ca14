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
    }
}
