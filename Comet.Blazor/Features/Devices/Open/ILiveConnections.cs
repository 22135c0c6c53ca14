using System.Text.Json;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Open;

/// <summary>One authenticated link of a device (spec/02 §1.1).</summary>
/// <param name="Id">Connection id, the API's TargetID.</param>
/// <param name="Account">The account.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="Version">The agent's version.</param>
/// <param name="Platform">os/arch.</param>
/// <param name="Os">Operating system.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Address">The device's IP address.</param>
/// <param name="Since">Connected since, UTC.</param>
/// <param name="AllowsFilenames">Administrators may see file names.</param>
public sealed record LiveConnection(
    string Id, AccountId Account, string DeviceId, string Version, string Platform, OsInfo Os, string TimeZone, string Address, DateTimeOffset Since, bool AllowsFilenames);

/// <summary>The links that are up now. In memory only; gone after a restart.</summary>
public interface ILiveConnections
{
    /// <summary>Rings when a link came or went.</summary>
    LiveSignal Changed { get; }

    /// <summary>All links.</summary>
    IReadOnlyCollection<LiveConnection> All { get; }

    /// <summary>One link, or null.</summary>
    LiveConnection? Find(string connectionId);

    /// <summary>The links of a device; more than one is a double connection.</summary>
    IReadOnlyList<LiveConnection> Of(AccountId account, string deviceId);

    /// <summary>Ends links of an account, or of one of its devices, telling them why; answers how many.</summary>
    Task<int> EndAsync(AccountId account, string? deviceId, int closeCode, string message, CancellationToken ct);
}

/// <summary>Forwards an instruction to a device and brings its answer back.</summary>
public interface IDeviceDispatcher
{
    /// <summary>
    /// Asks and waits. Refusals: <see cref="Refusal.Missing"/> with ERR_UNKNOWN_DEVICE in the text when the connection is gone,
    /// <see cref="Refusal.DeviceRefused"/> with the device's own sentence, <see cref="Refusal.TimedOut"/>.
    /// </summary>
    Task<Outcome<JsonElement>> AskAsync(string connectionId, string action, JsonElement? body, TimeSpan limit, CancellationToken ct);
}
