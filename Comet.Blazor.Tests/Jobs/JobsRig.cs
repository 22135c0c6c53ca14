using System.Text.Json;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Intake;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Jobs;

/// <summary>The jobs feature on a real store, with the other features' sides as small stand-ins.</summary>
public sealed class JobsRig : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    private JobsRig()
    {
    }

    public FakeTimeProvider Clock { get; } = new(Start);

    public DataFolder Folder => new(_folder.Path);

    public FakeAccounts Accounts { get; } = new();

    public FakeBuckets Buckets { get; } = new();

    public FakeStatistics Statistics { get; } = new();

    public FakeConnections Connections { get; } = new();

    public JobStore Store { get; private set; } = null!;

    public LiveJobs Live { get; private set; } = null!;

    public JobEnds Ends { get; private set; } = null!;

    public JobIntake Intake { get; private set; } = null!;

    public PendingJobs Pending { get; private set; } = null!;

    public JobWatch Watch { get; private set; } = null!;

    public JobHistory History { get; private set; } = null!;

    public JobDetails Details { get; private set; } = null!;

    public FakeDispatcher Dispatcher { get; } = new();

    public ServerStore Server { get; private set; } = null!;

    public AuditLog Audit { get; private set; } = null!;

    public CancelRunningJob Cancel { get; private set; } = null!;

    public AccountId Ann => Accounts.Ann.Id;

    public long Now => Clock.UnixNow();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<JobsRig> OpenAsync()
    {
        var rig = new JobsRig();
        await rig.OpenStoreAsync();
        return rig;
    }

    /// <summary>Closes the store and opens it again, as a restart of the server does.</summary>
    public async Task RestartAsync()
    {
        await Store.DisposeAsync();
        await OpenStoreAsync();
    }

    public JobStarted Started(long seq, string job, long? at = null, string item = "item-1", string cancel = "c-1") =>
        new(seq, job, JobKind.Backup, item, "vault-1", at ?? Now, "1.2.3", cancel);

    public async Task<long> SendAsync(JobMessage message, string device = "dev-1", string epoch = "e1")
    {
        var answer = await Intake.ReceiveAsync(Ann, device, epoch, message, Ct);
        Assert.True(answer.Ok, answer.Why);
        return answer.Value;
    }

    public async Task<Job> JobAsync(string id) => await Store.GetAsync(id, Ct) ?? throw new InvalidOperationException($"No job {id}.");

    public async Task<List<JobEntry>> LogAsync(string id)
    {
        Assert.True(Store.TryFind(id, out var found));
        var prefix = JobCollections.LogPrefix(found.Key);
        return await Store.ReadAsync(
            r => r.Scan(JobCollections.Logs, prefix).TakeWhile(p => p.Key.Text!.StartsWith(prefix, StringComparison.Ordinal))
                .SelectMany(p => JsonSerializer.Deserialize<JobEntry[]>(p.Json)!).ToList(),
            Ct);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Server.DisposeAsync();
        Watch.Dispose();
        _folder.Dispose();
    }

    private async Task OpenStoreAsync()
    {
        Store = new JobStore(Folder);
        await Store.OpenAsync(Ct);
        Live = new LiveJobs(Accounts, Buckets, Clock);
        Ends = new JobEnds(Live, Accounts, Statistics, Clock);
        Intake = new JobIntake(Store, Live, Ends, Clock, NullLogger<JobIntake>.Instance);
        Pending = new PendingJobs(Store, Ends, Clock);
        History = new JobHistory(Store, Live, Accounts, Clock);
        Details = new JobDetails(Store, History, Live, Accounts);
        if (Server is null)
        {
            Server = new ServerStore(Folder);
            await Server.OpenAsync(Ct);
            Audit = new AuditLog(Server, Folder, Clock, NullLogger<AuditLog>.Instance);
            await Audit.OpenAsync(Ct);
        }

        Cancel = new CancelRunningJob(Store, Connections, Dispatcher, Accounts, Audit, Clock);
        Watch?.Dispose();
        Watch = new JobWatch(Store, Pending, Ends, Live, Connections, Clock, NullLogger<JobWatch>.Instance);
    }
}

public sealed class FakeAccounts : IAccountDirectory
{
    private readonly List<AccountRef> _all = [];
    private readonly Dictionary<(AccountId, string), string> _devices = [];
    private readonly Dictionary<AccountId, List<ItemRef>> _items = [];
    private readonly Dictionary<AccountId, List<VaultRef>> _vaults = [];

