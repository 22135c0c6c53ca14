using System.Text;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Passwords;

namespace Comet.Blazor.Security.Lockout;

/// <summary>
/// Checks administrators' passwords for callers from elsewhere: who comes from an address that the administrator's rule does not allow is refused
/// like a wrong password, in words and in time (spec/04 §4.6); the log has the reason.
/// </summary>
/// <param name="administrators">The administrators and their passwords.</param>
/// <param name="passwords">Spends the time of a wrong password.</param>
/// <param name="log">The log.</param>
public sealed partial class AddressGate(IAdministrators administrators, VerifiedPasswords passwords, ILogger<AddressGate> log)
{
    /// <inheritdoc cref="IAdministrators.VerifyAsync" />
    public async Task<Outcome<Administrator>> VerifyAsync(string username, string password, string? address, CancellationToken ct)
    {
        if (AddressRule.Admits(administrators.Find(username)?.AllowedAddresses, address) is not { Ok: false } refused)
        {
            return await administrators.VerifyAsync(username, password, ct);
        }

        LogRefused(username, refused.Why);

        // The password is not looked at: one that was right a moment ago is remembered, and the quick answer would tell that it is right.
        var wrong = await passwords.CheckAsync(PasswordLane.Administrators, "", AdminPassword.Nobody, Encoding.Unicode.GetBytes(password), () => AdminPassword.Matches(AdminPassword.Nobody, password), ct);
        return wrong.Ok ? VerifiedPasswords.Wrong : wrong;
    }

    [LoggerMessage(LogLevel.Warning, "A sign-in as the administrator {Name} was refused like a wrong password because of its address: {Why}")]
    private partial void LogRefused(string name, string why);
}
