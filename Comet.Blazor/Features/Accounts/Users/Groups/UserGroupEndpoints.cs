using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Organizations;

namespace Comet.Blazor.Features.Accounts.Users.Groups;

/// <summary>Groups of users in the HTTP API.</summary>
public static class UserGroupEndpoints
{
    /// <summary>Maps the calls.</summary>
    public static void MapUserGroupApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/user-groups/list", static (call, _) => ListAsync(call, static g => JsonValue.Create(g.Name)));
        routes.MapAdminApi("admin/user-groups/list-full", static (call, _) => ListAsync(call, Wire));
        routes.MapAdminApi("admin/user-groups/new", NewAsync);
        routes.MapAdminApi("admin/user-groups/get", GetAsync);
        routes.MapAdminApi("admin/user-groups/set", SetAsync);
        routes.MapAdminApi("admin/user-groups/delete", static async (call, ct) => ApiResult.From(await call.Service<DeleteUserGroup>().RunAsync(call.By, call.Text("GroupID"), ct)));
        routes.MapAdminApi("admin/user-groups/set-users-for-group", SetUsersAsync);
    }

    private static JsonObject Wire(UserGroup group) => new() { ["CreatedAt"] = group.Created, ["OrganizationID"] = group.OrganizationId, ["Name"] = group.Name };

    private static Task<ApiResult> ListAsync(ApiCall call, Func<UserGroup, JsonNode?> write)
    {
        if (call.By.Needs(Right.AccountsView) is { Ok: false } denied)
        {
            return Task.FromResult(ApiResult.From(denied));
        }

        // Without an organization: all that the caller sees.
        var wanted = call.Optional("TargetOrganization");
        if (wanted is not null && call.Service<OrganizationList>().Choose(call.By, wanted) is { Ok: false } unknown)
        {
            return Task.FromResult(ApiResult.From(unknown.Plain));
        }

        var groups = call.Service<UserGroupStore>().All(call.By).Where(g => wanted is null || g.OrganizationId == wanted);
        return Task.FromResult(ApiResult.Json(new JsonObject(groups.Select(g => KeyValuePair.Create(g.Id, write(g))))));
    }

    private static async Task<ApiResult> NewAsync(ApiCall call, CancellationToken ct)
    {
        var saved = await call.Service<SaveUserGroup>().RunAsync(call.By, null, call.Text("Name"), call.Optional("TargetOrganization"));
        return saved.Ok ? ApiResult.Json(new JsonObject { ["Status"] = 200, ["Message"] = "OK", ["UserGroupID"] = saved.Value.Id }) : ApiResult.From(saved.Plain);
    }

    private static async Task<ApiResult> GetAsync(ApiCall call, CancellationToken ct)
    {
        if (call.By.Needs(Right.AccountsView) is { Ok: false } denied)
        {
            return ApiResult.From(denied);
        }

        if (call.Service<UserGroupStore>().Find(call.By, call.Text("GroupID")) is not { } group)
        {
            return ApiResult.From(SaveUserGroup.Unknown);
        }

        var users = new JsonObject();
        if (call.Optional("IncludeUsers") is not null && call.Flag("IncludeUsers"))
        {
            var names = call.Service<AccountStore>().Entries.Where(e => e.Facts.GroupId == group.Id && call.By.Sees(e.Ref.OrganizationId)).Select(static e => e.Ref.Username);
            foreach (var name in names.Order(StringComparer.Ordinal))
            {
                if (await call.Service<ReadProfile>().RunAsync(call.By, name, ct) is { Ok: true, Value: var view })
                {
                    users[name] = AccountWire.Profile(view.Document);
                }
            }
        }

        return ApiResult.Json(new JsonObject { ["UserGroup"] = Wire(group), ["Users"] = users });
    }

    private static async Task<ApiResult> SetAsync(ApiCall call, CancellationToken ct)
    {
        var group = ProfileJson.Parse(call.Document("Group"));
        return ApiResult.From(!group.Ok ? Outcome.Invalid("The parameter Group must be a JSON object.")
            : (await call.Service<SaveUserGroup>().RunAsync(call.By, call.Text("GroupID"), group.Value.Text("Name"), null)).Plain);
    }

    private static async Task<ApiResult> SetUsersAsync(ApiCall call, CancellationToken ct)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(call.Document("Users")) is { } users && !users.Contains(null)
                ? ApiResult.From(await call.Service<SetGroupUsers>().RunAsync(call.By, call.Text("GroupID"), users, ct))
                : ApiResult.From(NoList);
        }
        catch (JsonException)
        {
            return ApiResult.From(NoList);
        }
    }

    private static Outcome NoList => Outcome.Invalid("The parameter Users must be a JSON list of usernames.");
}
