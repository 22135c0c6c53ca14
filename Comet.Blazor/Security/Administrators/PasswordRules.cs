using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Administrators;

/// <summary>What a new password of an administrator has to be (spec/04 §3). Length is what counts; no rules about kinds of characters.</summary>
public static class PasswordRules
{
    /// <summary>The fewest characters.</summary>
    public const int MinLength = 8;

    /// <summary>The most characters: more would only be work for the slow hash.</summary>
    public const int MaxLength = 1000;

    /// <summary>Checks a new password; the sentence says what it lacks.</summary>
    public static Outcome Check(string password) => password switch
    {
        { Length: < MinLength } => Outcome.Invalid($"The new password needs at least {MinLength} characters."),
        { Length: > MaxLength } => Outcome.Invalid($"The new password may have at most {MaxLength} characters."),
        _ => Outcome.Done,
    };
}
