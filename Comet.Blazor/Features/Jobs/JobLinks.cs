namespace Comet.Blazor.Features.Jobs;

/// <summary>Addresses that only the pages of jobs need; those for everybody are in <see cref="Open.JobRoutes"/>.</summary>
public static class JobLinks
{
    /// <summary>A job's log as a text file.</summary>
    public static string LogFile(string jobId) => $"{Open.JobRoutes.Job(jobId)}/log.txt";
}
