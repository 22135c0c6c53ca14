using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Asking;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices;

/// <summary>Questions to live devices and work on vaults in the HTTP API (spec/06 §8, "dispatcher"), for administrators and for customers with their own devices.</summary>
public static class DeviceQuestionEndpoints
{
    private const int MostEntries = 20_000; // of one folder: more fit into no page

    /// <summary>Maps the calls.</summary>
    public static void MapDeviceQuestionApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/dispatcher/request-filesystem-objects", BrowseAsync);
        routes.MapAdminApi("admin/dispatcher/request-vault-snapshots", SnapshotsAsync);
        routes.MapAdminApi("admin/dispatcher/ping-destination", PingAsync);
        routes.MapAdminApi("admin/dispatcher/apply-retention-rules", RetentionAsync);
        routes.MapAdminApi("admin/dispatcher/unlock", UnlockAsync);
        routes.MapAdminApi("admin/dispatcher/delete-snapshot", DeleteOneAsync);
        routes.MapAdminApi("admin/dispatcher/delete-snapshots", DeleteAsync);
        routes.MapAdminApi("admin/dispatcher/refetch-profile", RefetchAsync);
        routes.MapAdminApi("admin/dispatcher/run-backup", RunRuleAsync);
        routes.MapAdminApi("admin/dispatcher/update-login-password", PasswordAsync);
        routes.MapUserApi("user/web/request-filesystem-objects", BrowseAsync);
        routes.MapUserApi("user/web/dispatcher/request-vault-snapshots", SnapshotsAsync);
        routes.MapUserApi("user/web/dispatcher/ping-destination", PingAsync);
        routes.MapUserApi("user/web/dispatcher/delete-snapshot", DeleteOneAsync);
        routes.MapUserApi("user/web/dispatcher/delete-snapshots", DeleteAsync);
        routes.MapUserApi("user/web/dispatcher/update-login-password", PasswordAsync);
    }

    private static async Task<ApiResult> BrowseAsync(ApiCall call, CancellationToken ct)
    {
        var objects = new JsonArray();
        var after = "";
        do
        {
            var page = await call.Service<IDeviceQuestions>().BrowseAsync(call.By, call.Text("TargetID"), call.Optional("Path") ?? "", after, ct);
            if (!page.Ok)
            {
                return ApiResult.From(page.Plain);
            }

            foreach (var entry in page.Value.Entries)
            {
                objects.Add((JsonNode)DeviceWire.Stored(entry));
            }

            // A device that goes back, or gives nothing, is not asked again.
            after = page.Value is { Entries.Length: > 0, Next: { } next } && string.CompareOrdinal(next, after) > 0 ? next : "";
        }
        while (after.Length > 0 && objects.Count < MostEntries);

        return ApiResult.Json(new JsonObject { ["Status"] = 200, ["Message"] = "OK", ["StoredObjects"] = objects });
    }

    private static async Task<ApiResult> SnapshotsAsync(ApiCall call, CancellationToken ct)
    {
        var found = await call.Service<IDeviceQuestions>().SnapshotsAsync(call.By, call.Text("TargetID"), call.Text("Destination"), ct);
        if (!found.Ok)
        {
            return ApiResult.From(found.Plain);
        }

        var items = call.Service<ILiveConnections>().Find(call.Text("TargetID")) is { } connection ? call.Service<IAccountDirectory>().Items(connection.Account) : [];
        var engines = items.ToDictionary(static i => i.Id, static i => i.Engine, StringComparer.Ordinal);
        var snapshots = new JsonArray([.. found.Value.Select(s => (JsonNode)DeviceWire.Snapshot(s, engines.GetValueOrDefault(s.ItemId, "")))]);
        return ApiResult.Json(new JsonObject { ["Status"] = 200, ["Message"] = "OK", ["Snapshots"] = snapshots });
    }

    private static async Task<ApiResult> PingAsync(ApiCall call, CancellationToken ct)
    {
        JsonObject? location;
        try
        {
            location = JsonNode.Parse(call.Document("ExtraData")) as JsonObject;
        }
        catch (JsonException)
        {
            location = null;
        }

        if (location is null)
        {
            return ApiResult.From(Outcome.Invalid("ExtraData must be a DestinationLocation in JSON."));
        }

        var tested = await call.Service<IDeviceQuestions>().TestVaultAsync(call.By, call.Text("TargetID"), location, ct);
        return ApiResult.From(!tested.Ok ? tested.Plain : tested.Value.Works ? Outcome.Done : Outcome.Refuse(Refusal.DeviceRefused, tested.Value.Why));
    }

    private static Task<ApiResult> RetentionAsync(ApiCall call, CancellationToken ct) =>
        DispatchedAsync(call.Service<IVaultWork>().ApplyRetentionAsync(call.By, call.Text("TargetID"), call.Text("Destination"), ct));

    private static Task<ApiResult> UnlockAsync(ApiCall call, CancellationToken ct) =>
        DispatchedAsync(call.Service<IVaultWork>().UnlockAsync(call.By, call.Text("TargetID"), call.Text("Destination"), call.Optional("AllowUnsafe") is "1" or "true" or "True", ct));

    private static Task<ApiResult> DeleteOneAsync(ApiCall call, CancellationToken ct) =>
        DispatchedAsync(call.Service<IVaultWork>().DeleteSnapshotsAsync(call.By, call.Text("TargetID"), call.Text("DestinationID"), [call.Text("SnapshotID")], ct));

    private static Task<ApiResult> DeleteAsync(ApiCall call, CancellationToken ct) => DispatchedAsync(
        call.Service<IVaultWork>().DeleteSnapshotsAsync(call.By, call.Text("TargetID"), call.Text("DestinationID"), call.Json("SnapshotIDs", DeviceWireJson.Default.StringArray) ?? [], ct));

    private static async Task<ApiResult> RefetchAsync(ApiCall call, CancellationToken ct) =>
        ApiResult.From(await call.Service<RefreshProfile>().RunAsync(call.By, call.Text("TargetID"), ct));

    private static Task<ApiResult> RunRuleAsync(ApiCall call, CancellationToken ct) =>
        DispatchedAsync(call.Service<RunRuleNow>().RunAsync(call.By, call.Text("TargetID"), call.Text("BackupRule"), ct));

    private static async Task<ApiResult> PasswordAsync(ApiCall call, CancellationToken ct) =>
        ApiResult.From(await call.Service<UpdateLoginPassword>().RunAsync(call.By, call.Text("TargetID"), call.Text("NewPassword"), ct));

    private static async Task<ApiResult> DispatchedAsync(Task<Outcome<string>> asked)
    {
        var job = await asked;
        return job.Ok ? ApiResult.Json(DeviceWire.Dispatched(job.Value)) : ApiResult.From(job.Plain);
    }
}
