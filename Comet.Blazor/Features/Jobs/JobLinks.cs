namespace Comet.Blazor.Features.Jobs;

/// <summary>Addresses that the pages of jobs lead to (ui.md §10).</summary>
public static class JobLinks
{
    /// <summary>A user's page, or one of its tabs.</summary>
    public static string User(string username, string? tab = null) => $"/users/{Uri.EscapeDataString(username)}{(tab is null ? "" : "/" + tab)}";

    /// <summary>A job's log as a text file.</summary>
    public static string LogFile(string jobId) => $"{Open.JobRoutes.Job(jobId)}/log.txt";
}
