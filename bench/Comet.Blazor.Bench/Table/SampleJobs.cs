using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Bench.Table;

/// <summary>A year of jobs of 2,000 accounts with names as long as real ones; the same in every run.</summary>
/// <param name="count">How many jobs.</param>
internal sealed class SampleJobs(int count) : IAccountDirectory
{
    private const int Accounts = 2_000;
    private const long End = 1_790_000_000;
    private const long Year = 365L * 86_400;

    private readonly Dictionary<AccountId, AccountRef> _accounts = Enumerable.Range(0, Accounts).ToDictionary(IdOf, static a =>
        new AccountRef(IdOf(a), $"customer-{a:0000}", $"Customer number {a}", "", IsSuspended: false));

    /// <inheritdoc />
    public LiveSignal Changed { get; } = new();

    /// <inheritdoc />
    public IReadOnlyCollection<AccountRef> All => _accounts.Values;

    /// <summary>Id of an account.</summary>
    public static AccountId IdOf(int account) => new($"{account:x32}");

    /// <summary>All jobs in the order of their starts.</summary>
    public IEnumerable<(int Account, Job Job)> Jobs()
    {
        var random = new Random(19);
        for (var i = 0; i < count; i++)
        {
            var account = random.Next(Accounts);
            var start = End - Year + (Year * i / count);
            yield return (account, new Job
            {
                Id = $"{i:x8}-0000-4000-8000-{random.NextInt64(1L << 47):x12}", Classification = JobKind.Backup,
                Status = random.Next(100) switch { < 92 => JobStatus.Success, < 96 => JobStatus.Warning, < 98 => JobStatus.Missed, _ => JobStatus.Error },
                StartTime = start, EndTime = start + random.Next(10, 9_000), SourceId = $"item-{account}", DestinationId = $"vault-{account}", DeviceId = $"device-{account}",
                ClientVersion = "1.4.2", TotalFiles = random.Next(1_200_000), TotalSize = random.NextInt64(2L << 40), UploadSize = random.NextInt64(80L << 30),
            });
        }
    }

    /// <inheritdoc />
    public AccountRef? Find(AccountId id) => _accounts.GetValueOrDefault(id);

    /// <inheritdoc />
    public AccountRef? FindByName(string username) => All.FirstOrDefault(a => a.Username == username);

    /// <inheritdoc />
    public string DeviceName(AccountId account, string deviceId) => "PC-" + deviceId.ToUpperInvariant();

    /// <inheritdoc />
    public bool HasDevice(AccountId account, string deviceId) => true;

    /// <inheritdoc />
    public IReadOnlyList<ItemRef> Items(AccountId account) => Find(account) is { } a ? [new ItemRef($"item-{Number(a)}", $"File server shares {Number(a)}", $"device-{Number(a)}", "engine1/file")] : [];

    /// <inheritdoc />
    public IReadOnlyList<VaultRef> Vaults(AccountId account) => Find(account) is { } a ? [new VaultRef($"vault-{Number(a)}", $"Offsite {Number(a)}", 1003, $"bucket-{Number(a)}", [])] : [];

    private static int Number(AccountRef account) => int.Parse(account.Username.AsSpan(9), System.Globalization.CultureInfo.InvariantCulture);
}
