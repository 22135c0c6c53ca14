using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Retention passes and what they measure, over a real server, a real agent and real restic, which is also the judge.</summary>
public class RetentionTests
{
    private static readonly Actor Admin = VaultLab.Admin;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pass_DeletesWhatNoRuleKeeps_AndMeasuresTheRest()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var (a, b) = (lab.Work.Sub("a"), lab.Work.Sub("b"));
        FileTree.Make(a, 12, 200_000);
        CopyTree(a, b); // what both items hold is stored once
        FileTree.Make(Path.Combine(b, "own"), 6, 100_000);
        var (first, second) = (await lab.AddItemAsync([a]), await lab.AddItemAsync([b]));
        var vault = await lab.AddVaultAsync();
        List<Job> jobs = [];
        for (var i = 0; i < 3; i++)
        {
            File.WriteAllBytes(Path.Combine(a, "changing.bin"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(300_000));
            jobs.Add(await lab.BackUpAsync(first, vault));
            File.WriteAllBytes(Path.Combine(b, "changing.bin"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(150_000));
            jobs.Add(await lab.BackUpAsync(second, vault));
        }

        var keepTwo = RetentionPolicy.Except(new RetentionRange(RetentionType.MostRecent) { Jobs = 2 });
        await lab.EditAsync(d => d.Item(first)!["OverrideDestinationRetention"] = new JsonObject { [vault] = keepTwo.Write() });
        await lab.SettledAsync();
        var hash = await HashAsync(lab);

        var pass = await lab.WorkAsync(vault, static w => w.ApplyRetentionAsync);

        var log = await lab.LogAsync(pass.Id);
        Assert.True(pass.Status == JobStatus.Success, log + lab.Agent.Output);
        Assert.Equal((JobKind.Retention, vault), (pass.Classification, pass.DestinationId));
        Assert.Contains("5 of 6 snapshots stay, 1 are deleted", log, StringComparison.Ordinal);
        var snapshots = await lab.SnapshotsAsync(vault);
        Assert.Equal(jobs.Skip(1).Select(static j => j.SnapshotId), snapshots.Select(static s => s.Id));
        Assert.Equal(jobs.Skip(1).Select(static j => j.TotalSize), snapshots.Select(static s => s.Size));
        var (folder, password) = await lab.RepositoryAsync(vault);
        await Restic.OkAsync(folder, password, "check", "--read-data");

        await Wait.UntilAsync(async () => await lab.ContentAsync(vault) is not null, "the analysis has arrived");
        var profile = await lab.ProfileAsync();
        var parts = (await lab.ContentAsync(vault))!;
        Assert.Equal(hash, await HashAsync(lab));
        Assert.Equal(OnDisk(folder), parts.Sum(static p => p.Bytes));
        Assert.DoesNotContain(parts, static p => p.UsedBy.Contains("TRUNCATED/*"));
        Assert.True(profile.Map("Destinations").Map(vault).Map("Statistics").Map("ClientProvidedSize").Number("Size") > parts.Sum(static p => p.Bytes));
        Assert.Contains(parts, p => p.UsedBy.Length >= 4 && p.UsedBy.Contains($"{first}/CURRENT") && p.UsedBy.Contains($"{second}/HISTORIC"));
        foreach (var item in new[] { first, second })
        {
            string[] ids = [.. snapshots.Where(s => s.ItemId == item).Select(static s => s.Id)];
            await AssertLikeResticAsync(folder, password, parts, $"{item}/CURRENT", ids[^1..]);
            await AssertLikeResticAsync(folder, password, parts, $"{item}/HISTORIC", ids[..^1]);
        }

        await AssertLikeResticAsync(folder, password, parts, "", []);
    }

    [Fact]
    public async Task Pass_OverAVaultThatKeepsAll_DeletesNothing_AndDeletedSnapshotsAreFreedByTheNext()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddBigItemAsync(2);
        var vault = await lab.AddVaultAsync();
        var empty = await lab.WorkAsync(vault, static w => w.ApplyRetentionAsync);
        var one = await lab.BackUpAsync(item, vault);
        await lab.AddBigItemAsync(2);
        var two = await lab.BackUpAsync(item, vault);

        var measured = await lab.WorkAsync(vault, static w => w.MeasureVaultAsync);
        var kept = await lab.WorkAsync(vault, static w => w.ApplyRetentionAsync);
        var link = (await lab.OnlineAsync()).Id;
        var work = lab.Server.Get<IVaultWork>();
        var wrong = await work.DeleteSnapshotsAsync(Admin, link, vault, ["abc"], Ct);
        var deleted = await lab.EndAsync((await work.DeleteSnapshotsAsync(Admin, link, vault, [one.SnapshotId!], Ct)).Value!);

        Assert.Equal(
            [JobStatus.Success, JobStatus.Success, JobStatus.Success, JobStatus.Success],
            new[] { empty.Status, measured.Status, kept.Status, deleted.Status });
        Assert.Contains("Nothing is stored", await lab.LogAsync(empty.Id), StringComparison.Ordinal);
        Assert.Contains("All 2 snapshots stay", await lab.LogAsync(kept.Id), StringComparison.Ordinal);
        Assert.Equal(Refusal.Invalid, wrong.Kind);
        var left = await lab.SnapshotsAsync(vault);
        Assert.Equal([two.SnapshotId], left.Select(static s => s.Id));
        await lab.WorkAsync(vault, static w => w.MeasureVaultAsync);
        await Wait.UntilAsync(async () => (await lab.ContentAsync(vault))?.FirstOrDefault(static p => p.UsedBy is [""]).Bytes > 2_000_000, "what nothing needs any more is seen");

        await lab.EditAsync(d => d.Vault(vault)!["DefaultRetention"] = RetentionPolicy.Except(new RetentionRange(RetentionType.MostRecent) { Jobs = 5 }).Write());
        var (folder, _) = await lab.RepositoryAsync(vault);
        var before = OnDisk(folder);
        await lab.WorkAsync(vault, static w => w.ApplyRetentionAsync);
        Assert.InRange(OnDisk(folder), 2_000_000, before - 2_000_000);
        await Wait.UntilAsync(async () => (await lab.ContentAsync(vault))!.Sum(static p => p.Bytes) == OnDisk(folder), "the analysis is of today");
    }

