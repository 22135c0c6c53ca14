namespace Comet.Blazor.Features.Storage.Lists;

/// <summary>A bucket in a list.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Users">Names of the users whose vaults it holds, in order.</param>
public sealed record BucketRow(LiveBucket Bucket, IReadOnlyList<string> Users)
{
    /// <summary>Its id.</summary>
    public string Id => Bucket.Id;

    /// <summary>When it was made; null when not recorded.</summary>
    public DateTimeOffset? Created => Time(Bucket.Document.CreateTime);

    /// <summary>When it was last measured; null for never.</summary>
    public DateTimeOffset? Measured => Time(Bucket.Document.Size.MeasureCompleted);

    /// <summary>Objects stored; null until they have been counted since the start of the server.</summary>
    public long? Objects => Bucket.Usage.Measured ? Bucket.Usage.Objects : null;

    private static DateTimeOffset? Time(long seconds) => seconds > 0 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}

/// <summary>Space on the disk that holds the buckets.</summary>
/// <param name="Free">Bytes that uploads can still take.</param>
/// <param name="Total">Bytes of the disk.</param>
public sealed record DiskSpace(long Free, long Total)
{
    /// <summary>True when uploads will soon be refused: less than 5 % and less than 50 GiB are left.</summary>
    public bool IsLow => Free < Total / 20 && Free < 50L << 30;
}
