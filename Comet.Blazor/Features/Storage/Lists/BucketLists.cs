using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Storage.Lists;

/// <summary>What the page of buckets lists, as far as it is the caller's business (spec/04 §17). Without <see cref="Right.StorageView"/> everything is empty.</summary>
/// <param name="store">The buckets.</param>
/// <param name="accounts">Whose vaults they hold.</param>
/// <param name="folder">Where their data lies.</param>
/// <param name="log">The log.</param>
public sealed class BucketLists(BucketStore store, IAccountDirectory accounts, DataFolder folder, ILogger<BucketLists> log)
{
    private const int CometDestination = 1003;

    /// <summary>Rings when a bucket came, went or changed its size.</summary>
    public LiveSignal BucketsChanged => store.Changed;

    /// <summary>Rings when vaults may have come or gone.</summary>
    public LiveSignal AccountsChanged => accounts.Changed;

    /// <summary>The buckets that are the caller's business, in no order. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.StorageView"/>.</summary>
    public Outcome<IReadOnlyList<LiveBucket>> Seen(Actor by) => by.Needs(Right.StorageView) is { Ok: false } denied ? denied
        : Outcome.Of<IReadOnlyList<LiveBucket>>([.. store.All.Where(b => by.Sees(b.Document.OrganizationId))]);

    /// <summary>All buckets, with the users that the caller may know of.</summary>
    public IReadOnlyList<BucketRow> Buckets(Actor by)
    {
        var users = by.May(Right.AccountsView) ? Users(by) : [];
        return [.. (Seen(by).Value ?? []).Select(b => new BucketRow(b, users.GetValueOrDefault(b.Id) ?? []))];
    }

    /// <summary>Space on the disk of the buckets; null when it can't be told, and for tenants, whom the server's disk does not concern.</summary>
    public DiskSpace? Disk(Actor by)
    {
        if (!by.May(Right.StorageView) || !by.IsTopLevel)
        {
            return null;
        }

        try
        {
            var disk = new DriveInfo(folder.Storage);
            return new DiskSpace(disk.AvailableFreeSpace, disk.TotalSize);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            log.LogWarning(ex, "The free space of {Folder} can't be read.", folder.Storage);
            return null;
        }
    }

    /// <summary>True when the bucket's folder is there; asked for the rows on screen only.</summary>
    public bool HasFolder(BucketRow row) => ObjectList.Exists(store.PathOf(row.Id));

    private Dictionary<string, IReadOnlyList<string>> Users(Actor by)
    {
        var seen = accounts.All.Where(a => by.Sees(a.OrganizationId));
        return (from account in seen
                from vault in accounts.Vaults(account.Id)
                where vault.Type == CometDestination && vault.Bucket.Length > 0
                group account.Username by vault.Bucket)
            .ToDictionary(static g => g.Key, static g => (IReadOnlyList<string>)[.. g.Distinct(StringComparer.Ordinal).Order(StringComparer.OrdinalIgnoreCase)], StringComparer.Ordinal);
    }
}
