using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Everything that is done to a vault beside backups, with a vault that is no bucket of a Storage Role, and while another device has it.</summary>
public class LocalVaultTests
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task LocalPath_TestSnapshotsRetentionAnalysisAndUnlockWorkAsOnAStorageRole()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var folder = lab.Work.Sub("disk");
        var item = await lab.AddBigItemAsync(1);
        var vault = await lab.AddRawVaultAsync(VaultTypes.Local, v => v["LocalcopyPath"] = folder);
        var link = (await lab.OnlineAsync()).Id;
        var (questions, work) = (lab.Server.Get<IDeviceQuestions>(), lab.Server.Get<IVaultWork>());
        var unsaved = new JsonObject { ["DestinationType"] = VaultTypes.Local, ["LocalcopyPath"] = folder };

        var before = await questions.TestVaultAsync(Admin, link, unsaved, Ct);
        var none = await questions.SnapshotsAsync(Admin, link, vault, Ct);
        List<Job> jobs = [await lab.BackUpAsync(item, vault), await lab.BackUpAsync(item, vault), await lab.BackUpAsync(item, vault)];
        var after = await questions.TestVaultAsync(Admin, link, unsaved, Ct);
        var away = await questions.TestVaultAsync(Admin, link, new JsonObject { ["DestinationType"] = VaultTypes.Local, ["LocalcopyPath"] = "/no/such/disk/here" }, Ct);
        var all = await questions.SnapshotsAsync(Admin, link, vault, Ct);

        Assert.Equal((true, true, false), (before.Ok, before.Value?.Works, before.Value?.HasRepository));
        Assert.Empty(none.Value!);
        Assert.Equal((true, true), (after.Value?.Works, after.Value?.HasRepository));
        Assert.False(away.Value?.Works);
        Assert.Equal([.. jobs.Select(static j => j.SnapshotId)], all.Value!.Select(static s => s.Id));

        await lab.EditAsync(d => d.Vault(vault)!["DefaultRetention"] = RetentionPolicy.Except(new RetentionRange(RetentionType.MostRecent) { Jobs = 1 }).Write());
        var pass = await EndAsync(lab, work.ApplyRetentionAsync(Admin, link, vault, Ct));
        Assert.True(pass.Status == JobStatus.Success, await lab.LogAsync(pass.Id));
        var left = await questions.SnapshotsAsync(Admin, link, vault, Ct);
        Assert.Equal(jobs[^1].SnapshotId, Assert.Single(left.Value!).Id);
        await Restic.OkAsync(folder, await lab.VaultPasswordAsync(vault), "check");

        var measured = await EndAsync(lab, work.MeasureVaultAsync(Admin, link, vault, Ct));
        Assert.True(measured.Status == JobStatus.Success, await lab.LogAsync(measured.Id));
        await Wait.UntilAsync(async () => await StoredAsync(lab, vault) > 1_000_000, "the analysis is in the profile");
        Assert.InRange(await StoredAsync(lab, vault), 1 << 20, new DirectoryInfo(Path.Combine(folder, "data")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length));
        Assert.Equal(JobStatus.Success, (await EndAsync(lab, work.UnlockAsync(Admin, link, vault, false, Ct))).Status);
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

    private static async Task<Job> EndAsync(AgentLab lab, Task<Outcome<string>> asked)
    {
        var job = await asked;
        Assert.True(job.Ok, job.Why);
        return await lab.EndAsync(job.Value);
    }

    private static async Task<long> StoredAsync(AgentLab lab, string vault)
    {
        var profile = (await lab.Server.Get<AccountStore>().ReadAsync((await lab.OnlineAsync()).Account, Ct))!.Root;
        return profile.Map("Destinations").Map(vault).Map("Statistics").Map("ClientProvidedContent")["Components"] is JsonArray parts ? parts.Sum(static p => (long)p!["Bytes"]!) : 0;
    }
}
