using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;

namespace Comet.Blazor.Features.Devices;

/// <summary>Connected devices in the HTTP API (spec/06 §8, "dispatcher").</summary>
public static class DeviceEndpoints
{
    /// <summary>Maps the calls.</summary>
    public static void MapDeviceApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/dispatcher/list-active", ListAsync);
        routes.MapAdminApi("admin/dispatcher/run-backup-custom", RunBackupAsync);
        routes.MapAdminApi("admin/dispatcher/drop-connection", DropAsync);
    }

    private static Task<ApiResult> ListAsync(ApiCall call, CancellationToken ct)
    {
        var seen = call.Service<ConnectedDevices>().Seen(call.By);
        if (!seen.Ok)
        {
            return Task.FromResult(ApiResult.From(seen.Plain));
        }

        var accounts = call.Service<IAccountDirectory>();
        var only = call.Optional("UserNameFilter");
        var answer = new JsonObject();
        foreach (var connection in seen.Value)
        {
            if (accounts.Find(connection.Account) is { } owner && (only is null || owner.Username == only))
            {
                answer[connection.Id] = DeviceWire.Connection(owner.Username, connection);
            }
        }

        return Task.FromResult(ApiResult.Json(answer));
    }

    private static async Task<ApiResult> RunBackupAsync(ApiCall call, CancellationToken ct)
    {
        var wanted = call.Json("Options", DeviceWireJson.Default.WantedOptions);
        var options = DeviceWire.Options(wanted ?? new WantedOptions());
        var job = await call.Service<IRunBackup>().RunAsync(call.By, call.Text("TargetID"), call.Text("Source"), call.Text("Destination"), options, ct);
        return job.Ok ? ApiResult.Json(DeviceWire.Dispatched(job.Value)) : ApiResult.From(job.Plain);
    }

    private static async Task<ApiResult> DropAsync(ApiCall call, CancellationToken ct) =>
        ApiResult.From(await call.Service<DropConnection>().RunAsync(call.By, call.Text("TargetID")));
}
