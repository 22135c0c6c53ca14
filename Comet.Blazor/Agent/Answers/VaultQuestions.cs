using System.Security.Cryptography;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Retention;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Agent.Work;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Answers;

/// <summary>Answers what is asked about Storage Vaults while a person waits; changes nothing in them.</summary>
/// <param name="door">Opens vaults.</param>
/// <param name="bucket">Talks to Storage Roles.</param>
/// <param name="probe">Looks at other storage.</param>
/// <param name="tool">Finds restic.</param>
/// <param name="places">Where vaults are.</param>
/// <param name="sizes">Sizes of snapshots that this device knows.</param>
/// <param name="clock">The clock.</param>
public sealed class VaultQuestions(VaultDoor door, BucketClient bucket, PlaceProbe probe, ResticTool tool, Places places, SnapshotSizes sizes, TimeProvider clock)
{
    private const int MaxPaths = 20;
    private const int MaxPath = 300;

    /// <summary>Can this device reach the storage and write there? A test that can't be made is a refusal, a storage that does not work an answer.</summary>
    public async Task<Outcome<VaultTested>> TestAsync(TestVault ask, CancellationToken ct)
    {
        try
        {
            using var repository = new Repository(ask.Vault, places.Of(ask.Vault), "", "");
            if (repository.Place.Bucket is null)
            {
                return await probe.RunAsync(await tool.FindAsync(ct), repository, ct);
            }

            var content = RandomNumberGenerator.GetBytes(32);
            await bucket.CreateAsync(repository, ct);
            await bucket.ProbeAsync(repository, "data/" + Convert.ToHexStringLower(SHA256.HashData(content)), content, ct);
            return new VaultTested(Works: true, "", await bucket.HasRepositoryAsync(repository, ct));
        }
        catch (AgentFailure ex)
        {
            return new VaultTested(Works: false, ex.Message, HasRepository: false);
        }
        catch (StorageException ex)
        {
            return new VaultTested(Works: false, StorageProblem.Describe(ex.Status, ex.Reason).Sentence, HasRepository: false);
        }
    }

    /// <summary>The snapshots of a vault. A vault that no device has used yet has none.</summary>
    public async Task<Outcome<SnapshotPage>> SnapshotsAsync(AgentVault vault, int skip, CancellationToken ct)
    {
        try
        {
            var restic = await tool.FindAsync(ct);
            using var repository = await door.LookAsync(restic, vault, ct);
            if (repository is null)
            {
                return new SnapshotPage([], 0);
            }

            var all = await new SnapshotList(clock).ReadAsync(restic, repository, ct);
            var known = sizes.Of(vault.Id);
            return new SnapshotPage([.. all.Skip(Math.Max(0, skip)).Take(SnapshotPage.MaxSnapshots).Select(s => Entry(s, known))], all.Count);
        }
        catch (AgentFailure ex)
        {
            return Outcome.Refuse(Refusal.DeviceRefused, ex.Message);
        }
        catch (StorageException ex)
        {
            return Outcome.Refuse(Refusal.DeviceRefused, StorageProblem.Describe(ex.Status, ex.Reason).Sentence);
        }
    }

    private static SnapshotEntry Entry(StoredSnapshot snapshot, IReadOnlyDictionary<string, long> sizes) => new(
        snapshot.Id, snapshot.Time.ToUnixTimeSeconds(), snapshot.ItemId, snapshot.JobId, snapshot.DeviceId,
        [.. snapshot.Paths.Take(MaxPaths).Select(static p => p.Length <= MaxPath ? p : p[..MaxPath] + "…")],
        [.. snapshot.Tags.Take(MaxPaths)], sizes.GetValueOrDefault(snapshot.Id, -1));
}
