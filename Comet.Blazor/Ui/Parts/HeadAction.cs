namespace Comet.Blazor.Ui.Parts;

/// <summary>Something that a page offers at its head besides its filled button.</summary>
/// <param name="Text">What it does.</param>
/// <param name="Icon">SVG path content.</param>
public sealed record HeadAction(string Text, string Icon)
{
    /// <summary>The page that it leads to; null when it does something here.</summary>
    public string? Href { get; init; }

    /// <summary>Does it.</summary>
    public Func<Task> Run { get; init; } = static () => Task.CompletedTask;
}
