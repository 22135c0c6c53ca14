using System.Text.Json.Nodes;
using Comet.Blazor.Api;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>Protected Items with their backup rules in the HTTP API (spec/01 §5.2, spec/06 §8), for administrators and for the account itself.</summary>
public static class ItemEndpoints
{
    /// <summary>Maps the calls.</summary>
    public static void MapItemApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/get-protected-item-with-backup-rules", static (call, ct) => GetAsync(call, call.Text("TargetUser"), ct));
        routes.MapAdminApi("admin/set-protected-item-with-backup-rules", static (call, ct) => SetAsync(call, call.Text("TargetUser"), ct));
        routes.MapAdminApi("admin/delete-protected-item", static (call, ct) => DeleteAsync(call, call.Text("TargetUser"), ct));
        routes.MapUserApi("user/web/get-protected-item-with-backup-rules", static (call, ct) => GetAsync(call, call.By.Name, ct));
        routes.MapUserApi("user/web/set-protected-item-with-backup-rules", static (call, ct) => SetAsync(call, call.By.Name, ct));
        routes.MapUserApi("user/web/delete-protected-item", static (call, ct) => DeleteAsync(call, call.By.Name, ct));
    }

    private static async Task<ApiResult> GetAsync(ApiCall call, string username, CancellationToken ct)
    {
        var found = await call.Service<ReadProtectedItem>().RunAsync(call.By, username, call.Text("SourceID"), ct);
        if (!found.Ok)
        {
            return ApiResult.From(found.Plain);
        }

        var whole = AccountWire.Profile(found.Value.Profile); // with every field of the contract
        var rules = new JsonObject(found.Value.Rules.Keys.Select(id => KeyValuePair.Create(id, whole.Map("BackupRules")[id]?.DeepClone())));
        var answer = AccountWire.Hash(found.Value.Hash);
        answer["Source"] = whole.Map("Sources")[call.Text("SourceID")]?.DeepClone();
        answer["BackupRules"] = rules;
        return ApiResult.Json(answer);
    }

    private static async Task<ApiResult> SetAsync(ApiCall call, string username, CancellationToken ct)
    {
        var save = call.Service<SaveProtectedItem>();
        if (!ItemTarget.Find(call.Service<AccountStore>(), call.By, username, Right.AccountsManage).Ok)
        {
            // Who may not save learns that first, whatever was sent; the command puts it on record.
            return ApiResult.From((await save.RunAsync(call.By, username, new ItemChange(call.Text("SourceID"), null), null, ct)).Plain);
        }

        var rules = Object(call, "BackupRules");
        if (rules?.FirstOrDefault(static r => r.Value is not JsonObject).Key is { } bad)
        {
            return ApiResult.From(Outcome.Invalid($"The parameter BackupRules must be a map of rules: {bad} is none."));
        }

        var change = new ItemChange(
            call.Text("SourceID"), Object(call, "Source"), rules?.ToDictionary(static r => r.Key, static r => (JsonObject)r.Value!, StringComparer.Ordinal));
        return ApiResult.From((await save.RunAsync(call.By, username, change, call.Optional("RequireHash"), ct)).Plain);
    }

    private static async Task<ApiResult> DeleteAsync(ApiCall call, string username, CancellationToken ct) =>
        ApiResult.From(await call.Service<DeleteProtectedItem>().RunAsync(call.By, username, call.Text("SourceID"), ct));

    // "null" is how clients without optional parameters leave one out.
    private static JsonObject? Object(ApiCall call, string name)
    {
        if (call.Optional(name) is not { } text || text == "null")
        {
            return null;
        }

        var parsed = ProfileJson.Parse(System.Text.Encoding.UTF8.GetBytes(text));
        return parsed.Ok ? parsed.Value
            : throw new ApiException(Refusal.Invalid, $"The parameter {name} must be JSON of the contract: {parsed.Why.Replace("The profile", "it", StringComparison.Ordinal)}");
    }
}
