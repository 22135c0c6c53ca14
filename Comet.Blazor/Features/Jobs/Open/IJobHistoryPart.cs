namespace Comet.Blazor.Features.Jobs.Open;

/// <summary>
/// The jobs table as a part of another feature's page: rendered through DynamicComponent with the parameters named here.
/// </summary>
public interface IJobHistoryPart
{
    /// <summary>Parameter: <see cref="Kernel.AccountId"/>; only this account's jobs. Required.</summary>
    const string Account = "Account";

    /// <summary>Parameter: string; only jobs of this Protected Item. Optional.</summary>
    const string Item = "Item";

    /// <summary>The component's type.</summary>
    Type Component { get; }
}

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
