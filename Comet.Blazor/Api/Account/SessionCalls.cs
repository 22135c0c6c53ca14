using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.SignIn;

namespace Comet.Blazor.Api.Account;

/// <summary>Sessions in the HTTP API (spec/04 §4.4, §4.5; spec/06 §2).</summary>
public static class SessionCalls
{
    private static readonly ApiResult NeedsPassword = ApiResult.From(Outcome.Invalid("A session is started with a password, not by another session."));

    /// <summary>Maps the calls.</summary>
    public static void MapSessionApi(this IEndpointRouteBuilder routes)
    {
        routes.MapAdminApi("admin/account/session-start", StartAsync, beforePasswordChange: true);
        routes.MapAdminApi("admin/account/session-revoke", RevokeAsync, beforePasswordChange: true);
        routes.MapAdminApi("admin/account/session-start-as-user", StartAsUserAsync);
        routes.MapOpenApi("admin/account/session-upgrade", UpgradeAsync);
        routes.MapUserApi("user/web/session/start", StartAsync, beforePasswordChange: true);
        routes.MapUserApi("user/web/session/revoke", RevokeAsync, beforePasswordChange: true);
        routes.MapOpenApi("hybrid/session/start", static async (request, ct) =>
        {
            var entry = await request.Service<ApiCredentials>().EitherByPasswordAsync(request, ct);
            return entry.Caller is { } caller ? await StartAsync(request.For(caller), ct) : entry.Refused!;
        });
    }

    private static async Task<ApiResult> StartAsync(ApiCall call, CancellationToken ct)
    {
        if (call.Caller.SessionKey is not null)
        {
            return NeedsPassword;
        }

        var owner = new SessionOwner(call.By.Kind, call.By.Name) { Account = call.By.Account, Address = call.Address, Device = call.From.Device, Via = ActorVia.Api };
        return await StartAsync(call, owner, call.Caller.Factors, ct);
    }

    private static async Task<ApiResult> StartAsync(ApiCall call, SessionOwner owner, string note, CancellationToken ct)
    {
        var sessions = call.Service<SessionStore>();
        var key = await sessions.StartAsync(owner, ct);
        if (!await call.Caller.StillHolds(ct))
        {
            await sessions.EndAsync(key, CancellationToken.None);
            return ApiResult.From(Outcome.Refuse(Refusal.Unauthenticated, "How you sign in was changed at this moment. Start the session again."));
        }

        try
        {
            await call.Service<AuditLog>().RecordAsync(new AuditEvent(call.By, AuditActions.SessionStarted, AuditTarget.Session(SessionStore.IdOfKey(key), owner.Name))
            {
                Note = owner.Device is null ? note : $"{note}; {owner.Device}",
            });
        }
        catch
        {
            await sessions.EndAsync(key, CancellationToken.None); // nobody comes in unseen
            throw;
        }

        return ApiResult.Json(new JsonObject
        {
            ["Status"] = 200,
            ["Message"] = "OK",
            ["SessionKey"] = key,
            ["SessionType"] = owner.Kind == ActorKind.Customer ? "user" : "admin",
        });
    }

    private static async Task<ApiResult> StartAsUserAsync(ApiCall call, CancellationToken ct)
    {
        var name = call.Text("TargetUser");
        if (call.Service<UserViews>().MayEnter(call.By, name) is { Ok: false } refused)
        {
            return ApiResult.From(refused);
        }

        if (call.Service<ICustomerCredentials>().FindByName(name) is not { } user)
        {
            return ApiResult.From(Outcome.Missing($"There is no user named {name}."));
        }

        var owner = new SessionOwner(ActorKind.Customer, user.Username)
        {
            Account = user.Id, Address = call.Address, Device = call.From.Device, Via = ActorVia.Api, StartedBy = call.By.Name,
        };
        return await StartAsync(call, owner, $"As the user {user.Username}", ct);
    }

    private static async Task<ApiResult> RevokeAsync(ApiCall call, CancellationToken ct)
    {
        if (call.Caller.SessionKey is not { } key)
        {
            return ApiResult.From(Outcome.Invalid($"This call ends the session that it is made with: use AuthType {ApiCredentials.Session}."));
        }

        await call.Service<SessionStore>().EndAsync(key, ct);
        await call.Service<AuditLog>().RecordAsync(new AuditEvent(call.By, AuditActions.SessionEnded, AuditTarget.Session(SessionStore.IdOfKey(key), call.By.Name)));
        return ApiResult.Ok;
    }

    /// <summary>The session is a parameter here, and what is proved is its second factor.</summary>
    private static async Task<ApiResult> UpgradeAsync(ApiRequest request, CancellationToken ct)
    {
        if (request.Credential("AuthType") != ApiCredentials.Totp)
        {
            return ApiResult.From(Outcome.Invalid($"The parameter AuthType must be {ApiCredentials.Totp}: the code completes the session."));
        }

        var key = request.Text("SessionKey");
        var sessions = request.Service<SessionStore>();
        if (sessions.Find(key) is not { Owner.Kind: ActorKind.Administrator } session || session.Name != request.Credential("Username")
            || request.Service<IAdministrators>().Find(session.Name) is not { IsSuspended: false } who || !AddressRule.Admits(who.AllowedAddresses, request.Address).Ok)
        {
            return ApiResult.From(ApiCredentials.NoSession);
        }

        if (!session.Owner.Pending)
        {
            return ApiResult.From(Outcome.Conflict("The session is complete already."));
        }

        var code = await request.Service<Entrance>().CodeAsync(request.From, who, request.Credential("TOTP"), ct);
        if (!code.Ok)
        {
            return ApiResult.From(code.Plain);
        }

        if (!await sessions.UpgradeAsync(key, ct))
        {
            return ApiResult.From(ApiCredentials.NoSession);
        }

        await request.Service<AuditLog>().RecordAsync(
            new AuditEvent(who.ActAs(request.Address, ActorVia.Api), AuditActions.SessionUpgraded, AuditTarget.Session(session.Id, session.Name)) { Note = "TOTP code" });
        return ApiResult.Ok;
    }
}
