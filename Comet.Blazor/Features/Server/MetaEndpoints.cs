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
            call.Service<InstanceIdentity>(), call.Service<IAccountFigures>(), call.Service<TimeProvider>()))));

    /// <summary>
    /// ServerMetaVersionInfo. There is no licence: all features, no limits, 0 (never) as the end of validity. There is no mail and no
    /// self-backup yet: their counters are truly zero.
    /// </summary>
    public static JsonObject Version(InstanceIdentity identity, IAccountFigures accounts, TimeProvider clock) => new()
    {
        ["Version"] = ServerVersion.Text,
        ["VersionCodename"] = ServerVersion.Codename,
        ["StorageRole"] = true,
        ["AuthenticationRole"] = true,
        ["SoftwareBuildRole"] = false,
        ["OverseerRole"] = false,
        ["ConstellationRole"] = false,
        ["ExperimentalOptions"] = new JsonArray(),
        ["ServerStartTime"] = identity.StartTime,
        ["ServerStartHash"] = identity.StartHash,
        ["CurrentTime"] = clock.UnixNow(),
        ["ServerLicenseHash"] = identity.LicenseHash,
        ["ServerLicenseFeaturesAll"] = true,
        ["ServerLicenseFeatureSet"] = AllFeatures,
        ["ServerLicenseLimit"] = new JsonObject { ["deviceCount"] = 0, ["boosterCount"] = new JsonObject() },
        ["ConfiguredDevices"] = accounts.Devices,
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
