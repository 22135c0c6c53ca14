using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Open;

/// <summary>All jobs of an account together.</summary>
public interface IAccountHistory
{
    /// <summary>How many jobs the account has.</summary>
    int Count(AccountId account);

    /// <summary>
    /// Removes all jobs of an account that is gone, with their logs, in many short turns; answers how many. Running ones too: what their devices
    /// still report of them is refused. May be called again after a crash.
    /// </summary>
    /// <exception cref="IOException">The disk is full; what was removed so far stays removed.</exception>
    Task<int> RemoveAsync(AccountId account, CancellationToken ct);
}
