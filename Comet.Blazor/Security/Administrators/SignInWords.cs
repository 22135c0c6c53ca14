namespace Comet.Blazor.Security.Administrators;

/// <summary>What an administrator's sign-in takes, in words.</summary>
public static class SignInWords
{
    /// <summary>Such as "Password and TOTP code". A factor that is open but not set up opens nothing and is left out.</summary>
    public static string Of(Administrator one)
    {
        var factors = (one.AllowTotp && one.TotpKey is not null, one.AllowWebAuthn && one.Keys.Count > 0) switch
        {
            (true, true) => "TOTP code or security key",
            (true, false) => "TOTP code",
            (false, true) => "security key",
            _ => "",
        };
        var words = (one.AllowPassword, factors.Length > 0) switch
        {
            (true, true) => $"Password; {factors} not required",
            (true, false) => "Password alone",
            (false, true) => $"Password and {factors}",
            _ => "Closed",
        };
        return one.RequirePasswordChange ? words + "; must change the password" : words;
    }
}