    [Fact]
    public async Task Pass_OnADeviceWhoseClockIsNotTheServers_DeletesNothingAndSaysSo()
    {
        var server = new ShiftedClock();
        await using var lab = await AgentLab.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(server));
        lab.StartAgent();
        await lab.OnlineAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        await lab.BackUpAsync(item, vault);
        await lab.BackUpAsync(item, vault);
        await lab.EditAsync(d => d.Vault(vault)!["DefaultRetention"] = RetentionPolicy.Except(new RetentionRange(RetentionType.MostRecent) { Jobs = 1 }).Write());
        server.Ahead = TimeSpan.FromHours(-3);

        var pass = await lab.WorkAsync(vault, static w => w.ApplyRetentionAsync);

        Assert.Equal(JobStatus.Error, pass.Status);
        Assert.Contains("nothing was deleted. Set the clock that is wrong", await lab.LogAsync(pass.Id), StringComparison.Ordinal);
        await Wait.UntilAsync(async () => (await lab.ProfileAsync()).Map("Destinations").Map(vault).Text("RetentionError").Contains("clock", StringComparison.Ordinal), "the vault says so");
        var (folder, password) = await lab.RepositoryAsync(vault);
        Assert.Equal(2, JsonNode.Parse((await Restic.OkAsync(folder, password, "snapshots", "--json")).Output)!.AsArray().Count);

        server.Ahead = TimeSpan.Zero;
        pass = await lab.WorkAsync(vault, static w => w.ApplyRetentionAsync);

