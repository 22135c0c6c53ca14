namespace Comet.Blazor.Features.Policies.Open;

/// <summary>Which policy the Add-user dialog selects by itself, and why (mission "Policies"; spec/01 §4.5).</summary>
/// <param name="Policy">The policy; null for none.</param>
/// <param name="Why">The reason, in a sentence.</param>
public sealed record PolicySuggestion(PolicyRef? Policy, string Why)
{
    /// <summary>The policy marked as default; else the only one; else the only one with "default" in its description, in any case.</summary>
    /// <param name="policies">Those of the new user's organization that the caller may assign.</param>
    public static PolicySuggestion From(IReadOnlyList<PolicyRef> policies)
    {
        var named = policies.Where(static p => p.Name.Contains("default", StringComparison.OrdinalIgnoreCase)).Take(2).ToList();
        return policies.FirstOrDefault(static p => p.IsDefault) is { } marked ? new(marked, "Selected because it is the default policy.")
            : policies.Count == 1 ? new(policies[0], "Selected because it is the only policy.")
            : named.Count == 1 ? new(named[0], "Selected because it is the only policy with \"default\" in its description.")
            : new(null, policies.Count == 0 ? "There is no policy yet." : "No policy is selected: none is the default.");
    }
}
