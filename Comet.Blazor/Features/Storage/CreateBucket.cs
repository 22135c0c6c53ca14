using System.Text.Json;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Organizations;

namespace Comet.Blazor.Features.Storage;

/// <summary>What a new bucket shall be like.</summary>
public sealed record NewBucket
{
    /// <summary>Its id; empty for a random one.</summary>
    public string Id { get; init; } = "";

    /// <summary>The hash of its access key, made by the caller, who alone knows the key; empty for a random key.</summary>
    public string KeyHash { get; init; } = "";

    /// <summary>Its organization; empty for the top level.</summary>
    public string OrganizationId { get; init; } = "";

    /// <summary>Quota in bytes; null for none.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>Objects can be added but not removed, locks excepted.</summary>
    public bool AppendOnly { get; init; }

    /// <summary>How far an upload must have reached the disk.</summary>
    public SyncPolicy Sync { get; init; } = SyncPolicy.Full;
}

/// <summary>Id and access key of a bucket that was just made; the key is told only here.</summary>
/// <param name="Id">The id.</param>
/// <param name="Key">The access key; empty when the caller has it.</param>
public sealed record BucketAccess(string Id, string Key);

/// <summary>Makes buckets (spec/03 §1.3).</summary>
/// <param name="store">The buckets.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
public sealed class CreateBucket(BucketStore store, AuditLog audit, TimeProvider clock, ILogger<CreateBucket> log)
{
    /// <summary>Makes one. Refused without the right to, for another tenant's organization, for an id that can't be one, or one that is taken.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public async Task<Outcome<BucketAccess>> RunAsync(Actor by, NewBucket wish, CancellationToken ct)
    {
        if (by.Needs(Right.StorageManage) is { Ok: false } denied)
        {
            return await audit.RecordAsync(new AuditEvent(by, AuditActions.BucketCreated, AuditTarget.Bucket(wish.Id)), denied);
        }

        if (!by.Sees(wish.OrganizationId))
        {
            return OrganizationList.Unknown;
        }

        if (wish.KeyHash.Length > 0 && !BucketSecret.IsHash(wish.KeyHash))
        {
            return Outcome.Invalid("The hash of the bucket's key is none of this server: \"pbkdf2-sha512$iterations$salt$hash\", in base64.");
        }

        if (wish.LimitBytes < 0)
        {
            return Outcome.Invalid("The limit of a bucket can't be negative.");
        }

        var access = new BucketAccess(wish.Id.Length > 0 ? wish.Id : BucketNames.NewId(), wish.KeyHash.Length > 0 ? "" : BucketNames.NewKey());
        var now = clock.UnixNow();
        var bucket = new Bucket
        {
            OrganizationId = wish.OrganizationId,
            CreateTime = now,
            Size = new BucketSize(0, now, now), // it is known to be empty
            ReadWriteKeyFormat = BucketSecret.Format,
            ReadWriteKey = wish.KeyHash.Length > 0 ? wish.KeyHash : BucketSecret.Hash(access.Key),
            AppendOnly = wish.AppendOnly,
            Sync = wish.Sync,
            LimitBytes = wish.LimitBytes,
        };
        ct.ThrowIfCancellationRequested();
        var added = await store.AddAsync(access.Id, bucket, CancellationToken.None); // and on record, even when the caller has gone
        if (!added.Ok)
        {
            return IsSame(by, access.Id, wish) ? access : added;
        }

        log.LogInformation("Bucket {Bucket} was created by {By}.", access.Id, by.Name);
        await audit.RecordAsync(new AuditEvent(by, AuditActions.BucketCreated, AuditTarget.Bucket(access.Id))
        {
            Change = new AuditChange(null, JsonSerializer.SerializeToNode(bucket, StorageJson.Default.Bucket)),
        });
        return access;
    }

    // Another server that copies buckets asks twice when it did not hear the first answer.
    private bool IsSame(Actor by, string id, NewBucket wish) => wish.KeyHash.Length > 0 && store.Find(id) is { } there && by.Sees(there.Document.OrganizationId) && there.Document.ReadWriteKey == wish.KeyHash;
}
