using Comet.Blazor.Kernel;

namespace Comet.Blazor.Ui.Settings;

/// <summary>One page of the settings. A room or feature registers its own as singletons; who lacks the right does not see it.</summary>
/// <param name="Order">Position, smallest first.</param>
/// <param name="Title">The section's name.</param>
/// <param name="Href">Address with leading slash, below <see cref="Root"/>.</param>
/// <param name="Right">Who may open it.</param>
public sealed record SettingsSection(int Order, string Title, string Href, Right Right)
{
    /// <summary>Where the settings begin; opens the first section.</summary>
    public const string Root = "/server/settings";
}
