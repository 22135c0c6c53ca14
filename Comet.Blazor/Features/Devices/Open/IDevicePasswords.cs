using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices.Open;

/// <summary>Brings an account's new password to its devices.</summary>
public interface IDevicePasswords
{
    /// <summary>
    /// After a change: tells the connected devices the new password and ends their links. A device that has stored it comes back by itself; the
    /// others are told why they are refused from now on.
    /// </summary>
    /// <param name="account">The account, whose password is the new one already.</param>
    /// <param name="password">The new password.</param>
    /// <param name="presentWrapKey">Wrapping half of the password that the devices have signed in with.</param>
    /// <param name="why">For the devices that do not know the new one.</param>
    Task ChangedAsync(AccountId account, string password, byte[] presentWrapKey, string why);
}
