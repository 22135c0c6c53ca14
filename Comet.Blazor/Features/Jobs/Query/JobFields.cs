using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Kernel.Search;

namespace Comet.Blazor.Features.Jobs.Query;

/// <summary>What filters may ask of a job (spec/02 §5): fields of the job under their own names and qualified ones, and those of its user, device, item and vault.</summary>
public sealed class JobFields
{
    private const string Own = "BackupJobDetail.";
    private readonly IAccountDirectory _accounts;

    /// <summary>Lists them.</summary>
    /// <param name="accounts">Names.</param>
    public JobFields(IAccountDirectory accounts)
    {
        _accounts = accounts;
        Number("Status", static j => j.Status);
        Number("Classification", static j => j.Classification);
        Number("StartTime", static j => j.StartTime);
        Number("EndTime", static j => j.EndTime);
        Number("Duration", static j => j.EndTime == 0 ? 0 : Math.Max(j.EndTime - j.StartTime, 0));
        Number("RetryCount", static j => j.RetryCount);
        Number("TotalDirectories", static j => j.TotalDirectories);
        Number("TotalFiles", static j => j.TotalFiles);
        Number("TotalSize", static j => j.TotalSize);
        Number("TotalChunks", static j => j.TotalChunks);
        Number("UploadSize", static j => j.UploadSize);
        Number("DownloadSize", static j => j.DownloadSize);
        Text("GUID", static j => j.Id);
        Text("Username", static j => j.Username);
        Text("DeviceID", static j => j.DeviceId);
        Text("SourceGUID", static j => j.SourceId);
        Text("DestinationGUID", static j => j.DestinationId);
        Text("SnapshotID", static j => j.SnapshotId ?? "");
        Text("ClientVersion", static j => j.ClientVersion);
        Text("CancellationID", static j => j.CancellationId ?? "");
        Text("BackupRuleGUID", static j => j.RuleId ?? "");
        Text("Tags", static j => j.Tags ?? "");
        All.Text("UserProfileConfig.AccountName", j => Account(j)?.AccountName ?? "");
        All.Text("UserProfileConfig.OrganizationID", j => Account(j)?.OrganizationId ?? "");
        All.Flag("UserProfileConfig.IsSuspended", j => Account(j)?.IsSuspended ?? false);
        All.Text("DeviceConfig.FriendlyName", j => Account(j) is { } a ? accounts.DeviceName(a.Id, j.DeviceId) : "");
        All.Text("SourceConfig.Description", j => Item(j)?.Name ?? "");
        All.Text("SourceConfig.Engine", j => Item(j)?.Engine ?? "");
        All.Text("DestinationConfig.Description", j => Vault(j)?.Name ?? "");
        All.Number("DestinationConfig.DestinationType", j => Vault(j)?.Type ?? 0);

        // Fields of the contract that no job of this server has: filters of other servers may name them.
        foreach (var name in (string[])["TotalVmCount", "TotalMailsCount", "TotalSitesCount", "TotalAccountsCount", "TotalLicensedMailsCount", "TotalUnlicensedMailsCount"])
        {
            Number(name, static _ => 0);
        }

        Text("ConflictingJobID", static _ => "");
    }

    /// <summary>The fields over documents under the names of today.</summary>
    public SearchFields<Job> All { get; } = new();

    private void Number(string name, Func<Job, long> read) => All.Number(Own + name, read, name);

    private void Text(string name, Func<Job, string> read) => All.Text(Own + name, read, name);

    private AccountRef? Account(Job job) => _accounts.FindByName(job.Username);

    private ItemRef? Item(Job job) => Account(job) is { } account ? _accounts.Items(account.Id).FirstOrDefault(i => i.Id == job.SourceId) : null;

    private VaultRef? Vault(Job job) => Account(job) is { } account ? _accounts.Vaults(account.Id).FirstOrDefault(v => v.Id == job.DestinationId) : null;
}
