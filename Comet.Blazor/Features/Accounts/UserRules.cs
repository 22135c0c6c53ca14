using System.Text;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts;

/// <summary>The rules for names and passwords of accounts (spec/01 §1.3). Each refusal says which rule failed.</summary>
public static class UserRules
{
    /// <summary>Longest username.</summary>
    public const int MaxUsername = Usernames.MaxLength;

    /// <summary>Shortest password, in characters.</summary>
    public const int MinPassword = 8;

    /// <summary>Longest password, in UTF-8 bytes.</summary>
    public const int MaxPasswordBytes = 1024;

    /// <summary>Longest account name.</summary>
    public const int MaxAccountName = 255;

    /// <inheritdoc cref="Usernames.Check" />
    public static Outcome CheckUsername(string username) => Usernames.Check(username);

    /// <summary>Checks a new password. Its bytes are used as they are, without normalisation.</summary>
    public static Outcome CheckPassword(string password) =>
        password.EnumerateRunes().Count() < MinPassword ? Outcome.Invalid($"Password must be at least {MinPassword} characters.")
        : password.AsSpan().ContainsAny('\r', '\n') ? Outcome.Invalid("Password must be a single line, without line breaks.")
        : Encoding.UTF8.GetByteCount(password) > MaxPasswordBytes ? Outcome.Invalid($"Password must be at most {MaxPasswordBytes} bytes.")
        : Outcome.Done;

    /// <summary>Checks the free text of an account name.</summary>
    public static Outcome CheckAccountName(string accountName) =>
        accountName.Length > MaxAccountName ? Outcome.Invalid($"Account name must be at most {MaxAccountName} characters.")
        : accountName.Any(char.IsControl) ? Outcome.Invalid("Account name must be a single line of text.")
        : Outcome.Done;
}
