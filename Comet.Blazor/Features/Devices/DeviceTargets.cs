using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Devices;

/// <summary>How devices are named in the audit log.</summary>
internal static class DeviceTargets
{
    /// <summary>The device of a connection; for one that is gone, what the caller named.</summary>
    public static AuditTarget AuditTarget(this IAccountDirectory accounts, LiveConnection? connection, string connectionId) => connection is null
        ? Security.Audit.AuditTarget.Device("", connectionId)
        : Security.Audit.AuditTarget.Device(accounts.Find(connection.Account)?.Username ?? "", connection.DeviceId, accounts.DeviceName(connection.Account, connection.DeviceId));
}
