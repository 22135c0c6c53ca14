using Comet.Blazor.Features.Policies.Open;

namespace Comet.Blazor.Tests.Policies;

/// <summary>Which policy the Add-user dialog selects (mission "Policies"; spec/01 §4.5).</summary>
public sealed class PolicySuggestionTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("Gold", "Gold")]
    [InlineData("Gold,Silver", null)]
    [InlineData("Gold,The DEFAULT one", "The DEFAULT one")]
    [InlineData("Default A,Default B", null)]
    [InlineData("Default A,Gold*", "Gold*")]
    public void Suggestion_FollowsTheMission_AndTheDefaultPolicyComesFirst(string names, string? expected)
    {
        var policies = names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static n => new PolicyRef(n, n, "", n.EndsWith('*'), new UserPolicy([]), "")).ToList();

        var suggestion = PolicySuggestion.From(policies);

        Assert.Equal(expected, suggestion.Policy?.Name);
        Assert.NotEqual("", suggestion.Why);
    }
}
