using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Vaults;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Answers;

/// <summary>Looks whether a storage outside Storage Roles lets this device in, and whether it may write there, as far as that can be found out without leaving anything.</summary>
/// <param name="elsewhere">Looks with restic.</param>
/// <param name="s3">Writes to S3 buckets.</param>
public sealed class PlaceProbe(PlacePreparation elsewhere, S3Probe s3)
{
    /// <summary>What was found.</summary>
    /// <exception cref="AgentFailure">The storage can't be used; the sentence names what is wrong.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public async Task<VaultTested> RunAsync(ResticProgram restic, Repository repository, CancellationToken ct)
    {
        var at = new VaultLocation(repository.Vault);
        var written = true;
        switch (repository.Vault.Type)
        {
            case VaultTypes.S3:
                await s3.RunAsync(at, ct);
                break;
            case VaultTypes.Sftp:
                await SftpProbe.RunAsync(repository.Place, at.Text("SFTPRemotePath"), ct);
                break;
            default:
                written = repository.Place.Kind == "local"; // a folder is written to below
                break;
        }

        var there = await elsewhere.ProbeAsync(restic, repository, ct);
        return new VaultTested(Works: true, written ? "" : "The device can sign in and read there. Whether it may also write shows with the first backup.", there);
    }
}
