namespace Comet.Blazor.Features.Jobs.Open;

/// <summary>Addresses of the jobs pages.</summary>
public static class JobRoutes
{
    /// <summary>Job History.</summary>
    public const string History = "/jobs";

    /// <summary>The page of one job.</summary>
    public static string Job(string jobId) => "/jobs/" + Uri.EscapeDataString(jobId);

    /// <summary>Job History of one user.</summary>
    public static string OfUser(string username) => "/jobs?user=" + Uri.EscapeDataString(username);

    /// <summary>Job History of one Protected Item.</summary>
    public static string OfItem(string username, string itemId) => OfUser(username) + "&item=" + Uri.EscapeDataString(itemId);
}
