using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices;

/// <summary>One live connection as Connected Devices shows it; a device that is connected twice has two.</summary>
/// <param name="Connection">The connection.</param>
/// <param name="Username">The account's name now.</param>
/// <param name="Device">The device's friendly name.</param>
/// <param name="IsDouble">Another connection of the same device is up.</param>
/// <param name="HasItems">The device has something to back up.</param>
public sealed record ConnectedDevice(LiveConnection Connection, string Username, string Device, bool IsDouble, bool HasItems)
{
    /// <summary>"Windows 64-bit".</summary>
    public string Platform => Connection.Platform.Split('/') is [var os, var arch] ? DeviceLook.Platform(os, arch) : DeviceLook.Platform(Connection.Platform, "");

    /// <summary>Its software is older than this server's.</summary>
    public bool IsOutdated => DeviceLook.IsOutdated(Connection.Version);
}

/// <summary>Which part of the list is wanted.</summary>
public enum ConnectedView
{
    /// <summary>Every connection.</summary>
    All,

    /// <summary>Software older than this server's.</summary>
    Outdated,

    /// <summary>Devices with more than one connection.</summary>
    Twice,
}

/// <summary>The connections that are up now, with the names that people know, as far as they are the caller's business (spec/04 §17).</summary>
/// <param name="live">The connections.</param>
/// <param name="accounts">Names.</param>
public sealed class ConnectedDevices(ILiveConnections live, IAccountDirectory accounts)
{
    /// <summary>Rings when a connection came or went.</summary>
    public LiveSignal Changed => live.Changed;

    /// <summary>The connections that are the caller's business, in no order. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsView"/>.</summary>
    public Outcome<IReadOnlyCollection<LiveConnection>> Seen(Actor by) => by.Needs(Right.AccountsView) is { Ok: false } denied ? denied
        : Outcome.Of<IReadOnlyCollection<LiveConnection>>(by.IsTopLevel ? live.All : [.. live.All.Where(c => accounts.Sees(by, c.Account))]);

    /// <summary>The connections of a customer's own devices, in no order. Refused as <see cref="Refusal.Denied"/> for anybody else.</summary>
    public Outcome<IReadOnlyCollection<LiveConnection>> Own(Actor by) => by is { Kind: ActorKind.Customer, Account: { } own }
        ? Outcome.Of<IReadOnlyCollection<LiveConnection>>([.. live.All.Where(c => c.Account == own)])
        : Outcome.Denied("Only the account itself may do that.");

    /// <summary>By username, device and age of the connection. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsView"/>.</summary>
    public Outcome<IReadOnlyList<ConnectedDevice>> List(Actor by, ConnectedView view = ConnectedView.All)
    {
        var seen = Seen(by);
        if (!seen.Ok)
        {
            return seen.Plain;
        }

        var all = seen.Value;
        var twice = all.GroupBy(static c => (c.Account, c.DeviceId)).Where(static g => g.Skip(1).Any()).Select(static g => g.Key).ToHashSet();
        var rows = from connection in all
                   let owner = accounts.Find(connection.Account)
                   where owner is not null
                   let row = new ConnectedDevice(
                       connection, owner.Username, accounts.DeviceName(connection.Account, connection.DeviceId),
                       twice.Contains((connection.Account, connection.DeviceId)), accounts.Items(connection.Account).Any(i => i.DeviceId == connection.DeviceId))
                   where view == ConnectedView.All || (view == ConnectedView.Twice ? row.IsDouble : row.IsOutdated)
                   orderby row.Username.ToUpperInvariant(), row.Device.ToUpperInvariant(), connection.Since
                   select row;
        return Outcome.Of<IReadOnlyList<ConnectedDevice>>(rows.ToList());
    }

    /// <summary>How many connections and devices there are, and how many need a look. Refused as <see cref="Refusal.Denied"/> without <see cref="Right.AccountsView"/>.</summary>
    public Outcome<ConnectedCounts> Count(Actor by)
    {
        var seen = Seen(by);
        if (!seen.Ok)
        {
            return seen.Plain;
        }

        var all = seen.Value;
        var devices = all.GroupBy(static c => (c.Account, c.DeviceId)).Select(static g => g.Count()).ToList();
        return new ConnectedCounts(all.Count, devices.Count, all.Count(static c => DeviceLook.IsOutdated(c.Version)), devices.Where(static n => n > 1).Sum());
    }
}

/// <summary>Figures of the page's head.</summary>
/// <param name="Connections">Live connections.</param>
/// <param name="Devices">Devices behind them.</param>
/// <param name="Outdated">Connections with software older than this server's.</param>
/// <param name="Twice">Connections of devices that have more than one.</param>
public readonly record struct ConnectedCounts(int Connections, int Devices, int Outdated, int Twice);
