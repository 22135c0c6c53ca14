using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Everything that is done to a vault beside backups, with a vault that is no bucket of a Storage Role, and while another device has it.</summary>
public class LocalVaultTests
{
    [Fact]
    public async Task LocalPath_TestSnapshotsRetentionAnalysisAndUnlockWorkAsOnAStorageRole()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var folder = lab.Work.Sub("disk");
        var item = await lab.AddBigItemAsync(1);
        var vault = await lab.AddRawVaultAsync(VaultTypes.Local, v => v["LocalcopyPath"] = folder);

        var before = await lab.TestAsync(VaultTypes.Local, v => v["LocalcopyPath"] = folder);
        var none = await lab.SnapshotsAsync(vault);
        List<Job> jobs = [await lab.BackUpAsync(item, vault), await lab.BackUpAsync(item, vault), await lab.BackUpAsync(item, vault)];
        var after = await lab.TestAsync(VaultTypes.Local, v => v["LocalcopyPath"] = folder);
        var away = await lab.TestAsync(VaultTypes.Local, static v => v["LocalcopyPath"] = "/no/such/disk/here");
        var all = await lab.SnapshotsAsync(vault);

        Assert.Equal(new VaultTested(true, "", false), before);
        Assert.Empty(none);
        Assert.Equal(new VaultTested(true, "", true), after);
        Assert.False(away.Works);
        Assert.Equal([.. jobs.Select(static j => j.SnapshotId)], all.Select(static s => s.Id));

        await lab.KeepAsync(vault, 1);
        var pass = await lab.WorkAsync(vault, static w => w.ApplyRetentionAsync);
        Assert.True(pass.Status == JobStatus.Success, await lab.LogAsync(pass.Id));
        Assert.Equal(jobs[^1].SnapshotId, Assert.Single(await lab.SnapshotsAsync(vault)).Id);
        await Restic.OkAsync(folder, await lab.VaultPasswordAsync(vault), "check");

        var measured = await lab.WorkAsync(vault, static w => w.MeasureVaultAsync);
        Assert.True(measured.Status == JobStatus.Success, await lab.LogAsync(measured.Id));
        await Wait.UntilAsync(async () => await StoredAsync(lab, vault) > 1_000_000, "the analysis is in the profile");
        Assert.InRange(await StoredAsync(lab, vault), 1 << 20, new DirectoryInfo(Path.Combine(folder, "data")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length));
        Assert.Equal(JobStatus.Success, (await lab.WorkAsync(vault, static w => (by, link, v, ct) => w.UnlockAsync(by, link, v, false, ct))).Status);
    }

    [Fact]
    public async Task Backup_WhileAnotherDeviceFreesSpace_WaitsForIt()
    {
        await using var lab = await AgentLab.StartAsync();
        var marker = lab.Work.Sub("taken");
        lab.StartAgent("--restic", lab.Script($$"""
            if [ -e {{marker}} ]; then for word in "$@"; do case "$word" in backup) rm {{marker}}; echo "unable to create lock in backend: repository is already locked exclusively by PID 7 on elsewhere by root (UID 0, GID 0)" >&2; exit 1;; esac; done; fi
            exec $restic "$@"
            """));
        await lab.OnlineAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        File.WriteAllText(marker, "");

        var job = await lab.BackUpAsync(item, vault);

        var log = await lab.LogAsync(job.Id);
        Assert.True(job.Status == JobStatus.Success, log);
        Assert.Contains("waiting for it", log, StringComparison.Ordinal);
        Assert.False(File.Exists(marker));
    }

    private static async Task<long> StoredAsync(AgentLab lab, string vault) => (await lab.ContentAsync(vault))?.Sum(static p => p.Bytes) ?? 0;
}
