using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users.Deletion;
using Comet.Blazor.Features.Accounts.Users.Groups;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Users;

/// <summary>Users as a whole in the HTTP API (spec/06 §8).</summary>
public static class UserEndpoints
{
    /// <summary>Maps the calls.</summary>
    public static void MapUsersApi(this IEndpointRouteBuilder routes)
    {
        routes.MapUserGroupApi();
        routes.MapAdminApi("admin/delete-user", DeleteAsync);
        routes.MapAdminApi("admin/list-users-full", ListFullAsync);
        routes.MapAdminApi("admin/add-user-from-profile", AddFromProfileAsync);
    }

    private static async Task<ApiResult> DeleteAsync(ApiCall call, CancellationToken ct)
    {
        var uninstall = Uninstalls(call.Optional("UninstallConfig"));
        return !uninstall.Ok ? ApiResult.From(uninstall.Plain)
            : ApiResult.From((await call.Service<DeleteUser>().RunAsync(call.By, call.Text("TargetUser"), uninstall.Value, ct)).Plain);
    }

    /// <summary>The contract's UninstallConfig; null when devices are not to be asked.</summary>
    private static Outcome<Uninstalling?> Uninstalls(string? config)
    {
        try
        {
            return config is null ? (Uninstalling?)null
                : JsonNode.Parse(config) is JsonObject fields ? fields.Flag("UninstallFlag") ? new Uninstalling(fields.Flag("RemoveConfigFile")) : (Uninstalling?)null
                : NoConfig;
        }
        catch (JsonException)
        {
            return NoConfig;
        }
    }

    private static Outcome NoConfig => Outcome.Invalid("The parameter UninstallConfig must be a JSON object.");

    private static Task<ApiResult> ListFullAsync(ApiCall call, CancellationToken ct)
    {
        var names = call.Service<Lists.AccountLists>().Names(call.By);
        if (!names.Ok)
        {
            return Task.FromResult(ApiResult.From(names.Plain));
        }

        // One profile at a time: all of them together may be larger than the memory.
        var read = call.Service<ReadProfile>();
        return Task.FromResult(new ApiResult("application/json; charset=utf-8", async (body, closing) =>
        {
            var first = true;
            foreach (var name in names.Value)
            {
                if (await read.RunAsync(call.By, name, closing) is { Ok: true, Value: var view })
                {
                    await body.WriteAsync(Encoding.UTF8.GetBytes($"{(first ? "{" : ",")}{JsonSerializer.Serialize(name)}:"), closing);
                    await body.WriteAsync(ProfileJson.Save(AccountWire.Profile(view.Document)), closing);
                    first = false;
                }
            }

            await body.WriteAsync(Encoding.UTF8.GetBytes(first ? "{}" : "}"), closing);
        }));
    }

    private static async Task<ApiResult> AddFromProfileAsync(ApiCall call, CancellationToken ct)
    {
        var profile = ProfileJson.Parse(call.Document("ProfileData"));
        return !profile.Ok ? ApiResult.From(profile.Plain)
            : ApiResult.From((await call.Service<AddUserFromProfile>().RunAsync(call.By, call.Text("TargetUser"), profile.Value, call.Optional("TargetOrganization"), ct)).Plain);
    }
}
