using System.Security.Cryptography;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Asking;

/// <summary>
/// Makes a connected device store the account's password (spec/02 §2). After a change devices are told by themselves; this mends a password file
/// that somebody has changed on the device meanwhile.
/// </summary>
/// <param name="access">Who may ask whom.</param>
/// <param name="accounts">Names.</param>
/// <param name="credentials">Checks the password.</param>
/// <param name="guard">Bounds guessing.</param>
/// <param name="passwords">Tells the device.</param>
/// <param name="audit">Puts it on record.</param>
public sealed class UpdateLoginPassword(DeviceAccess access, IAccountDirectory accounts, ICustomerCredentials credentials, LoginGuard guard, DevicePasswords passwords, AuditLog audit)
{
    /// <summary>Asks; done when the device has stored it. Needs <see cref="Right.DevicesAct"/>; <see cref="Refusal.Invalid"/> when it is not the account's password; else as <see cref="Open.IDeviceQuestions"/>.</summary>
    public async Task<Outcome> RunAsync(Actor by, string connectionId, string password, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.DevicePasswordStored, accounts.AuditTarget(access.Seen(by, connectionId), connectionId));
        var found = access.Find(by, connectionId, Right.DevicesAct);
        if (!found.Ok)
        {
            return found.Kind == Refusal.Missing ? found.Plain : await audit.RecordAsync(happened, found.Plain);
        }

        var username = accounts.Find(found.Value.Account)?.Username ?? "";
        if (await guard.CheckCustomerAsync(by.Address, username, () => credentials.VerifyPasswordAsync(username, password, ct), ct) is { Ok: false } wrong)
        {
            return await audit.RecordAsync(happened, wrong.Kind == Refusal.Unauthenticated
                ? Outcome.Invalid("This is not the user's password. Reset the password first; connected devices are then told by themselves.")
                : wrong.Plain);
        }

        var how = credentials.ParametersFor(username);
        var keys = await Task.Run(() => PasswordKeys.Derive(password, how.Salt, how.Iterations), ct);
        var told = await passwords.TellAsync(connectionId, password, keys.WrapKey);
        CryptographicOperations.ZeroMemory(keys.WrapKey);
        return await audit.RecordAsync(happened, told);
    }
}
