using System.Globalization;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>
/// The limit of all Protected Items of the account together (AllProtectedItemsQuotaBytes, spec/01 §2.1). What the others select is told by the server
/// at the beginning of each backup; without a link, what it has told last counts, and what this device has stored since. Safe for any thread.
/// </summary>
/// <param name="profile">What the server has told.</param>
/// <param name="clock">The clock.</param>
public sealed class SelectionQuota(ProfileKeeper profile, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _own = new(StringComparer.Ordinal); // the server may not have heard of it yet
    private readonly List<QuotaShare> _open = [];

    /// <summary>What a backup of this item has to keep to; null when the account has no such limit. Dispose it when the backup has ended.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<QuotaShare?> ForAsync(string itemId, CancellationToken ct)
    {
        if (profile.Known?.Quota is not { } known)
        {
            return null;
        }

        var share = new QuotaShare(this, itemId, await AskAsync(ct) ? profile.Known?.Quota : known);
        if (share.Quota is null)
        {
            return null;
        }

        lock (_gate)
        {
            _open.Add(share);
        }

        return share;
    }

    internal bool Take(QuotaShare share, AgentQuota quota, long wanted)
    {
        lock (_gate)
        {
            var fits = wanted <= quota.LimitBytes - Others(share.ItemId, quota);
            share.Taken = fits ? Math.Max(share.Taken, wanted) : share.Taken;
            return fits;
        }
    }

    internal long Others(QuotaShare share, AgentQuota quota)
    {
        lock (_gate)
        {
            return Others(share.ItemId, quota);
        }
    }

    internal void Stored(string itemId, long bytes)
    {
        lock (_gate)
        {
            _own[itemId] = bytes;
        }
    }

    internal void Close(QuotaShare share)
    {
        lock (_gate)
        {
            _open.Remove(share);
        }
    }

    private long Others(string itemId, AgentQuota quota)
    {
        var sum = Math.Min(quota.OthersBytes, AgentQuota.Most);
        foreach (var (id, told) in quota.ItemBytes.Where(i => i.Key != itemId))
        {
            // A backup that goes on counts with what it is about to store.
            var bytes = _open.Where(o => o.ItemId == id).Select(static o => o.Taken).Append(_own.GetValueOrDefault(id, told)).Max();
            sum = Math.Min(sum + Math.Min(bytes, AgentQuota.Most), AgentQuota.Most);
        }

        return sum;
    }

    private async Task<bool> AskAsync(CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await profile.LoadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }
}

/// <summary>One backup's part of <see cref="SelectionQuota"/>.</summary>
/// <param name="all">The whole.</param>
/// <param name="itemId">The Protected Item.</param>
/// <param name="quota">The limit as it stands for this backup.</param>
public sealed class QuotaShare(SelectionQuota all, string itemId, AgentQuota? quota) : IDisposable
{
    /// <summary>The Protected Item.</summary>
    public string ItemId => itemId;

    /// <summary>What this backup is about to store, in bytes, as far as it fits.</summary>
    internal long Taken { get; set; }

    internal AgentQuota? Quota => quota;

    /// <summary>True when the item may select so many bytes beside the others; exactly the limit is allowed.</summary>
    public bool Take(long bytes) => quota is null || all.Take(this, quota, bytes);

    /// <summary>Why <see cref="Take"/> was false, and what to do.</summary>
    public string Refusal(long bytes)
    {
        var (limit, others) = (quota?.LimitBytes ?? 0, quota is null ? 0 : all.Others(this, quota));
        return $"The quota of all Protected Items is exceeded. The items of this account may select {Say(limit)} together; the others select {Say(others)}, this one {Say(bytes)}. "
            + "Leave something out of this Protected Item, delete one that is not needed, or let an administrator raise the quota on the user's Profile tab.";
    }

    /// <summary>How much room there is, for the log.</summary>
    public string Room(long bytes) => quota is null ? "" : $"This Protected Item selects {ByteSize.Format(bytes)}, the others {ByteSize.Format(all.Others(this, quota))}; the quota of all together is {ByteSize.Format(quota.LimitBytes)}.";

    /// <summary>The backup has stored a snapshot of so many bytes.</summary>
    public void Stored(long bytes) => all.Stored(itemId, bytes);

    /// <inheritdoc />
    public void Dispose() => all.Close(this);

    private static string Say(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{ByteSize.Format(bytes)} ({bytes:N0} bytes)");
}
