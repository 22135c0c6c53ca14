using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>
/// A tab of a user's page. Registered by the feature that owns its content; the page shows those that the viewer has the right for. The
/// component gets the parameters <see cref="Account"/> and <see cref="Username"/>, and is made anew for another user.
/// </summary>
/// <param name="Key">Its part of the address, such as <c>devices</c>.</param>
/// <param name="Text">Its name.</param>
/// <param name="Order">Place from the left; the shipped ones are tens.</param>
/// <param name="Component">The component's type.</param>
public sealed record UserTab(string Key, string Text, int Order, Type Component)
{
    /// <summary>Parameter of type <see cref="AccountId"/>.</summary>
    public const string Account = "Account";

    /// <summary>Parameter of type string, the user's name.</summary>
    public const string Username = "Username";

    /// <summary>The right without which the tab is not shown.</summary>
    public Right Needs { get; init; } = Right.AccountsView;
}
