using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Agent;
using Comet.Blazor.Agent.Work;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Agent;

/// <summary>The limit of all Protected Items together: what counts, where the bound is, and that a real backup keeps to it.</summary>
public class QuotaTests
{
    private readonly FakeTimeProvider _clock = new();
    private AgentProfile? _told;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Take_UpToExactlyTheLimit_IsAllowed()
    {
        using var keeper = await KeeperAsync(new AgentQuota(1000, 300, new() { ["mine"] = 650, ["beside"] = 200 }));
        using var share = await new SelectionQuota(keeper, _clock).ForAsync("mine", Ct);

        Assert.True(share!.Take(500));
        Assert.False(share.Take(501));
        Assert.Equal(
            "The quota of all Protected Items is exceeded. The items of this account may select 1000 B (1,000 bytes) together; the others select 500 B (500 bytes), this one 501 B (501 bytes). "
            + "Leave something out of this Protected Item, delete one that is not needed, or let an administrator raise the quota on the user's Profile tab.",
            share.Refusal(501));
    }

    [Fact]
    public async Task Others_CountAsThisDeviceKnowsThem_UntilTheyHaveEnded()
    {
        using var keeper = await KeeperAsync(new AgentQuota(1000, 0, new() { ["a"] = 900, ["b"] = 0, ["c"] = 0 }));
        var quota = new SelectionQuota(keeper, _clock);
        using (var shrunk = await quota.ForAsync("a", Ct))
        {
            Assert.True(shrunk!.Take(100));
            shrunk.Stored(100); // the server still tells 900
        }

        using var b = await quota.ForAsync("b", Ct);
        using (var c = await quota.ForAsync("c", Ct))
        {
            Assert.True(b!.Take(600));
            Assert.False(c!.Take(301)); // b is about to store 600
            Assert.True(c.Take(300));
            Assert.False(b.Take(601));
            Assert.True(b.Take(600));
        }

        Assert.True(b.Take(900)); // c has ended without storing anything
    }

    [Fact]
    public async Task Limit_AskedForAnew_AndTheLastKnownHoldsWithoutAServer()
    {
        using var keeper = await KeeperAsync(new AgentQuota(10, 0, []));
        var quota = new SelectionQuota(keeper, _clock);
        _told = _told! with { Quota = new AgentQuota(20, 0, []) };
        using (var raised = await quota.ForAsync("i", Ct))
        {
            Assert.True(raised!.Take(20));
        }

        var standing = _told;
        _told = null;
        using (var away = await quota.ForAsync("i", Ct))
        {
            Assert.False(away!.Take(21));
        }

        _told = standing with { Quota = null };
        Assert.Null(await quota.ForAsync("i", Ct));
    }

    [Fact]
    public async Task Sums_BeyondAllNumbers_DoNotBecomeSmall()
    {
        using var keeper = await KeeperAsync(new AgentQuota(1L << 60, long.MaxValue, new() { ["a"] = long.MaxValue, ["b"] = long.MaxValue }));
        using var share = await new SelectionQuota(keeper, _clock).ForAsync("b", Ct);

        Assert.False(share!.Take(0));
    }

