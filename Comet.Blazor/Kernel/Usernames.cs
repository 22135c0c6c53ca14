namespace Comet.Blazor.Kernel;

/// <summary>The rules for names to sign in with, of users and administrators alike (spec/01 §1.3, spec/04 §3).</summary>
public static class Usernames
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxLength = 255;

    /// <summary>Checks the characters and the length of a new name. Each refusal says which rule failed.</summary>
    public static Outcome Check(string username) =>
        username.Length == 0 ? Outcome.Invalid("Username must not be empty.")
        : username.Length > MaxLength ? Outcome.Invalid($"Username must be at most {MaxLength} characters.")
        : !username.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '@' or '-')
            ? Outcome.Invalid("Username may only contain the letters a to z and A to Z, digits, and the characters _ . @ -")
        // "." and ".." are steps of a path, not names: no address could ever lead to their page.
        : username is "." or ".." ? Outcome.Invalid("Username must contain a letter or a digit.")
        : Outcome.Done;
}
