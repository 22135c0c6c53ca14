using Comet.Blazor.Security.Administrators;

namespace Comet.Blazor.Security.Account;

/// <summary>What an administrator's sign-in asks for, in words.</summary>
public static class SignInWords
{
    /// <summary>Such as "Password, then a TOTP code or a security key".</summary>
    public static string Of(Administrator one) => one switch
    {
        { AllowPassword: true } => "Password",
        { AllowTotp: true, AllowWebAuthn: true } => "Password, then a TOTP code or a security key",
        { AllowTotp: true } => "Password, then a TOTP code",
        { AllowWebAuthn: true } => "Password, then a security key",
        _ => "No way in",
    };
}
