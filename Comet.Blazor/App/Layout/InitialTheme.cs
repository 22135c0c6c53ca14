namespace Comet.Blazor.App.Layout;

/// <summary>The theme of the first paint, from the cookies that js/theme.js writes: before it the server would have to guess.</summary>
/// <param name="Choice">"light", "dark" or "system".</param>
/// <param name="Dark">What that means on the viewer's computer.</param>
public sealed record InitialTheme(string Choice, bool Dark)
{
    /// <summary>What the first visit gets, until the script knows better.</summary>
    public static InitialTheme Light { get; } = new("system", false);

    /// <summary>Reads it.</summary>
    public static InitialTheme Of(IRequestCookieCollection cookies)
    {
        var choice = cookies["comet-theme"] is "light" or "dark" ? cookies["comet-theme"]! : "system";
        return new InitialTheme(choice, choice == "dark" || (choice == "system" && cookies["comet-dark"] == "1"));
    }
}
