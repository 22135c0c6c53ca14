using System.Text.Json;
using System.Text.Json.Serialization;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Store;

/// <summary>The notes of ended jobs, one for each job, in the jobs' file.</summary>
/// <param name="store">The jobs.</param>
public sealed class EndedJobs(JobStore store) : IEndedJobs
{
    /// <summary>Notes by the keys of their jobs.</summary>
    internal const string Collection = "ended";

    /// <inheritdoc />
    public LiveSignal Changed => store.Ended;

    /// <inheritdoc />
    public Task<IReadOnlyList<EndedNote>> WaitingAsync(int atMost, CancellationToken ct) =>
        store.ReadAsync<IReadOnlyList<EndedNote>>(reader => [.. reader.Scan(Collection).Take(atMost).Select(static r => Read(r))], ct);

    /// <inheritdoc />
    public Task DoneAsync(IReadOnlyCollection<EndedNote> notes, CancellationToken ct) => store.WriteAsync(
        writer =>
        {
            foreach (var note in notes)
            {
                writer.ForgetEnd(note);
            }

            return true;
        },
        ct);

    /// <summary>The note of a job.</summary>
    internal static DbRecord Write(long key, Job job, AccountId account) =>
        new(key, [], JsonSerializer.SerializeToUtf8Bytes(new StoredEnd(job.Id, account.Value, job.EndTime), EndedJson.Default.StoredEnd));

    /// <summary>Reads a note.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    internal static EndedNote Read(DbRecord record) => JsonSerializer.Deserialize(record.Json, EndedJson.Default.StoredEnd) is { } end
        ? new EndedNote(record.Key.Number, end.Job, new AccountId(end.Account), end.End)
        : throw new InvalidDataException($"The note {record.Key} of an ended job is damaged.");
}

/// <summary>A note as it is stored.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Account">The account's id.</param>
/// <param name="End">Unix seconds.</param>
internal sealed record StoredEnd(string Job, string Account, long End);

/// <summary>How notes are written.</summary>
[JsonSerializable(typeof(StoredEnd))]
internal sealed partial class EndedJson : JsonSerializerContext;
