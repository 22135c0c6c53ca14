namespace Comet.Blazor.Kernel;

/// <summary>The menus of the drawer (mission: Accounts menu, Storage menu, Server menu).</summary>
public enum MenuGroup
{
    /// <summary>Users, jobs, devices.</summary>
    Accounts,

    /// <summary>Buckets.</summary>
    Storage,

    /// <summary>The server itself.</summary>
    Server,
}

/// <summary>One page in the drawer. A feature registers its own entries as singletons; a menu without entries is not drawn.</summary>
/// <param name="Group">The menu.</param>
/// <param name="Order">Position within the menu, smallest first.</param>
/// <param name="Title">The page's name.</param>
/// <param name="Href">Address without leading host, with leading slash.</param>
/// <param name="Icon">SVG path content, as in MudBlazor.Icons.</param>
public sealed record MenuEntry(MenuGroup Group, int Order, string Title, string Href, string Icon)
{
    /// <summary>What the page needs; shown only to those who hold it. Null for everybody.</summary>
    public Right? Needs { get; init; }

    /// <summary>True when this caller gets it.</summary>
    public bool IsFor(Actor by) => Needs is not { } right || by.May(right);
}
