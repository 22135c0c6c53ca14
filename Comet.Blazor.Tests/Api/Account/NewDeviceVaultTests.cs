using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Api.Account;

/// <summary>A new device that has to get a Storage Vault of its own gets it, also when that can't be made at once or the server is ended in between.</summary>
public sealed class NewDeviceVaultTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task StorageThatCouldNotBeMade_IsTriedAgain()
    {
        await using var api = await RefusedAsync();
        await TemplateAsync(api, "ann");

        await Wait.UntilAsync(
            () =>
            {
                api.Clock.Advance(TimeSpan.FromMinutes(20));
                return Vaults(api, "ann") == 1;
            },
            "the device has its vault");
    }

    [Fact]
    public async Task StorageThatCouldNotBeMade_IsTriedAgain_AfterARestart_AndNotMadeTwice()
    {
        await using var api = await RefusedAsync();
        await TemplateAsync(api, "ann");
        var mary = Entry(api, "mary").Id;
        await api.Server.Get<UsersStore>().Db.WriteAsync(
            db =>
            {
                WaitingDevices.Write(db, new NewDevice(mary, "d2", "")); // as if the server had been ended right after the vault was made
                return true;
            },
            Ct);

        await api.RestartAsync();

        await Wait.UntilAsync(() => Vaults(api, "ann") == 1, "the device has its vault");
        await WaitingAsync(api, 0);
        Assert.Equal(1, Vaults(api, "mary"));
    }

    [Fact]
    public async Task DeviceRevokedMeanwhile_IsForgotten()
    {
        await using var api = await RefusedAsync();
        Assert.Single(await api.Server.Get<WaitingDevices>().ReadAsync(Ct));
        await api.EditUserAsync("ann", static p => p["Devices"]!.AsObject().Clear());

        await api.RestartAsync();

        await WaitingAsync(api, 0);
        Assert.Equal(0, Vaults(api, "ann"));
    }

    /// <summary>Ann's device has waited for its vault in vain, as her template is none; mary's after it has one.</summary>
    private static async Task<ApiRig> RefusedAsync()
    {
        var api = await ApiRig.StartAsync();
        await api.AddUserAsync("ann");
        await api.AddUserAsync("mary");
        await TemplateAsync(api, "ann", "none any more");
        await TemplateAsync(api, "mary");
        await using (await AgentClient.SignInAsync(api.Server, "ann", "correct horse", "d1"))
        {
            await using var other = await AgentClient.SignInAsync(api.Server, "mary", "correct horse", "d2");
            await Wait.UntilAsync(() => Vaults(api, "mary") == 1, "mary's device has its vault");
        }

        await WaitingAsync(api, 1);
        Assert.Equal(0, Vaults(api, "ann"));
        return api;
    }

    private static Task WaitingAsync(ApiRig api, int most) =>
        Wait.UntilAsync(async () => (await api.Server.Get<WaitingDevices>().ReadAsync(Ct)).Count <= most, $"at most {most} devices wait");

    private static async Task TemplateAsync(ApiRig api, string user, string? template = null)
    {
        template ??= api.Server.Get<IStorageTemplates>().List(Actor.Server, "").Value!.First().Id;
        var outcome = await api.Server.Get<AccountStore>().ChangeAsync(
            Entry(api, user).Id,
            null,
            document =>
            {
                document.Root["AutoStorageTemplateGUID"] = template;
                return Outcome.Done;
            },
            tellDevices: false,
            Ct);
        Assert.True(outcome.Ok, outcome.Why);
    }

    private static AccountEntry Entry(ApiRig api, string user) => api.Server.Get<AccountStore>().EntryByName(user)!;

    private static int Vaults(ApiRig api, string user) => Entry(api, user).Vaults.Length;
}
