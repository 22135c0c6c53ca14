using System.Collections.Immutable;

namespace Comet.Blazor.Kernel;

/// <summary>What an administrator may not do, although administrators may in general (spec/04 §3.1).</summary>
public sealed record ActorLimits
{
    /// <summary>No limits: an unrestricted administrator of the top level.</summary>
    public static ActorLimits None { get; } = new();

    /// <summary>Everything denied: an administrator who has to change the password first (spec/04 §4.4).</summary>
    public static ActorLimits MustChangePassword { get; } = new()
    {
        Denied = [.. Enum.GetValues<Right>().Where(static r => r != Right.OwnPasswordChange)],
        Reason = "Change your password first: nothing else is allowed until then.",
    };

    /// <summary>The rights taken away.</summary>
    public ImmutableHashSet<Right> Denied { get; init; } = [];

    /// <summary>Storage types (contract: DESTINATIONTYPE_) that may be used; null for all.</summary>
    public ImmutableHashSet<long>? Providers { get; init; }

    /// <summary>Policies that may be assigned and seen; null for all.</summary>
    public ImmutableHashSet<string>? Policies { get; init; }

    /// <summary>Names of storage vendors are not shown.</summary>
    public bool HidesVendors { get; init; }

    /// <summary>The sentence of every refusal, when all of them have one reason; else empty.</summary>
    public string Reason { get; init; } = "";

    /// <summary>True when storage of this type (contract: DESTINATIONTYPE_) may be used.</summary>
    public bool AllowsProvider(long type) => Providers is null || Providers.Contains(type);

    /// <summary>True when the policy may be assigned. "No policy" is none of those that are listed: whoever is held to a list can't free a user of a policy.</summary>
    public bool AllowsPolicy(string policyId) => Policies is null || Policies.Contains(policyId);
}
