using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Totp;

/// <summary>Names whose secret it is, so that a sealed secret opens for nobody else.</summary>
public static class TotpOwner
{
    /// <summary>An administrator.</summary>
    public static string Administrator(string name) => "administrator/" + name;

    /// <summary>A customer's account.</summary>
    public static string Account(AccountId account) => "account/" + account.Value;
}
