using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Asking;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices;

/// <summary>Connected devices in the HTTP API (spec/06 §8, "dispatcher"), for administrators and for customers with their own devices.</summary>
public static class DeviceEndpoints
{
    /// <summary>Maps the calls.</summary>
    public static void MapDeviceApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/dispatcher/list-active", ListAsync);
        routes.MapAdminApi("admin/dispatcher/run-backup-custom", RunBackupAsync);
        routes.MapAdminApi("admin/dispatcher/drop-connection", DropAsync);
        routes.MapUserApi("user/web/dispatcher/list-active", ListOwnAsync);
        routes.MapUserApi("user/web/dispatcher/run-backup-custom", async (call, ct) => Envelope(await RunAsync(call, ct)));
        routes.MapUserApi("user/web/dispatcher/run-backup", async (call, ct) => Envelope(await call.Service<RunRuleNow>().RunAsync(call.By, call.Text("TargetID"), call.Text("BackupRule"), ct)));
        routes.MapUserApi("user/web/dispatcher/drop-connection", DropAsync);
    }

    private static Task<ApiResult> ListAsync(ApiCall call, CancellationToken ct)
    {
        var seen = call.Service<ConnectedDevices>().Seen(call.By);
        if (!seen.Ok)
        {
            return Task.FromResult(ApiResult.From(seen.Plain));
        }

        return Task.FromResult(Map(call, seen.Value, call.Optional("UserNameFilter")));
    }

    private static Task<ApiResult> ListOwnAsync(ApiCall call, CancellationToken ct)
    {
        var own = call.Service<ConnectedDevices>().Own(call.By);
        return Task.FromResult(own.Ok ? Map(call, own.Value, null) : ApiResult.From(own.Plain));
    }

    private static ApiResult Map(ApiCall call, IEnumerable<LiveConnection> connections, string? only)
    {
        var accounts = call.Service<IAccountDirectory>();
        var answer = new JsonObject();
        foreach (var connection in connections)
        {
            if (accounts.Find(connection.Account) is { } owner && (only is null || owner.Username == only))
            {
                answer[connection.Id] = DeviceWire.Connection(owner.Username, connection);
            }
        }

        return ApiResult.Json(answer);
    }

    private static async Task<ApiResult> RunBackupAsync(ApiCall call, CancellationToken ct)
    {
        var job = await RunAsync(call, ct);
        return job.Ok ? ApiResult.Json(DeviceWire.Dispatched(job.Value)) : ApiResult.From(job.Plain);
    }

    private static Task<Outcome<string>> RunAsync(ApiCall call, CancellationToken ct)
    {
        var wanted = call.Json("Options", DeviceWireJson.Default.WantedOptions);
        var options = DeviceWire.Options(wanted ?? new WantedOptions());
        return call.Service<IRunBackup>().RunAsync(call.By, call.Text("TargetID"), call.Text("Source"), call.Text("Destination"), options, ct);
    }

    // The contract's answer to customers has no job's id.
    private static ApiResult Envelope(Outcome<string> job) => ApiResult.From(job.Plain);

    private static async Task<ApiResult> DropAsync(ApiCall call, CancellationToken ct) =>
        ApiResult.From(await call.Service<DropConnection>().RunAsync(call.By, call.Text("TargetID")));
}
