using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.SignIn;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>
/// Puts on record which devices were not let in. A device comes back by itself, for days if need be, and is refused with the same words each
/// time: the first refusal of an hour is recorded, so that a thousand devices of a suspended user don't bury everything else.
/// </summary>
/// <param name="audit">The audit log.</param>
/// <param name="clock">Ages what was recorded.</param>
public sealed class RefusedDevices(AuditLog audit, TimeProvider clock)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromHours(1);
    private readonly LockedAttempts _recorded = new(clock);

    /// <summary>A device was refused after it had said who it is.</summary>
    public Task RecordAsync(Hello hello, string address, Outcome why) =>
        RecordAsync(hello.Username, address, why, AuditTarget.Device(hello.Username, hello.DeviceId, HelloCheck.Clean(hello.DeviceName)));

    /// <summary>A device was refused before it had said who it is.</summary>
    public Task RecordAsync(string username, string address, Outcome why) => RecordAsync(username, address, why, AuditTarget.Account(username));

    private async Task RecordAsync(string username, string address, Outcome why, AuditTarget target)
    {
        // A wrong password counts each time: how often is what matters about it, and login protection bounds it.
        if (why.Kind == Refusal.Unauthenticated || _recorded.IsFirst(address, $"{why.Kind} {username} {target.Id}", Quiet))
        {
            await audit.RecordAsync(
                new AuditEvent(new Actor(ActorKind.Device, username, null, address), AuditActions.DeviceSignInRefused, target), why);
        }
    }
}
