using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>A button at the head of the page of all users, that leads to a page. Registered by the feature that owns that page.</summary>
/// <param name="Text">What it does.</param>
/// <param name="Href">Where it leads.</param>
/// <param name="Order">Place from the left; all stand before <em>Add user</em>.</param>
/// <param name="Icon">SVG path content.</param>
public sealed record UsersPageAction(string Text, string Href, int Order, string Icon)
{
    /// <summary>The right without which it is not shown.</summary>
    public Right Needs { get; init; } = Right.AccountsView;
}
