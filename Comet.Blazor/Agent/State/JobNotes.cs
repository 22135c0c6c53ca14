using System.Text.Json;

namespace Comet.Blazor.Agent.State;

/// <summary>Notes about jobs that have not ended, and about vaults whose engine may have left a lock behind. One small file each, synced.</summary>
/// <param name="state">Where they are.</param>
public sealed class JobNotes(StateFolder state)
{
    /// <summary>Writes or replaces the note of a job.</summary>
    public void Write(JobNote note) => DurableFile.Write(PathOf(note.JobId), JsonSerializer.SerializeToUtf8Bytes(note, StateJson.Default.JobNote));

    /// <summary>The job has ended and its end is in the outbox.</summary>
    public void Remove(string jobId) => DurableFile.Delete(PathOf(jobId));

    /// <summary>What an earlier run of the agent has left. A note that can't be read is dropped: it was never whole.</summary>
    public IReadOnlyList<JobNote> Left()
    {
        List<JobNote> notes = [];
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(PathOf("any"))!, "*.json"))
        {
            try
            {
                notes.Add(JsonSerializer.Deserialize(File.ReadAllBytes(file), StateJson.Default.JobNote)!);
            }
            catch (JsonException)
            {
                File.Delete(file);
            }
        }

        return notes;
    }

    /// <summary>The engine was killed while it worked on this vault.</summary>
    public void MarkLocked(string vaultId) => DurableFile.Write(MarkOf(vaultId), []);

    /// <summary>True when <see cref="MarkLocked"/> was called and the locks have not been removed since.</summary>
    public bool IsLocked(string vaultId) => File.Exists(MarkOf(vaultId));

    /// <summary>The locks are removed.</summary>
    public void MarkUnlocked(string vaultId) => DurableFile.Delete(MarkOf(vaultId));

    /// <summary>The agent was killed while this job stored the output of a command.</summary>
    public void MarkCutOff(string vaultId, string jobId) => DurableFile.Write(CutOffOf(vaultId, jobId), []);

    /// <summary>Jobs of the vault whose output may have been cut off.</summary>
    public IReadOnlyList<string> CutOff(string vaultId) => [.. Directory.EnumerateFiles(Path.GetDirectoryName(CutOffOf(vaultId, "any"))!).Select(static f => Path.GetFileName(f))];

    /// <summary>What the job has stored is removed.</summary>
    public void MarkWhole(string vaultId, string jobId) => DurableFile.Delete(CutOffOf(vaultId, jobId));

    private string CutOffOf(string vaultId, string jobId) => state.Sub("cut-off", StateFolder.NameFor(vaultId), jobId);

    private string PathOf(string jobId) => state.Sub("jobs", jobId + ".json");

    private string MarkOf(string vaultId) => state.Sub("locked", StateFolder.NameFor(vaultId));
}
