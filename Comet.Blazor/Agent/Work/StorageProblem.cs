using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work;

/// <summary>Puts the storage's refusals into words, with the status that a job ends with (decisions.md 27).</summary>
public static class StorageProblem
{
    /// <summary>The job's final status and a sentence that names what to do.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="reason">The HTTP reason.</param>
    public static (int Status, string Sentence) Describe(int status, string reason) => status switch
    {
        507 when reason.Contains("quota", StringComparison.OrdinalIgnoreCase) =>
            (JobStatus.QuotaExceeded, "The Storage Vault has reached its limit on the server. Raise the limit, or delete old snapshots."),
        507 => (JobStatus.Error, "The disk of the storage server is full. Make room there, then run the backup again; what is stored already is kept."),
        401 => (JobStatus.Error, "The storage server does not accept the Storage Vault's access key. Correct the vault in the user's profile, or request a new one."),
        403 => (JobStatus.Error, $"The storage server does not allow what the backup needs ({Told(status, reason)}). Check the bucket's settings on the server."),
        404 when reason.Contains("folder", StringComparison.OrdinalIgnoreCase) =>
            (JobStatus.Error, "The Storage Vault's bucket is missing on the server: its folder was removed. Bring it back from a copy, or request a new Storage Vault."),
        404 => (JobStatus.Error, $"The bucket lacks data that the Storage Vault needs ({Told(status, reason)}). Run a check of the vault on the server."),
        _ => (JobStatus.Error, $"The storage server answered {Told(status, reason)}. Its log says more."),
    };

    private static string Told(int status, string reason) => reason.Length > 0 ? $"HTTP {status}, {reason}" : $"HTTP {status}";
}
