using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Tests.Accounts;
using Comet.Blazor.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Devices;

/// <summary>A server with one account, and devices of it.</summary>
public sealed class Fleet : IAsyncDisposable
{
    public const string User = "mary";
    public const string Password = "correct horse";

    private Fleet(TestServer server, AccountEntry account, FakeTimeProvider? clock)
    {
        Server = server;
        Account = account;
        FakeClock = clock;
    }

    public static Actor Admin { get; } = new(ActorKind.Administrator, "admin");

    public TestServer Server { get; }

    public AccountEntry Account { get; }

    public FakeTimeProvider? FakeClock { get; }

    public LiveLinks Live => Server.Get<LiveLinks>();

    public ILiveConnections Connections => Server.Get<ILiveConnections>();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Starts it; <paramref name="fakeClock"/> stops the time of the server.</summary>
    public static async Task<Fleet> StartAsync(bool fakeClock = false, LinkLimits? limits = null, Action<WebApplicationBuilder>? configure = null)
    {
        var clock = fakeClock ? new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)) : null;
        var server = await TestServer.StartAsync(configure: b =>
        {
            if (clock is not null)
            {
                b.Services.AddSingleton<TimeProvider>(clock);
            }

            b.Services.AddSingleton(limits ?? new LinkLimits { FailureDelay = TimeSpan.Zero });
            b.Services.AddSingleton<IAdministrators, TestAdministrators>();
            configure?.Invoke(b);
        });
        return new Fleet(server, await AddUserAsync(server, User), clock);
    }

    public static async Task<AccountEntry> AddUserAsync(TestServer server, string name)
    {
        var added = await server.Get<AddUser>().RunAsync(Admin, new NewUser(name, Password), Ct);
        Assert.True(added.Ok, added.Why);
        return added.Value;
    }

    /// <summary>Signs a device in; returns when it is listed, which is a moment after its welcome.</summary>
    public async Task<AgentClient> SignInAsync(string deviceId = "device-1", string epoch = "epoch-1", params string[] activeJobs)
    {
        var device = await AgentClient.SignInAsync(Server, User, Password, deviceId, epoch, activeJobs);
        await Wait.UntilAsync(() => Connections.Find(device.Welcome!.ConnectionId) is not null, "the device is listed");
        return device;
    }

    /// <summary>Changes the profile as an administrator would.</summary>
    public async Task EditAsync(Action<AccountDocument> edit)
    {
        var outcome = await Server.Get<AccountStore>().ChangeAsync(
            Account.Id, null, d => { edit(d); return Outcome.Done; }, tellDevices: true, Ct);
        Assert.True(outcome.Ok, outcome.Why);
    }

    /// <summary>Gives a device a Protected Item, and the account a Storage Vault for these devices (none: for all).</summary>
    public Task GiveAsync(string item, string device, string vault = "vault-1", params string[] vaultDevices) => EditAsync(d =>
    {
        var source = ProfileTemplates.Item();
        (source["Engine"], source["Description"], source["OwnerDevice"]) = ("engine1/file", "Files of " + device, device);
        d.Items[item] = source;
        var target = ProfileTemplates.Vault();
        (target["DestinationType"], target["Description"]) = (1003, "Name of " + vault);
        target["AssociatedDevices"] = new JsonArray([.. vaultDevices.Select(static v => (JsonNode)v)]);
        d.Vaults[vault] = target;
    });

    /// <summary>Calls the HTTP API as the administrator.</summary>
    public async Task<JsonNode> CallAsync(string path, params (string Name, string Value)[] fields)
    {
        using var response = await Server.Client.PostAsync(
            "api/v1/admin/dispatcher/" + path,
            new FormUrlEncodedContent([new("Username", "admin"), new("AuthType", "Password"), new("Password", "admin"), .. fields.Select(static f => KeyValuePair.Create(f.Name, f.Value))]),
            Ct);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!;
    }

    public Task CountAsync(int links) => Wait.UntilAsync(() => Live.Count == links, $"{links} links are listed");

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
