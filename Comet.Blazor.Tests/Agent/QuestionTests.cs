using System.Text.Json.Nodes;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>What a real agent answers when somebody asks it over a real server.</summary>
public class QuestionTests
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Browse_FoldersAndFiles_ArePagedFoldersFirst()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var folder = Directory.CreateDirectory(lab.Work.Sub("tree")).FullName;
        for (var i = 0; i < 2500; i++)
        {
            File.WriteAllText(Path.Combine(folder, $"file {i:D4}"), "x");
        }

        Directory.CreateDirectory(Path.Combine(folder, "zoo"));
        File.CreateSymbolicLink(Path.Combine(folder, "a link"), folder);
        var questions = lab.Server.Get<IDeviceQuestions>();
        var link = (await lab.OnlineAsync()).Id;

        List<FolderEntry> all = [];
        var after = "";
        var pages = 0;
        do
        {
            var page = await questions.BrowseAsync(Admin, link, folder, after, Ct);
            Assert.True(page.Ok, page.Why);
            all.AddRange(page.Value.Entries);
            after = page.Value.Next ?? "";
            pages++;
        }
        while (after.Length > 0);

        Assert.Equal((2502, true), (all.Count, pages >= 3));
        Assert.Equal(2502, all.Select(static e => e.Path).Distinct().Count());
        Assert.Equal(("zoo", FolderEntryKind.Folder, Path.Combine(folder, "zoo")), (all[0].Name, all[0].Kind, all[0].Path));
        Assert.Equal(("a link", FolderEntryKind.Link), (all[1].Name, all[1].Kind));
        Assert.Equal((FolderEntryKind.File, 1), (all[2].Kind, all[2].Size));
        Assert.InRange(all[2].Modified, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - 600, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 5);
        Assert.Equal("/", Assert.Single((await questions.BrowseAsync(Admin, link, "", "", Ct)).Value!.Entries).Path);
        Assert.Contains("no folder", (await questions.BrowseAsync(Admin, link, folder + "/none", "", Ct)).Why, StringComparison.Ordinal);
        Assert.Contains("full path", (await questions.BrowseAsync(Admin, link, "tree", "", Ct)).Why, StringComparison.Ordinal);
        Assert.Contains("ERR_UNKNOWN_DEVICE", (await questions.BrowseAsync(Admin, "gone", folder, "", Ct)).Why, StringComparison.Ordinal);
        Assert.Equal(Refusal.Missing, (await questions.BrowseAsync(new Actor(ActorKind.Customer, "eve", AccountId.New()), link, folder, "", Ct)).Kind);
        Assert.True((await questions.BrowseAsync(new Actor(ActorKind.Customer, AgentLab.User, (await lab.OnlineAsync()).Account), link, folder, "", Ct)).Ok);
    }

    [Fact]
    public async Task Browse_DeviceThatKeepsItsNames_IsRefusedByServerAndDevice()
    {
        await using var lab = await AgentLab.ConnectedAsync("--filenames", "no");
        var link = await lab.OnlineAsync();

        var refused = await lab.Server.Get<IDeviceQuestions>().BrowseAsync(Admin, link.Id, "/", "", Ct);
        var direct = await lab.Server.Get<IDeviceDispatcher>().AskAsync(
            link.Id, AgentProtocol.Actions.BrowseFolder, System.Text.Json.JsonSerializer.SerializeToElement(new BrowseFolder("/"), AgentJson.Default.BrowseFolder), TimeSpan.FromSeconds(10), Ct);

        Assert.False(link.AllowsFilenames);
        Assert.Equal(Refusal.Denied, refused.Kind);
        Assert.Equal(Refusal.DeviceRefused, direct.Kind);
        Assert.Contains("does not allow", direct.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Estimate_CountsWhatABackupThenTakes()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var files = lab.Work.Sub("files");
        FileTree.Make(files, 40, 1000);
        Directory.CreateDirectory(Path.Combine(files, "node_modules", "deep"));
        File.WriteAllText(Path.Combine(files, "node_modules", "deep", "index.js"), "not wanted");
        Directory.CreateDirectory(Path.Combine(files, "keep", "cache"));
        File.WriteAllText(Path.Combine(files, "keep", "cache", "a.log"), "not wanted either");
        File.WriteAllText(Path.Combine(files, "keep", "b.log1"), "wanted");
        File.WriteAllText(Path.Combine(files, "keep", "left.txt"), "one path alone");
        File.CreateSymbolicLink(Path.Combine(files, "link"), "/etc");
        string[] exclusions = ["node_modules", "*.log", Path.Combine(files, "keep", "left.txt"), Path.Combine(files, "level 1") + "/**/-dash.bin", "level 2/*/[gq]*"];
        var item = await lab.AddItemAsync([files, Path.Combine(files, "keep")], exclusions);
        var vault = await lab.AddVaultAsync();
        Dictionary<string, string> props = new() { ["INCLUDE0"] = files, ["INCLUDE1"] = Path.Combine(files, "keep"), ["INCLUDE2"] = "/nowhere/at/all" };
        foreach (var (exclusion, i) in exclusions.Select(static (e, i) => (e, i)))
        {
            props[$"EXCLUDE{i}"] = exclusion;
        }

        var estimate = await lab.Server.Get<IDeviceQuestions>().EstimateAsync(Admin, (await lab.OnlineAsync()).Id, "engine1/file", props, TimeSpan.FromSeconds(30), null, Ct);
        var job = await lab.BackUpAsync(item, vault);

        Assert.True(estimate.Ok, estimate.Why);
        Assert.Equal((true, true, 0), (estimate.Value.Ended, estimate.Value.Complete, estimate.Value.Unreadable));
        Assert.Equal(["/nowhere/at/all"], estimate.Value.Missing);
        Assert.True(job.Status == JobStatus.Success, await lab.LogAsync(job.Id));
        Assert.Equal((job.TotalFiles, job.TotalSize), (estimate.Value.Files, estimate.Value.Bytes));
        Assert.InRange(job.TotalFiles, 20, 40);
    }

    [Fact]
    public async Task Estimate_OfEverything_SaysAtLeastSoMuchWhenTheTimeIsOver()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var link = (await lab.OnlineAsync()).Id;
        var questions = lab.Server.Get<IDeviceQuestions>();
        var seen = new List<ItemEstimate>();

        var estimate = await questions.EstimateAsync(Admin, link, "engine1/file", new Dictionary<string, string> { ["INCLUDE0"] = "/" }, TimeSpan.FromSeconds(1), new Sink(seen), Ct);
        var other = await questions.EstimateAsync(Admin, link, "engine1/mysql", new Dictionary<string, string>(), TimeSpan.FromSeconds(1), null, Ct);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            questions.EstimateAsync(Admin, link, "engine1/file", new Dictionary<string, string> { ["INCLUDE0"] = "/" }, TimeSpan.FromSeconds(60), null, stop.Token));

        Assert.True(estimate.Ok, estimate.Why);
        Assert.Equal((true, false, true), (estimate.Value.Ended, estimate.Value.Complete, estimate.Value.Files > 100));
        Assert.Equal(Refusal.Unsupported, other.Kind);
    }

    [Fact]
    public async Task TestVault_TellsGoodFromBad()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var link = (await lab.OnlineAsync()).Id;
        var vault = await lab.VaultAsync(await lab.AddVaultAsync());
        var questions = lab.Server.Get<IDeviceQuestions>();
        JsonObject Destination(string key, string address) => new()
        {
            ["DestinationType"] = 1003, ["CometServer"] = address, ["CometBucket"] = vault.Bucket, ["CometBucketKey"] = key,
        };

        var good = await questions.TestVaultAsync(Admin, link, Destination(vault.BucketKey, vault.Address), Ct);
        var wrongKey = await questions.TestVaultAsync(Admin, link, Destination("wrong", vault.Address), Ct);
        var nobody = await questions.TestVaultAsync(Admin, link, Destination(vault.BucketKey, "http://127.0.0.1:9/"), Ct);

        Assert.True(good.Ok, good.Why);
        Assert.Equal(new VaultTested(true, "", false), good.Value);
        Assert.Equal((false, true), (wrongKey.Value!.Works, wrongKey.Value.Why.Contains("access key", StringComparison.Ordinal)));
        Assert.Equal((false, true), (nobody.Value!.Works, nobody.Value.Why.Contains("can't be reached", StringComparison.Ordinal)));
        Assert.Empty(Directory.EnumerateFiles(await lab.BucketAsync(vault.Id), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Snapshots_AreThoseOfTheVault()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        var link = (await lab.OnlineAsync()).Id;
        var questions = lab.Server.Get<IDeviceQuestions>();
        Assert.Empty((await questions.SnapshotsAsync(Admin, link, vault, Ct)).Value!);
        var first = await lab.BackUpAsync(item, vault);
        var second = await lab.BackUpAsync(item, vault);

        var snapshots = await questions.SnapshotsAsync(Admin, link, vault, Ct);

        Assert.True(snapshots.Ok, snapshots.Why);
        Assert.Equal([first.SnapshotId, second.SnapshotId], snapshots.Value.Select(static s => s.Id));
        var one = snapshots.Value[0];
        Assert.Equal((item, first.Id, lab.DeviceId), (one.ItemId, one.JobId, one.DeviceId));
        Assert.Equal([lab.PasswordFile], one.Paths);
        Assert.Equal(Refusal.Missing, (await questions.SnapshotsAsync(Admin, link, "none", Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await questions.SnapshotsAsync(new Actor(ActorKind.Administrator, "reader") { Limits = new ActorLimits { Denied = [Right.DevicesAct] } }, link, vault, Ct)).Kind);
    }

    private sealed class Sink(List<ItemEstimate> seen) : IProgress<ItemEstimate>
    {
        public void Report(ItemEstimate value) => seen.Add(value);
    }
}
