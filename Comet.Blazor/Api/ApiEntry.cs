using Comet.Blazor.Kernel;

namespace Comet.Blazor.Api;

/// <summary>What looking at a request's credentials led to: a caller, or the answer that refuses.</summary>
/// <param name="Caller">Who calls; null when refused.</param>
/// <param name="Refused">The answer; null when somebody is in.</param>
public sealed record ApiEntry(ApiCaller? Caller, ApiResult? Refused)
{
    /// <summary>Somebody is in.</summary>
    public static implicit operator ApiEntry(ApiCaller caller) => new(caller, null);

    /// <summary>Refused.</summary>
    public static implicit operator ApiEntry(Outcome refusal) => new(null, ApiResult.From(refusal));
}
