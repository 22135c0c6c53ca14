namespace Comet.Blazor.Ui;

/// <summary>One step of a breadcrumb.</summary>
/// <param name="Text">The page's name.</param>
/// <param name="Href">Its address.</param>
public sealed record Crumb(string Text, string Href);
