using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Storage;

/// <summary>Deletes a bucket with all that is in it (spec/03 §1.4). Profiles are not touched: a Storage Vault that is in it can't be read any more.</summary>
/// <param name="store">The buckets.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="log">The log.</param>
public sealed class DeleteBucket(BucketStore store, AuditLog audit, ILogger<DeleteBucket> log)
{
    /// <summary>Deletes it. Refused as <see cref="Refusal.Denied"/> without the right to, as <see cref="Refusal.Missing"/> for a bucket that is none of the caller's business.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="id">The bucket.</param>
    /// <param name="ct">Cancels before anything is removed.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public async Task<Outcome> RunAsync(Actor by, string id, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.BucketDeleted, AuditTarget.Bucket(id));
        if (by.Needs(Right.StorageManage) is { Ok: false } denied)
        {
            return await audit.RecordAsync(happened, denied);
        }

        ct.ThrowIfCancellationRequested();
        if (store.Find(id) is not { } bucket || !by.Sees(bucket.Document.OrganizationId) || !await store.RemoveAsync(id, CancellationToken.None))
        {
            return Outcome.Missing("There is no such bucket.");
        }

        log.LogInformation("Bucket {Bucket} was deleted by {By}.", id, by.Name);
        return await audit.RecordAsync(happened, Outcome.Done);
    }
}
