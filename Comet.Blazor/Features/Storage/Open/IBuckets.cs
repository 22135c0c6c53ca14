using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Storage.Open;

/// <summary>What other features may ask of this server's own buckets.</summary>
public interface IBuckets
{
    /// <summary>Bytes accepted by the bucket since the server started; grows only. 0 for an unknown bucket.</summary>
    long UploadedBytes(string bucketId);

    /// <summary>Bytes stored in the bucket now; null for an unknown bucket, or when not measured yet.</summary>
    long? StoredBytes(string bucketId);
}

/// <summary>A way to get a ready-made Storage Vault (spec/03 §2).</summary>
/// <param name="Id">Key.</param>
/// <param name="Description">Its name, also the new vault's.</param>
public sealed record StorageTemplateRef(string Id, string Description)
{
    /// <summary>DESTINATIONTYPE of the vaults that are made from it.</summary>
    public long VaultType { get; init; } = 1003;

    /// <summary>The one that is chosen where nobody chooses.</summary>
    public bool IsDefault { get; init; }
}

/// <summary>Storage made from a template, to be put into a profile.</summary>
/// <param name="Description">Name for the vault.</param>
/// <param name="Type">DESTINATIONTYPE.</param>
/// <param name="Address">Base address with scheme and trailing slash.</param>
/// <param name="Bucket">Bucket id.</param>
/// <param name="BucketKey">The bucket's access key, told only here.</param>
/// <param name="LimitBytes">Quota in bytes; null for none.</param>
public sealed record ProvisionedStorage(string Description, int Type, string Address, string Bucket, string BucketKey, long? LimitBytes)
{
    /// <summary>Further fields of the vault (contract: DestinationConfig), for storage that is no bucket of a Storage Role; null for none.</summary>
    public JsonObject? Location { get; init; }

    /// <summary>Takes back what was made elsewhere; null for storage of this server and for what comes to be with its first object.</summary>
    public Func<CancellationToken, Task<Outcome>>? TakeBack { get; init; }

    /// <summary>Customers are not told whose storage it is.</summary>
    public bool Rebrand { get; init; }
}

/// <summary>The storage templates of this server.</summary>
public interface IStorageTemplates
{
    /// <summary>
    /// The templates of an organization that the caller may use, the default ones first. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.VaultRequest"/>. Empty for
    /// an organization that is none of the caller's business.
    /// </summary>
    Outcome<IReadOnlyList<StorageTemplateRef>> List(Actor by, string organizationId);

    /// <summary>
    /// Creates storage for an organization from one of its templates; the top level may use its own templates as well. The bucket is that organization's.
    /// Refused as <see cref="Refusal.Denied"/> without <see cref="Right.VaultRequest"/> or for a type of storage that the caller may not use, as
    /// <see cref="Refusal.Missing"/> for a template that does not exist or belongs to somebody else.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="organizationId">Whose the storage shall be.</param>
    /// <param name="templateId">The template.</param>
    /// <param name="selfAddress">The address by which the caller reaches this server, used when Comet:PublicUrl is not set.</param>
    /// <param name="ct">Cancels before the bucket is made.</param>
    Task<Outcome<ProvisionedStorage>> ProvisionAsync(Actor by, string organizationId, string templateId, string selfAddress, CancellationToken ct);

    /// <summary>Takes back storage that could not be put into a profile.</summary>
    Task UndoAsync(Actor by, ProvisionedStorage storage, CancellationToken ct);
}
