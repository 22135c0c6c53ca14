namespace Comet.Blazor.Security.Passwords;

/// <summary>Whose passwords are checked. Each lane waits for itself, so that a thousand devices that come back do not keep an administrator waiting.</summary>
public enum PasswordLane
{
    /// <summary>Administrators: few, a tenth of a second each.</summary>
    Administrators,

    /// <summary>Customers' devices: many, a few milliseconds each.</summary>
    Customers,

    /// <summary>Customers who send the password itself, to pages and API: a tenth of a second each.</summary>
    CustomerPasswords,
}
