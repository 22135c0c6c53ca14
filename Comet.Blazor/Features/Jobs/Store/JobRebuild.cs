using Comet.Blazor.Data;
using Comet.Blazor.Features.Jobs.Index;

namespace Comet.Blazor.Features.Jobs.Store;

/// <summary>Rebuilds the index in one pass over the file and compares count and checksum with those that were written along with the jobs.</summary>
public static class JobRebuild
{
    /// <summary>Builds and checks.</summary>
    /// <exception cref="InvalidDataException">A job is damaged, missing or too many; the message names the file.</exception>
    public static JobIndex Run(DbReader reader, string path)
    {
        var expected = JobTotals.Read(reader);
        var known = new KnownIds(new NameTable());
        var rows = new KeyedRuns<JobFigures>.Builder((int)Math.Clamp(expected.Count, 0, int.MaxValue));
        var sum = 0UL;
        var count = 0L;
        try
        {
            foreach (var record in reader.Scan(JobCollections.Jobs))
            {
                sum += JobRowCodec.Checksum(record.Key.Number, record.Row);
                count++;
                rows.Add(JobRowCodec.Decode(record.Key.Number, record.Row, known));
            }
        }
        catch (InvalidDataException ex)
        {
            throw new InvalidDataException($"The job store {path} is damaged: {ex.Message} Restore it from a copy.", ex);
        }

        return new JobTotals(count, sum) == expected
            ? JobIndex.Of(known.Names, rows.Build())
            : throw new InvalidDataException($"The job store {path} is damaged: it should hold {expected.Count} jobs and holds {count}, or their figures have changed. Restore it from a copy.");
    }
}
