using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>The accounts whose new devices get a Storage Vault of their own from a Storage Template (contract: AutoStorageTemplateGUID).</summary>
public interface IAutoVaults
{
    /// <summary>How many accounts that the caller sees name each template; templates that none names are not there.</summary>
    IReadOnlyDictionary<string, int> Counts(Actor by);

    /// <summary>
    /// Lets accounts that the caller sees name another template, and puts each change on record. Doing it twice does no harm. The caller's right to
    /// change accounts is checked by whoever calls this.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="isGone">Whether the template is one that an account of the organization should not name any more; given organization and template.</param>
    /// <param name="replacement">The template that they get.</param>
    /// <param name="ct">Ends it between two commits.</param>
    Task<FollowResult> MoveAsync(Actor by, Func<string, string, bool> isGone, string replacement, CancellationToken ct);
}