    public FakeAccounts()
    {
        Ann = Add("ann");
        Bob = Add("bob");
    }

    public AccountRef Ann { get; private set; }

    public AccountRef Bob { get; }

    public LiveSignal Changed { get; } = new();

    public IReadOnlyCollection<AccountRef> All => _all;

    public AccountRef Add(string name, int devices = 2, int items = 2)
    {
        var account = new AccountRef(AccountId.New(), name, "", "", IsSuspended: false);
        _all.Add(account);
        for (var d = 1; d <= devices; d++)
        {
            _devices[(account.Id, $"dev-{d}")] = $"{name}-pc{d}";
        }

        _items[account.Id] = [.. Enumerable.Range(1, items).Select(i => new ItemRef($"item-{i}", $"Files {i} of {name}", "dev-1", "engine1/file"))];
        _vaults[account.Id] = [new VaultRef("vault-1", $"Vault of {name}", 1003, $"bucket-{name}", [])];
        return account;
    }

    public void RenameAnn(string name)
    {
        _all.Remove(Ann);
        Ann = Ann with { Username = name };
        _all.Add(Ann);
        Changed.Raise();
    }

    public AccountRef? Find(AccountId id) => _all.Find(a => a.Id == id);

    public AccountRef? FindByName(string username) => _all.Find(a => a.Username == username);

    public string DeviceName(AccountId account, string deviceId) => _devices.GetValueOrDefault((account, deviceId), deviceId);

    public bool HasDevice(AccountId account, string deviceId) => _devices.ContainsKey((account, deviceId));

    public IReadOnlyList<ItemRef> Items(AccountId account) => _items.GetValueOrDefault(account, []);

    public IReadOnlyList<VaultRef> Vaults(AccountId account) => _vaults.GetValueOrDefault(account, []);
}

public sealed class FakeBuckets : IBuckets
{
    public Dictionary<string, long> Uploaded { get; } = [];

    public Dictionary<string, long> Stored { get; } = [];

    public long UploadedBytes(string bucketId) => Uploaded.GetValueOrDefault(bucketId);

    public long? StoredBytes(string bucketId) => Stored.TryGetValue(bucketId, out var bytes) ? bytes : null;
}

public sealed class FakeStatistics : IItemStatistics
{
    public List<(AccountId Account, string Item, string Vault, JsonDocument Job, int Status, long? VaultBytes)> Records { get; } = [];

    /// <summary>The next call fails with this.</summary>
    public Exception? Fails { get; set; }

    public Task RecordAsync(AccountId account, string itemId, string vaultId, byte[] jobJson, int status, long startTime, long? vaultBytes, CancellationToken ct)
    {
        if (Fails is { } ex)
        {
            Fails = null;
            return Task.FromException(ex);
        }

        Records.Add((account, itemId, vaultId, JsonDocument.Parse(jobJson), status, vaultBytes));
        return Task.CompletedTask;
    }
}

public sealed class FakeConnections : ILiveConnections
{
    public List<LiveConnection> Links { get; } = [];

    public LiveSignal Changed { get; } = new();

    public IReadOnlyCollection<LiveConnection> All => Links;

    public LiveConnection Add(AccountId account, string device)
    {
        var link = new LiveConnection("link-" + Links.Count, account, device, "1.2.3", "linux/amd64", new OsInfo("linux", "amd64", "Debian", "6"), "UTC", "127.0.0.1", JobsRig.Start.AddMinutes(Links.Count), true);
        Links.Add(link);
        return link;
    }

    public LiveConnection? Find(string connectionId) => Links.Find(l => l.Id == connectionId);

    public IReadOnlyList<LiveConnection> Of(AccountId account, string deviceId) => [.. Links.Where(l => l.Account == account && l.DeviceId == deviceId)];

    public Task<int> EndAsync(AccountId account, string? deviceId, int closeCode, string message, CancellationToken ct) => Task.FromResult(0);
}

public sealed class FakeDispatcher : IDeviceDispatcher
{
    public List<(string Connection, string Action, JsonElement? Body)> Asked { get; } = [];

    public Outcome Answer { get; set; } = Outcome.Done;

    public Task<Outcome<JsonElement>> AskAsync(string connectionId, string action, JsonElement? body, TimeSpan limit, CancellationToken ct)
    {
        Asked.Add((connectionId, action, body));
        return Task.FromResult(Answer.Ok ? (Outcome<JsonElement>)default(JsonElement) : Answer);
    }
}