    [Fact]
    public void Device_IsToldTheLimitAndWhatTheOthersHaveStored()
    {
        static JsonObject Item(string device, params (string Name, long Start, int Status, long Size, string Snapshot)[] jobs) => new()
        {
            ["OwnerDevice"] = device,
            ["Statistics"] = new JsonObject(jobs.Select(static j => KeyValuePair.Create(j.Name, (JsonNode?)new JsonObject { ["StartTime"] = j.Start, ["Status"] = j.Status, ["TotalSize"] = j.Size, ["SnapshotID"] = j.Snapshot }))),
        };
        var root = new JsonObject
        {
            ["AllProtectedItemsQuotaEnabled"] = true, ["AllProtectedItemsQuotaBytes"] = 5000,
            ["Sources"] = new JsonObject
            {
                ["good"] = Item("d1", ("LastSuccessfulBackupJob", 10, JobStatus.Success, 100, "s")),
                ["failed since"] = Item("d1", ("LastBackupJob", 20, JobStatus.Error, 7, ""), ("LastSuccessfulBackupJob", 10, JobStatus.Success, 200, "s")),
                ["warned since"] = Item("d1", ("LastBackupJob", 20, JobStatus.Warning, 300, "s"), ("LastSuccessfulBackupJob", 10, JobStatus.Success, 1, "s")),
                ["warned, nothing stored"] = Item("d1", ("LastBackupJob", 20, JobStatus.Warning, 9, "")),
                ["new"] = Item("d1"),
                ["elsewhere"] = Item("d2", ("LastSuccessfulBackupJob", 10, JobStatus.Success, 1000, "s")),
                ["of a device that is gone"] = Item("d3", ("LastSuccessfulBackupJob", 10, JobStatus.Success, 1, "s")),
            },
        };
        AccountEntry Account() => AccountEntry.From(AccountId.New(), Encoding.UTF8.GetBytes(root.ToJsonString()));

        var quota = DeviceQuota.For(Account(), "d1")!;

        Assert.Equal((5000, 1001), (quota.LimitBytes, quota.OthersBytes));
        Assert.Equal(new() { ["good"] = 100, ["failed since"] = 200, ["warned since"] = 300, ["warned, nothing stored"] = 0, ["new"] = 0 }, quota.ItemBytes);
        root["AllProtectedItemsQuotaEnabled"] = false;
        Assert.Null(DeviceQuota.For(Account(), "d1"));
    }

    [Fact]
    public async Task Backup_BeyondTheQuota_EndsAsQuotaExceededAndStoresNothing()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var first = lab.Work.Sub("first");
        var second = lab.Work.Sub("second");
        FileTree.Make(first, 4, 100_000);
        FileTree.Make(second, 6, 100_000);
        File.WriteAllText(Path.Combine(second, "left-out.tmp"), "does not count");
        var one = await lab.AddItemAsync([first]);
        var two = await lab.AddItemAsync([second], "*.tmp");
        var vault = await lab.AddVaultAsync();
        await QuotaAsync(1_000_000);

        Assert.Equal(JobStatus.Success, (await lab.BackUpAsync(one, vault)).Status);
        var exact = await lab.BackUpAsync(two, vault);

        var log = await lab.LogAsync(exact.Id);
        Assert.True(exact.Status == JobStatus.Success, log);
        Assert.Equal((6, 600_000), (exact.TotalFiles, exact.TotalSize));
        Assert.Contains("I This Protected Item selects 585.94 KiB, the others 390.63 KiB; the quota of all together is 976.56 KiB.", log, StringComparison.Ordinal);
        var (repository, password) = await lab.RepositoryAsync(vault);
        var stored = Stored(repository);

        File.WriteAllBytes(Path.Combine(second, "one byte"), [1]);
        var over = await lab.BackUpAsync(two, vault);

        log = await lab.LogAsync(over.Id);
        Assert.True(over.Status == JobStatus.QuotaExceeded, log);
        Assert.Contains("E The quota of all Protected Items is exceeded.", log, StringComparison.Ordinal);
        Assert.Contains("may select 976.56 KiB (1,000,000 bytes) together; the others select 390.63 KiB (400,000 bytes), this one 585.94 KiB (600,001 bytes).", log, StringComparison.Ordinal);
        Assert.Contains("let an administrator raise the quota", log, StringComparison.Ordinal);
        Assert.Equal(stored, Stored(repository));
        Assert.Equal("", (await Restic.OkAsync(repository, password, "list", "locks", "--no-lock")).Output);

        await QuotaAsync(1_000_001);
        Assert.Equal(JobStatus.Success, (await lab.BackUpAsync(two, vault)).Status);

