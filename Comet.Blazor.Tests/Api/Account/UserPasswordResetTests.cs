using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Api.Account;

/// <summary>An administrator sets a user's password (spec/01 §2.2): only with the user's leave, and no backup is lost.</summary>
public sealed class UserPasswordResetTests
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin", null, "192.0.2.7");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Allowed_OldPasswordNotNeeded_VaultKeysOpenUnderTheNewOne_AndAgainAfterASecondReset()
    {
        await using var api = await ApiRig.StartAsync();
        var user = await AddAsync(api, recovery: true);
        var session = ApiRig.Session("mary", await api.StartSessionAsync("user/web/session/start", ApiRig.Password("mary", "correct horse")));

        Assert.Equal((200, "OK"), await api.TryAsync("admin/reset-user-password", ApiRig.Password("admin", "admin"), ("TargetUser", "mary"), ("NewPassword", "a new password")));

        Assert.Equal("repository", await KeyAsync(api, user, "a new password"));
        Assert.Equal(401, (await api.TryAsync("user/web/get-user-profile-and-hash", session)).Status);
        Assert.Equal(401, (await api.TryAsync("user/web/session/start", ApiRig.Password("mary", "correct horse"))).Status);
        Assert.True((await ResetAsync(api, "another password", null, requireChange: true)).Ok); // the recovery was renewed
        Assert.Equal("repository", await KeyAsync(api, user, "another password"));
        Assert.True((bool)(await ReadAsync(api, user)).Root["RequirePasswordChange"]!);
        Assert.Equal((200, "OK"), await api.TryAsync("admin/reset-user-password", ApiRig.Password("admin", "admin"), ("TargetUser", "mary"), ("NewPassword", "a third password")));
        Assert.True((bool)(await ReadAsync(api, user)).Root["RequirePasswordChange"]!); // a call that says nothing of it leaves it
    }

    [Fact]
    public async Task NotAllowed_NeedsThePresentPassword_WhoseGuessesCount()
    {
        await using var api = await ApiRig.StartAsync();
        var user = await AddAsync(api, recovery: false);

        Assert.Equal(Refusal.Denied, (await ResetAsync(api, "a new password", null)).Kind);
        Assert.Equal("repository", await KeyAsync(api, user, "correct horse"));
        Assert.True((await ResetAsync(api, "a new password", "correct horse")).Ok);
        Assert.Equal("repository", await KeyAsync(api, user, "a new password"));
        Assert.Equal("", (await ReadAsync(api, user)).PasswordRecovery); // a reset does not make one

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(Refusal.Unauthenticated, (await ResetAsync(api, "next password", $"guess {i}")).Kind);
        }

        Assert.Equal(Refusal.TooMany, (await ResetAsync(api, "next password", "a new password")).Kind);
    }

    [Fact]
    public async Task WithoutTheRight_UnknownUser_OrABadPassword_NothingChanges()
    {
        await using var api = await ApiRig.StartAsync();
        var user = await AddAsync(api, recovery: true);
        var reset = api.Server.Get<ResetUserPassword>();

        Assert.Equal(Refusal.Denied, (await reset.RunAsync(new Actor(ActorKind.Customer, "mary", user), "mary", "a new password", "correct horse", false, Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await reset.RunAsync(Admin, "nobody", "a new password", null, false, Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await reset.RunAsync(Admin with { OrganizationId = "other" }, "mary", "a new password", null, false, Ct)).Kind);
        Assert.Equal(Refusal.Invalid, (await reset.RunAsync(Admin, "mary", "short", null, false, Ct)).Kind);
        Assert.Equal("repository", await KeyAsync(api, user, "correct horse"));
    }

    private static Task<Outcome> ResetAsync(ApiRig api, string replacement, string? old, bool requireChange = false) =>
        api.Server.Get<ResetUserPassword>().RunAsync(Admin, "mary", replacement, old, requireChange, Ct);

    private static async Task<AccountId> AddAsync(ApiRig api, bool recovery)
    {
        var added = await api.Server.Get<AddUser>().RunAsync(Admin, new NewUser("mary", "correct horse") { StoreRecoveryCode = recovery }, Ct);
        Assert.True(added.Ok, added.Why);
        var keys = Keys(api, "correct horse");
        var changed = await api.Server.Get<AccountStore>().ChangeAsync(
            added.Value.Id,
            null,
            d =>
            {
                d.Vaults["v1"] = new JsonObject { ["Description"] = "One", ["EncryptionKeyEncryptionMethod"] = WrappedKeys.AesGcm, ["EncryptedEncryptionKey"] = VaultKeyWrap.Wrap("v1", "repository", keys.WrapKey) };
                return Outcome.Done;
            },
            tellDevices: false,
            Ct);
        Assert.True(changed.Ok, changed.Why);
        return added.Value.Id;
    }

    private static PasswordKeys Keys(ApiRig api, string password)
    {
        var parameters = api.Server.Get<ICustomerCredentials>().ParametersFor("mary");
        return PasswordKeys.Derive(password, parameters.Salt, parameters.Iterations);
    }

    private static async Task<AccountDocument> ReadAsync(ApiRig api, AccountId user) => (await api.Server.Get<AccountStore>().ReadAsync(user, Ct))!;

    private static async Task<string?> KeyAsync(ApiRig api, AccountId user, string password) =>
        VaultKeyWrap.TryUnwrap("v1", (string)(await ReadAsync(api, user)).Vault("v1")!["EncryptedEncryptionKey"]!, Keys(api, password).WrapKey);
}
