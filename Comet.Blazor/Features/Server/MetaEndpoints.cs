using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Server;

/// <summary>The server in the HTTP API (spec/06 §8).</summary>
public static class MetaEndpoints
{
    /// <summary>Every feature of the product: it has no licences.</summary>
    private const uint AllFeatures = uint.MaxValue;

    /// <summary>Maps the calls.</summary>
    public static void MapMetaApi(this IEndpointRouteBuilder routes) =>
        routes.MapAdminApi("admin/meta/version", static (call, _) => Task.FromResult(ApiResult.Json(Version(
            call.By, call.Service<InstanceIdentity>(), call.Service<IAccountFigures>(), call.Service<TimeProvider>()))));

    /// <summary>
    /// ServerMetaVersionInfo. There is no licence: all features, no limits, 0 (never) as the end of validity. There is no mail and no
    /// self-backup yet: their counters are truly zero. Every administrator may ask, since clients find out by this call what they talk to; a tenant's
    /// and one without <see cref="Right.ServerInfoView"/> get version, roles and time, and zero for what tells about the server itself (spec/04 §13).
    /// </summary>
    public static JsonObject Version(Actor by, InstanceIdentity identity, IAccountFigures accounts, TimeProvider clock)
    {
        var all = by.May(Right.ServerInfoView) && by.IsTopLevel;
        return new JsonObject
        {
            ["Version"] = ServerVersion.Text,
            ["VersionCodename"] = ServerVersion.Codename,
            ["StorageRole"] = true,
            ["AuthenticationRole"] = true,
            ["SoftwareBuildRole"] = false,
            ["OverseerRole"] = false,
            ["ConstellationRole"] = false,
            ["ExperimentalOptions"] = new JsonArray(),
            ["ServerStartTime"] = all ? identity.StartTime : 0,
            ["ServerStartHash"] = all ? identity.StartHash : "",
            ["CurrentTime"] = clock.UnixNow(),
            ["ServerLicenseHash"] = all ? identity.LicenseHash : "",
            ["ServerLicenseFeaturesAll"] = true,
            ["ServerLicenseFeatureSet"] = AllFeatures,
            ["ServerLicenseLimit"] = new JsonObject { ["deviceCount"] = 0, ["boosterCount"] = new JsonObject() },
            ["ConfiguredDevices"] = by.May(Right.ServerInfoView) ? accounts.Devices(by) : 0,
            ["BoosterLimit"] = new JsonObject(),
            ["LicenseValidUntil"] = 0,
            ["EmailsSentSuccessfully"] = 0,
            ["EmailsSentErrors"] = 0,
            ["EmailsWaitingInQueue"] = 0,
            ["ScheduledEmailThreadCurrentState"] = 0,
            ["ScheduledEmailThreadLastCalculateDurationNanos"] = 0,
            ["ScheduledEmailThreadWaitingUntil"] = 0,
            ["ScheduledEmailThreadLastWakeTime"] = 0,
            ["ScheduledEmailThreadLastWakeSentEmails"] = false,
            ["SelfBackup"] = new JsonArray(),
        };
    }
}