        Assert.True(pass.Status == JobStatus.Success, await lab.LogAsync(pass.Id));
        Assert.Single(JsonNode.Parse((await Restic.OkAsync(folder, password, "snapshots", "--json")).Output)!.AsArray());
    }

    [Fact]
    public async Task Pass_AfterAJobInWhichOneDumpFailed_KeepsTheLastGoodOne()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var broken = lab.Work.Sub("broken");
        var item = await lab.AddRawItemAsync(ItemEngines.Stdout, new Dictionary<string, string>
        {
            ["COMMAND"] = "date +%N", ["SAVEAS"] = "a.sql",
            ["EXTRACOMMAND-1"] = JsonSerializer.Serialize(new[] { $"test ! -e {broken} && date +%N", "", "b.sql" }),
        });
        var vault = await lab.AddVaultAsync();
        await lab.BackUpAsync(item, vault);
        await lab.BackUpAsync(item, vault);
        File.WriteAllText(broken, "");
        var half = await lab.BackUpAsync(item, vault);
        Assert.Equal(JobStatus.Error, half.Status);
        await lab.EditAsync(d => d.Vault(vault)!["DefaultRetention"] = RetentionPolicy.Except(new RetentionRange(RetentionType.MostRecent) { Jobs = 1 }).Write());

        var pass = await lab.WorkAsync(vault, static w => w.ApplyRetentionAsync);

        Assert.True(pass.Status == JobStatus.Success, await lab.LogAsync(pass.Id));
        var (folder, password) = await lab.RepositoryAsync(vault);
        var left = JsonNode.Parse((await Restic.OkAsync(folder, password, "snapshots", "--json")).Output)!.AsArray();
        Assert.Equal(["/a.sql", "/b.sql"], left.Select(static s => (string)s!["paths"]![0]!).Order());
        Assert.Contains(left, s => s!["tags"]!.AsArray().Any(t => (string)t! == $"job:{half.Id}"));
    }

    [Fact]
    public async Task Pass_ThatCanNotReadTheList_DeletesNothingAndSaysSoInTheVault()
    {
        await using var lab = await AgentLab.StartAsync();
        var marker = lab.Work.Sub("broken");
        lab.StartAgent("--restic", lab.Script($"""if [ -e "{marker}" ] && [ "$1" = snapshots ]; then echo "[]"; exit 0; fi; exec $restic "$@" """));
        await lab.OnlineAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        await lab.BackUpAsync(item, vault);
        await lab.BackUpAsync(item, vault);
        await lab.EditAsync(d => d.Vault(vault)!["DefaultRetention"] = RetentionPolicy.Except(new RetentionRange(RetentionType.MostRecent) { Jobs = 1 }).Write());
        File.WriteAllText(marker, "");

        var pass = await lab.WorkAsync(vault, static w => w.ApplyRetentionAsync);

        Assert.Equal(JobStatus.Error, pass.Status);
        Assert.Contains("2 of 2 snapshots can't be read", await lab.LogAsync(pass.Id), StringComparison.Ordinal);
        await Wait.UntilAsync(async () => (await lab.ProfileAsync()).Map("Destinations").Map(vault).Text("RetentionError").Contains("can't be read", StringComparison.Ordinal), "the vault says so");
        var (folder, password) = await lab.RepositoryAsync(vault);
        Assert.Equal(2, JsonNode.Parse((await Restic.OkAsync(folder, password, "snapshots", "--json")).Output)!.AsArray().Count);

        File.Delete(marker);
        pass = await lab.WorkAsync(vault, static w => w.ApplyRetentionAsync);

        Assert.True(pass.Status == JobStatus.Success, await lab.LogAsync(pass.Id));
        await Wait.UntilAsync(async () => (await lab.ProfileAsync()).Map("Destinations").Map(vault).Text("RetentionError").Length == 0, "the vault is well again");
        Assert.Single(JsonNode.Parse((await Restic.OkAsync(folder, password, "snapshots", "--json")).Output)!.AsArray());
    }

    [Fact]
    public async Task Unlock_RemovesForeignLocksOnlyWhenToldTo()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        await lab.BackUpAsync(item, vault);
        var (folder, password) = await lab.RepositoryAsync(vault);
        using var other = Restic.Hold(folder, password, lab.Work.Sub("other-cache"));
        await Wait.UntilAsync(() => Directory.EnumerateFiles(Path.Combine(folder, "locks")).Any(static f => Path.GetFileName(f).Length == 64), "the other has its lock");

        var gentle = await lab.WorkAsync(vault, static w => (by, link, v, ct) => w.UnlockAsync(by, link, v, false, ct));
        var stays = Directory.EnumerateFiles(Path.Combine(folder, "locks")).Count();
        var firm = await lab.WorkAsync(vault, static w => (by, link, v, ct) => w.UnlockAsync(by, link, v, true, ct));

        Assert.Equal((JobStatus.Success, JobStatus.Success, 1), (gentle.Status, firm.Status, stays));
        Assert.Contains($"A lock stays: the computer {Environment.MachineName} (user ", await lab.LogAsync(gentle.Id), StringComparison.Ordinal);
        Assert.DoesNotContain("A lock stays", await lab.LogAsync(firm.Id), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(folder, "locks")));
        other.Kill();
        Assert.Equal(Refusal.Denied, (await lab.Server.Get<IVaultWork>().UnlockAsync(new Actor(ActorKind.Customer, AgentLab.User, (await lab.OnlineAsync()).Account), (await lab.OnlineAsync()).Id, vault, true, Ct)).Kind);
    }

    [Fact]
    public async Task Api_AsksTheDeviceInTheContractsShapes()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        var job = await lab.BackUpAsync(item, vault);
        var link = (await lab.OnlineAsync()).Id;

        var files = await CallAsync(lab, "user/web/request-filesystem-objects", ("TargetID", link), ("Path", lab.Work.Path));
        var snapshots = await CallAsync(lab, "user/web/dispatcher/request-vault-snapshots", ("TargetID", link), ("Destination", vault));
        var foreign = await CallAsync(lab, "user/web/dispatcher/request-vault-snapshots", ("TargetID", "nobody"), ("Destination", vault));
        await lab.EditAsync(d => d.Root["Policy"]!["PreventDeleteSingleSnapshots"] = true);
        var forbidden = await CallAsync(lab, "user/web/dispatcher/delete-snapshot", ("TargetID", link), ("DestinationID", vault), ("SnapshotID", job.SnapshotId!));
        await lab.EditAsync(d => d.Root["Policy"]!["PreventDeleteSingleSnapshots"] = false);
        var deleted = await CallAsync(lab, "user/web/dispatcher/delete-snapshot", ("TargetID", link), ("DestinationID", vault), ("SnapshotID", job.SnapshotId!));

        var password = Assert.Single(files["StoredObjects"]!.AsArray(), static f => (string)f!["name"]! == "password")!;
        Assert.Equal(("file", new FileInfo(lab.PasswordFile).Length), ((string)password["type"]!, (long)password["size"]!));
        var state = Assert.Single(files["StoredObjects"]!.AsArray(), static f => (string)f!["name"]! == "state")!;
        Assert.Equal(("dir", lab.State), ((string)state["type"]!, (string)state["subtree"]!));
        var snapshot = Assert.Single(snapshots["Snapshots"]!.AsArray())!;
        Assert.Equal((job.SnapshotId, item, "engine1/file"), ((string)snapshot["Snapshot"]!, (string)snapshot["Source"]!, (string)snapshot["EngineType"]!));
        Assert.Equal((404, true), ((int)foreign["Status"]!, ((string)foreign["Message"]!).Contains("ERR_UNKNOWN_DEVICE", StringComparison.Ordinal)));
        Assert.Equal(403, (int)forbidden["Status"]!);
        Assert.Equal(200, (int)deleted["Status"]!);
        Assert.Equal(JobStatus.Success, (await lab.EndAsync((string)deleted["JobID"]!)).Status);
    }

    private static async Task<JsonNode> CallAsync(AgentLab lab, string path, params (string Name, string Value)[] fields)
    {
        using var response = await lab.Server.Client.PostAsync(
            "api/v1/" + path,
            new FormUrlEncodedContent([new("Username", AgentLab.User), new("AuthType", "Password"), new("Password", AgentLab.Password), .. fields.Select(static f => KeyValuePair.Create(f.Name, f.Value))]),
            Ct);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!;
    }

    private static async Task<string> HashAsync(AgentLab lab) => lab.Server.Get<AccountStore>().Entry((await lab.OnlineAsync()).Account)!.Hash;

    private static long OnDisk(string folder) => new DirectoryInfo(Path.Combine(folder, "data")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length);

    /// <summary>The parts that a group uses sum up to what restic says of its snapshots; the index adds 37 or 41 bytes to each blob and 36 to each pack.</summary>
    private static async Task AssertLikeResticAsync(string folder, string password, List<(long Bytes, string[] UsedBy)> parts, string user, string[] snapshots)
    {
        var bytes = parts.Where(p => p.UsedBy.Contains(user)).Sum(static p => p.Bytes);
        if (snapshots.Length == 0)
        {
            Assert.InRange(bytes, 0, 200_000);
            return;
        }

        var stats = JsonNode.Parse((await Restic.OkAsync(folder, password, ["stats", "--json", "--mode", "raw-data", .. snapshots])).Output)!;
        var (size, blobs) = ((long)stats["total_size"]!, (long)stats["total_blob_count"]!);
        var packs = Directory.EnumerateFiles(Path.Combine(folder, "data"), "*", SearchOption.AllDirectories).Count();
        Assert.InRange(bytes, size + (37 * blobs), size + (41 * blobs) + (36 * packs));
    }

    private sealed class ShiftedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
    }

    private static void CopyTree(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
