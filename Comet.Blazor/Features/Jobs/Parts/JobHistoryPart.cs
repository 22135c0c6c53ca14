using Comet.Blazor.Features.Jobs.Open;

namespace Comet.Blazor.Features.Jobs.Parts;

/// <summary>Offers the list of one user's jobs to other features' pages.</summary>
public sealed class JobHistoryPart : IJobHistoryPart
{
    /// <inheritdoc />
    public Type Component => typeof(AccountJobs);
}
