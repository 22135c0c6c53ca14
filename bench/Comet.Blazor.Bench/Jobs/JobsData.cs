using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Bench.Jobs;

/// <summary>A year of jobs of 2,000 accounts, the same in every run: one or two devices each, two items, one vault.</summary>
/// <param name="count">How many jobs.</param>
public sealed class JobsData(int count) : IAccountDirectory
{
    /// <summary>Accounts.</summary>
    public const int Accounts = 2000;

    /// <summary>The time at which the newest job started; Unix seconds.</summary>
    public const long End = 1_790_000_000;

    /// <summary>Seconds from the first job to the last.</summary>
    public const long Span = 365L * 86_400;

    private readonly AccountRef[] _accounts = [.. Enumerable.Range(0, Accounts).Select(static a =>
        new AccountRef(Id(a), $"customer-{a:0000}", $"Customer number {a}", "", IsSuspended: false))];

    private readonly IReadOnlyList<ItemRef>[] _items = [.. Enumerable.Range(0, Accounts).Select(static a => (IReadOnlyList<ItemRef>)
        [new ItemRef(Item(a, 0), $"File server {a}", Device(a, 0), "engine1/file"), new ItemRef(Item(a, 1), $"Mail of {a}", Device(a, 1), "engine1/file")])];

    private readonly IReadOnlyList<VaultRef>[] _vaults = [.. Enumerable.Range(0, Accounts).Select(static a => (IReadOnlyList<VaultRef>)[new VaultRef(Vault(a), $"Offsite {a}", 1003, $"bucket{a}", [])])];

    private readonly Dictionary<AccountId, int> _byId = Enumerable.Range(0, Accounts).ToDictionary(Id);

    /// <inheritdoc />
    public LiveSignal Changed { get; } = new();

    /// <inheritdoc />
    public IReadOnlyCollection<AccountRef> All => _accounts;

    /// <summary>Id of an account.</summary>
    public static AccountId Id(int account) => new($"{account * 2654435761L:x16}{account:x16}");

    /// <summary>Id of a Protected Item.</summary>
    public static string Item(int account, int item) => $"{account:x8}-0000-4000-8000-{item:x12}";

    /// <summary>All jobs in the order of their starts.</summary>
    public IEnumerable<(int Account, Job Job)> Jobs()
    {
        var random = new Random(11);
        var guid = new byte[16];
        for (var i = 0; i < count; i++)
        {
            random.NextBytes(guid);
            var account = random.Next(Accounts);
            var item = random.Next(2);
            var start = End - Span + (Span * i / count);
            var status = random.Next(1000) switch
            {
                < 920 => JobStatus.Success,
                < 960 => JobStatus.Warning,
                < 970 => JobStatus.Error,
                < 985 => JobStatus.Missed,
                < 990 => JobStatus.Cancelled,
                < 996 => JobStatus.Skipped,
                _ => JobStatus.Abandoned,
            };
            yield return (account, new Job
            {
                Id = new Guid(guid).ToString("D"), Username = _accounts[account].Username, Classification = random.Next(20) == 0 ? JobKind.Retention : JobKind.Backup,
                Status = status, StartTime = start, EndTime = start + random.Next(10, 9000), SourceId = Item(account, item), DestinationId = Vault(account), DeviceId = Device(account, item),
                SnapshotId = $"{random.NextInt64():x16}{random.NextInt64():x16}{random.NextInt64():x16}{random.NextInt64():x16}", ClientVersion = "1.4.2", TotalDirectories = random.Next(90_000),
                TotalFiles = random.Next(1_200_000), TotalSize = random.NextInt64(2L << 40), TotalChunks = random.Next(400_000), UploadSize = random.NextInt64(80L << 30), DownloadSize = random.NextInt64(1L << 30),
                DestinationSizeStart = new SizeMeasurement(random.NextInt64(3L << 40), start, start), DestinationSizeEnd = new SizeMeasurement(random.NextInt64(3L << 40), start, start),
                Progress = new JobProgressDetail { Counter = 600, SentTime = start, ReceivedTime = start, BytesDone = 1L << 40, ItemsDone = 1000, ItemsTotal = 1000 },
            });
        }
    }

    /// <inheritdoc />
    public AccountRef? Find(AccountId id) => _byId.TryGetValue(id, out var a) ? _accounts[a] : null;

    /// <inheritdoc />
    public AccountRef? FindByName(string username) => _accounts.FirstOrDefault(a => a.Username == username);

    /// <inheritdoc />
    public string DeviceName(AccountId account, string deviceId) => "PC-" + deviceId[..8];

    /// <inheritdoc />
    public bool HasDevice(AccountId account, string deviceId) => true;

    /// <inheritdoc />
    public IReadOnlyList<ItemRef> Items(AccountId account) => _byId.TryGetValue(account, out var a) ? _items[a] : [];

    /// <inheritdoc />
    public IReadOnlyList<VaultRef> Vaults(AccountId account) => _byId.TryGetValue(account, out var a) ? _vaults[a] : [];

    private static string Device(int account, int device) => $"{account:x8}{device:x24}";

    private static string Vault(int account) => $"{account:x8}-0000-4000-9000-000000000000";
}
