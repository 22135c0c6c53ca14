namespace Comet.Blazor.Features.Accounts.Users.Csv;

/// <summary>One line of a file of users, as it was written.</summary>
/// <param name="Line">Line of the file on which it begins, from 1.</param>
/// <param name="Username">The name.</param>
/// <param name="Password">The password; empty for one that the server makes up.</param>
public sealed record CsvUser(int Line, string Username, string Password)
{
    /// <summary>Free text.</summary>
    public string AccountName { get; init; } = "";

    /// <summary>Addresses, with commas, semicolons or spaces between them.</summary>
    public string Email { get; init; } = "";

    /// <summary>Id or name of a policy; empty for the organization's default.</summary>
    public string Policy { get; init; } = "";

    /// <summary>Such as en_US.</summary>
    public string Language { get; init; } = "";

    /// <summary>IANA name.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Id or name of an organization.</summary>
    public string Organization { get; init; } = "";

    /// <summary>Id or name of the Storage Template of a first vault.</summary>
    public string StorageTemplate { get; init; } = "";

    /// <summary>Yes or no.</summary>
    public string RequirePasswordChange { get; init; } = "";

    /// <summary>Without the password, which must not come into a log.</summary>
    public override string ToString() => $"line {Line}: {Username}";
}