        async Task QuotaAsync(long bytes)
        {
            await lab.EditAsync(d => (d.Root["AllProtectedItemsQuotaEnabled"], d.Root["AllProtectedItemsQuotaBytes"]) = (true, bytes));
            await lab.SettledAsync();
        }
    }

    [Theory]
    [InlineData("exec $restic --limit-upload 4000 \"$@\"", "No snapshot was stored.", 0)]
    [InlineData("$restic \"$@\" | grep -v '\"status\"'; exit 0", "It has grown while it was backed up, so this snapshot is stored all the same; the next one is not.", 1)] // done before anybody knew
    public async Task Backup_GrowingAfterItWasCounted_IsStoppedByWhatResticFinds(string run, string words, int snapshots)
    {
        await using var lab = await AgentLab.StartAsync();
        var files = Directory.CreateDirectory(lab.Work.Sub("files")).FullName;
        lab.StartAgent("--restic", lab.Script($"""case "$*" in *--dry-run*) exec $restic "$@";; backup*) head -c 40000000 /dev/urandom > {files}/late; {run};; esac; exec $restic "$@" """));
        await lab.OnlineAsync();
        File.WriteAllText(Path.Combine(files, "early"), "there");
        var item = await lab.AddItemAsync([files]);
        var vault = await lab.AddVaultAsync();
        await lab.EditAsync(static d => (d.Root["AllProtectedItemsQuotaEnabled"], d.Root["AllProtectedItemsQuotaBytes"]) = (true, 1_000_000));
        await lab.SettledAsync();

        var job = await lab.BackUpAsync(item, vault);

        var log = await lab.LogAsync(job.Id);
        Assert.True(job.Status == JobStatus.QuotaExceeded, log);
        Assert.Contains(words, log, StringComparison.Ordinal);
        var (repository, password) = await lab.RepositoryAsync(vault);
        Assert.Equal(snapshots, (await Restic.OkAsync(repository, password, "list", "snapshots", "--no-lock")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Output_BeyondTheQuota_IsCutOffAndNotStored()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddRawItemAsync(ItemEngines.Stdout, new Dictionary<string, string>
        {
            ["COMMAND"] = "head -c 400000 /dev/urandom", ["SAVEAS"] = "fits.bin",
            ["EXTRACOMMAND-1"] = """["while :; do head -c 100000 /dev/urandom; done","","endless.bin"]""",
        });
        var vault = await lab.AddVaultAsync();
        await lab.EditAsync(static d => (d.Root["AllProtectedItemsQuotaEnabled"], d.Root["AllProtectedItemsQuotaBytes"]) = (true, 2_000_000));
        await lab.SettledAsync();

        var job = await lab.BackUpAsync(item, vault);

        var log = await lab.LogAsync(job.Id);
        Assert.True(job.Status == JobStatus.QuotaExceeded, log);
        Assert.Contains("endless.bin was cut off there and is not stored.", log, StringComparison.Ordinal);
        var (repository, password) = await lab.RepositoryAsync(vault);
        var snapshots = JsonSerializer.Deserialize<JsonElement[]>((await Restic.OkAsync(repository, password, "snapshots", "--json", "--no-lock")).Output)!;
        Assert.Equal("/fits.bin", Assert.Single(snapshots).GetProperty("paths")[0].GetString());
    }

    private static string[] Stored(string repository) => [.. Directory.EnumerateFiles(repository, "*", SearchOption.AllDirectories).Select(p => Path.GetRelativePath(repository, p)).Order(StringComparer.Ordinal)];

    private async Task<ProfileKeeper> KeeperAsync(AgentQuota quota)
    {
        _told = new AgentProfile("h", [], []) { Quota = quota };
        var keeper = new ProfileKeeper(
            (_, _) => Task.FromResult(_told is null ? null : new Response("1", 200, "OK", JsonSerializer.SerializeToElement(_told, AgentJson.Default.AgentProfile))),
            new AgentConsole(TextWriter.Null, TimeProvider.System));
        Assert.True(await keeper.LoadAsync(Ct));
        return keeper;
    }
}
