using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Open;

/// <summary>
/// An entry of the Actions menu of a user's page. Registered by the feature that owns what it does, like <see cref="UserTab"/>. It opens either a
/// dialog or a page: set <see cref="Dialog"/> or <see cref="Address"/>. A disabled entry stays in the menu and says why.
/// </summary>
/// <param name="Key">Names it in tests and in tables of keys; lower-case letters and dashes.</param>
/// <param name="Text">What it does, with three dots when something is asked first.</param>
/// <param name="Order">Place from the top; the shipped ones are tens. Dangerous ones come last whatever they say.</param>
public sealed record UserAction(string Key, string Text, int Order)
{
    /// <summary>
    /// A dialog's component. It gets the parameters <see cref="UserTab.Account"/> and <see cref="UserTab.Username"/>. When it closes with a text, that is the
    /// address of the page to go to.
    /// </summary>
    public Type? Dialog { get; init; }

    /// <summary>The page for a user's name.</summary>
    public Func<string, string>? Address { get; init; }

    /// <summary>SVG path content of the icon.</summary>
    public string Icon { get; init; } = "";

    /// <summary>Red, last, after a divider.</summary>
    public bool Dangerous { get; init; }

    /// <summary>Offered only with Advanced Options (mission "Advanced Options").</summary>
    public bool Advanced { get; init; }

    /// <summary>Whether this person gets it for this user at all.</summary>
    public Func<Actor, AccountRef, bool> Visible { get; init; } = static (_, _) => true;

    /// <summary>Why it is disabled; null when it is not.</summary>
    public Func<Actor, AccountRef, string?> DisabledBecause { get; init; } = static (_, _) => null;

    /// <summary>An entry that needs a right is disabled without it, with the sentence that names the right.</summary>
    public static Func<Actor, AccountRef, string?> Needs(params Right[] rights) => (by, _) => by.Needs(rights) is { Ok: false } denied ? denied.Why : null;
}
