using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices.Open;

/// <summary>Ends the program behind one live connection (spec/02 §2; mission "Double-connections").</summary>
public interface ITerminateConnection
{
    /// <summary>
    /// Tells the agent behind the connection to end itself and not to come back; the connection is not listed any more when this returns. A job that it runs is
    /// stopped first. Somebody has to start it again at the device, or the system does. Refusals: <see cref="Refusal.Denied"/> without
    /// <see cref="Right.DevicesAct"/>, <see cref="Refusal.Missing"/> with ERR_UNKNOWN_DEVICE when it is gone already.
    /// </summary>
    Task<Outcome> RunAsync(Actor by, string connectionId);
}
