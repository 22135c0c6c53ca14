using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Rights;

/// <summary>One user of a tenant with everything that other tenants must not see.</summary>
/// <param name="Tenant">The organization; empty for the top level.</param>
/// <param name="User">The user's name.</param>
/// <param name="Account">The account.</param>
/// <param name="Device">Its connected device.</param>
/// <param name="Item">Its Protected Item.</param>
/// <param name="Vault">Its Storage Vault.</param>
/// <param name="Bucket">The bucket behind the vault.</param>
/// <param name="Job">A job that runs.</param>
public sealed record TenantUser(string Tenant, string User, AccountId Account, AgentClient Device, string Item, string Vault, string Bucket, string Job)
{
    public string Connection => Device.Welcome!.ConnectionId;
}

/// <summary>The real server with two tenants, alpha and beta, and the top level: an administrator and a user of each.</summary>
public sealed class TenantsRig : IAsyncDisposable
{
    public const string Password = "correct horse";

    private TenantsRig(TestServer server) => Server = server;

    public TestServer Server { get; }

    public TenantUser Alpha { get; private set; } = null!;

    public TenantUser Beta { get; private set; } = null!;

    public TenantUser Top { get; private set; } = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<TenantsRig> StartAsync()
    {
        var rig = new TenantsRig(await TestServer.StartAsync());
        rig.Server.Get<SettingsFile>().Update(static root => root["Organizations"] = new JsonObject { ["alpha"] = Organization("alpha"), ["beta"] = Organization("beta") });
        foreach (var tenant in new[] { "alpha", "beta" })
        {
            rig.AddAdministrator($"{tenant}-admin", tenant);
        }

        rig.AddAdministrator("top-admin", "");
        rig.Alpha = await rig.AddUserAsync("alpha");
        rig.Beta = await rig.AddUserAsync("beta");
        rig.Top = await rig.AddUserAsync("");
        return rig;
    }

    /// <summary>The organization's administrator as commands see it.</summary>
    public static Actor Actor(string tenant, AdministratorPermissions? permissions = null) =>
        new(ActorKind.Administrator, tenant.Length == 0 ? "top-admin" : $"{tenant}-admin")
        {
            OrganizationId = tenant,
            Limits = (permissions ?? new AdministratorPermissions()).LimitsFor(tenant),
            Via = ActorVia.Api,
        };

    public void AddAdministrator(string name, string tenant, AdministratorPermissions? permissions = null) => Assert.True(Server.Get<AdministratorStore>().Add(
        AdministratorStore.New(name, tenant, AdminPassword.Make(Password)) with { Permissions = permissions ?? new AdministratorPermissions() }).Ok);

    /// <summary>Calls as an administrator and answers the text.</summary>
    public async Task<string> CallAsync(string administrator, string path, params IEnumerable<(string Name, string Value)> fields)
    {
        (string Name, string Value)[] all = [("Username", administrator), ("AuthType", "Password"), ("Password", Password), .. fields];
        using var response = await Server.Client.PostAsync("api/v1/" + path, new FormUrlEncodedContent(all.Select(static f => KeyValuePair.Create(f.Name, f.Value))), Ct);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    /// <summary>The status and the sentence of an answer; 200 for an answer that is no envelope.</summary>
    public static (int Status, string Message) Envelope(string answer) =>
        answer.StartsWith('{') && JsonNode.Parse(answer) is JsonObject o && o["Status"] is { } status && o["Message"] is { } message ? ((int)status, (string)message!) : (200, "");

    public async ValueTask DisposeAsync()
    {
        foreach (var user in new[] { Alpha, Beta, Top })
        {
            if (user is not null)
            {
                await user.Device.DisposeAsync();
            }
        }

        await Server.DisposeAsync();
    }

    private static JsonObject Organization(string tenant) => new()
    {
        ["Name"] = tenant,
        ["RemoteStorage"] = new JsonArray(new JsonObject { ["ID"] = $"template-{tenant}", ["Type"] = "comet", ["Description"] = $"Storage of {tenant}" }),
    };

    private async Task<TenantUser> AddUserAsync(string tenant)
    {
        var name = tenant.Length == 0 ? "top" : tenant;
        var (user, by) = ($"{name}-user", Actor(tenant));
        var added = await Server.Get<AddUser>().RunAsync(by, new NewUser(user, Password) { AccountName = $"Company {name}" }, Ct);
        Assert.True(added.Ok, added.Why);
        var device = await AgentClient.SignInAsync(Server, user, Password, $"device-{name}", $"epoch-{name}");
        await Wait.UntilAsync(() => Server.Get<ILiveConnections>().Find(device.Welcome!.ConnectionId) is not null, "the device is listed");
        var item = await Server.SaveFileAsync(by, user, null, new FileItem($"Secrets of {name}", $"device-{name}", ["/home"], []), Ct);
        Assert.True(item.Ok, item.Why);
        var request = Server.Get<RequestVault>();
        var vault = await request.RunAsync(by, user, request.Templates(by, user).Value![0].Id, Server.Address, null, null, Ct);
        Assert.True(vault.Ok, vault.Why);
        var job = Guid.NewGuid().ToString();
        await device.SendAsync(new JobStarted(1, job, JobKind.Backup, item.Value, vault.Value.VaultId, 1_800_000_000, "1.2.3", "cancel-" + name));
        await device.ReadAsync<Ack>();
        await device.SendAsync(new JobLog(2, job, [new LogLine(1_800_000_000, "I", $"Scanning the secrets of {name}")]));
        await device.ReadAsync<Ack>();
        var policy = await Server.Get<CreatePolicy>().RunAsync(by, new JsonObject { ["Description"] = $"Policy of {name}" }, $"policy-{name}");
        Assert.True(policy.Ok, policy.Why);
        var bucket = vault.Value.Account.Vaults.Single().Ref.Bucket;
        return new TenantUser(tenant, user, added.Value.Id, device, item.Value, vault.Value.VaultId, bucket, job);
    }
}
