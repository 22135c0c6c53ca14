using System.Text.Json;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Devices;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Security.Audit;

/// <summary>Every command leaves its entry, whoever calls it and however it ends.</summary>
public sealed class AuditedCommandsTests
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin", null, "192.0.2.7") { Via = ActorVia.Api };
    private static readonly Actor Nobody = new(ActorKind.Customer, "eve", new AccountId("e"), "192.0.2.8");

    private static readonly Actor Limited = new(ActorKind.Administrator, "eve", null, "192.0.2.8") { Limits = new ActorLimits { Denied = [.. Enum.GetValues<Right>()] } };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Accounts_EachChangeHasItsEntryWithBeforeAndAfter_AndNoSecret()
    {
        await using var fleet = await Fleet.StartAsync();
        var (server, name) = (fleet.Server, "paul");
        Assert.True((await server.Get<AddUser>().RunAsync(Admin, new NewUser(name, "hidden password") { StoreRecoveryCode = true }, Ct)).Ok);
        var created = await LastAsync(server, AuditActions.AccountCreated);
        Assert.Equal(("admin", "192.0.2.7", ActorVia.Api, name), (created.Name, created.Address, created.Via, created.User));
        Assert.Contains(created.Differences, static d => d is { Path: "PasswordHash", Secret: "set", After: null });

        var profile = (await server.Get<ReadProfile>().RunAsync(Admin, name, Ct)).Value!.Document.Root;
        (profile["AccountName"], profile["PasswordFormat"], profile["PasswordHash"]) = ("Paul & Sons", 0, "another hidden password");
        Assert.True((await server.Get<SaveProfile>().RunAsync(Admin, name, profile, null, Ct)).Ok);
        var changed = await LastAsync(server, AuditActions.AccountChanged);
        Assert.Equal(new AuditDifference("AccountName", "\"\"", "\"Paul & Sons\""), changed.Differences.Single(static d => d.Path == "AccountName"));
        Assert.Equal("changed", changed.Differences.Single(static d => d.Path == "PasswordHash").Secret);

        var vault = await server.Get<RequestVault>().RunAsync(Admin, name, server.Get<RequestVault>().Templates(Admin, name).Value![0].Id, server.Address, null, null, Ct);
        Assert.True(vault.Ok, vault.Why);
        var requested = await LastAsync(server, AuditActions.VaultRequested);
        Assert.Equal((AuditTargetKind.StorageVault, vault.Value.VaultId), (requested.TargetKind, requested.TargetId));
        Assert.Equal("set", requested.Differences.Single(static d => d.Path.EndsWith(".CometBucketKey", StringComparison.Ordinal)).Secret);
        Assert.Contains((await LastAsync(server, AuditActions.BucketCreated)).Differences, static d => d is { Path: "ReadWriteKey", Secret: "set" });

        await using var device = await AgentClient.SignInAsync(server, Fleet.User, Fleet.Password);
        var registered = await LastAsync(server, AuditActions.DeviceRegistered);
        Assert.Equal((ActorKind.Device, "127.0.0.1", ActorVia.Device, "device-1", "mary"), (registered.Kind, registered.Address, registered.Via, registered.TargetId, registered.User));

        var item = new FileItem("Documents", "device-1", ["/home"], []);
        var saved = await server.SaveFileAsync(Admin, Fleet.User, null, item, Ct);
        Assert.True(saved.Ok, saved.Why);
        Assert.Equal("Documents", (await LastAsync(server, AuditActions.ProtectedItemAdded)).TargetName);
        Assert.True((await server.SaveFileAsync(Admin, Fleet.User, saved.Value, item with { Name = "Papers" }, Ct)).Ok);
        Assert.Contains((await LastAsync(server, AuditActions.ProtectedItemChanged)).Differences, static d => d.Before == "\"Documents\"" && d.After == "\"Papers\"");
        Assert.True((await server.Get<DeleteProtectedItem>().RunAsync(Admin, Fleet.User, saved.Value!, Ct)).Ok);
        Assert.Contains((await LastAsync(server, AuditActions.ProtectedItemDeleted)).Differences, static d => d.Before == "\"Papers\"" && d.After is null);

        Assert.True((await server.Get<RevokeDevice>().RunAsync(Admin, Fleet.User, "device-1", Ct)).Ok);
        Assert.Equal("device-1.example", (await LastAsync(server, AuditActions.DeviceRevoked)).TargetName);

        var all = string.Concat((await AllAsync(server)).Select(static r => System.Text.Encoding.UTF8.GetString(r.Json)));
        Assert.DoesNotContain("hidden", all, StringComparison.Ordinal);
        Assert.DoesNotContain((string)(await server.Get<ReadProfile>().RunAsync(Admin, name, Ct)).Value!.Document.Root["PasswordHash"]!, all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unchanged_Wrong_OrMissing_LeavesNoEntry()
    {
        await using var fleet = await Fleet.StartAsync();
        var count = (await AllAsync(fleet.Server)).Count;
        var profile = (await fleet.Server.Get<ReadProfile>().RunAsync(Admin, Fleet.User, Ct)).Value!.Document.Root;

        Assert.True((await fleet.Server.Get<SaveProfile>().RunAsync(Admin, Fleet.User, profile, null, Ct)).Ok);
        Assert.Equal(Refusal.Missing, (await fleet.Server.Get<RevokeDevice>().RunAsync(Admin, Fleet.User, "gone", Ct)).Kind);
        Assert.Equal(Refusal.Conflict, (await fleet.Server.Get<AddUser>().RunAsync(Admin, new NewUser(Fleet.User, Fleet.Password), Ct)).Kind);

        Assert.Equal(count, (await AllAsync(fleet.Server)).Count);
    }

    [Fact]
    public async Task Denied_EachCommandIsOnRecordAsRefused()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        var (server, id) = (fleet.Server, device.Welcome!.ConnectionId);
        (AuditAction Action, Func<Task<Outcome>> Try)[] commands =
        [
            (AuditActions.AccountCreated, async () => (await server.Get<AddUser>().RunAsync(Nobody, new NewUser("x", "a long password"), Ct)).Plain),
            (AuditActions.AccountChanged, async () => (await server.Get<SaveProfile>().RunAsync(Nobody, Fleet.User, [], null, Ct)).Plain),
            (AuditActions.VaultRequested, async () => (await server.Get<RequestVault>().RunAsync(Nobody, Fleet.User, "t", server.Address, null, null, Ct)).Plain),
            (AuditActions.ProtectedItemAdded, async () => (await server.SaveFileAsync(Nobody, Fleet.User, null, new FileItem("n", "device-1", ["/home"], []), Ct)).Plain),
            (AuditActions.ProtectedItemDeleted, () => server.Get<DeleteProtectedItem>().RunAsync(Nobody, Fleet.User, "i", Ct)),
            (AuditActions.DeviceRevoked, () => server.Get<RevokeDevice>().RunAsync(Nobody, Fleet.User, "device-1", Ct)),
            (AuditActions.DeviceDisconnected, () => server.Get<DropConnection>().RunAsync(Limited, id)),
            (AuditActions.DeviceBackupStarted, async () => (await server.Get<IRunBackup>().RunAsync(Limited, id, "i", "v", new BackupOptions(), Ct)).Plain),
            (AuditActions.DeviceBackupStarted, async () => (await server.Get<RunItemNow>().RunAsync(Nobody, Fleet.User, "i", "v", Ct)).Plain),
            (AuditActions.JobCancelled, () => server.Get<CancelRunningJob>().RunAsync(Nobody, Fleet.User, "j", Ct)),
            (AuditActions.BucketCreated, async () => (await server.Get<CreateBucket>().RunAsync(Nobody, new NewBucket { Id = "b" }, Ct)).Plain),
        ];
        foreach (var (action, command) in commands)
        {
            var before = (await AllAsync(server)).Count;

            Assert.Equal(Refusal.Denied, (await command()).Kind);

            var entry = await LastAsync(server, action);
            Assert.Equal((before + 1, Refusal.Denied, "eve", "192.0.2.8"), (entry.Number, entry.Refused, entry.Name, entry.Address));
            Assert.NotEqual("", entry.Why);
        }
    }

    [Fact]
    public async Task RemoteActions_AreOnRecordWithWhatTheDeviceAnswered()
    {
        await using var fleet = await Fleet.StartAsync();
        await using var device = await fleet.SignInAsync();
        await fleet.GiveAsync("item-1", "device-1");
        var id = device.Welcome!.ConnectionId;

        foreach (var accepts in new[] { true, false })
        {
            var run = fleet.Server.Get<IRunBackup>().RunAsync(Admin, id, "item-1", "vault-1", new BackupOptions(), Ct);
            Request request;
            do
            {
                request = await device.ReadAsync<Request>();
            }
            while (request.Action != AgentProtocol.Actions.RunBackup);
            var job = request.Body!.Value.Deserialize(AgentJson.Default.RunBackup)!.JobId;
            await device.SendAsync(accepts
                ? new Response(request.Id, 200, "OK", JsonSerializer.SerializeToElement(new RunBackupAccepted(job), AgentJson.Default.RunBackupAccepted))
                : new Response(request.Id, 409, "Not now.", null));
            Assert.Equal(accepts, (await run).Ok);
            var entry = await LastAsync(fleet.Server, AuditActions.DeviceBackupStarted);
            Assert.Equal((accepts, "device-1.example", "mary"), (entry.Refused == Refusal.None, entry.TargetName, entry.User));
            Assert.Equal($"Job {job}: Protected Item Files of device-1 to Storage Vault Name of vault-1", entry.Note);
        }

        Assert.True((await fleet.Server.Get<DropConnection>().RunAsync(Admin, id)).Ok);
        Assert.Equal("device-1", (await LastAsync(fleet.Server, AuditActions.DeviceDisconnected)).TargetId);
    }

    [Fact]
    public async Task Devices_OnlyNewAndRefusedOnesAreOnRecord()
    {
        await using var fleet = await Fleet.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            await using var device = await fleet.SignInAsync();
        }

        Assert.Single(await AllAsync(fleet.Server), static r => AuditEntry.Read(r.Json)!.Action == AuditActions.DeviceRegistered.Code);
        await using (var wrong = await AgentClient.ConnectAsync(fleet.Server))
        {
            Assert.IsType<Refused>(await wrong.TryAsync(Fleet.User, "not the password"));
        }

        var refused = await LastAsync(fleet.Server, AuditActions.DeviceSignInRefused);
        Assert.Equal((Refusal.Unauthenticated, ActorKind.Device, "mary", "127.0.0.1", "device-1"), (refused.Refused, refused.Kind, refused.Name, refused.Address, refused.TargetId));

        await fleet.EditAsync(static d => d.Root["IsSuspended"] = true);
        for (var i = 0; i < 3; i++)
        {
            await using var suspended = await AgentClient.ConnectAsync(fleet.Server);
            Assert.IsType<Refused>(await suspended.TryAsync(Fleet.User, Fleet.Password));
        }

        Assert.Single(await AllAsync(fleet.Server), static r => AuditEntry.Read(r.Json) is { Refused: Refusal.Denied } e && e.Action == AuditActions.DeviceSignInRefused.Code);
    }

    private static Task<List<DbRecord>> AllAsync(TestServer server) => server.Get<ServerStore>().Db.ReadAsync(static db => db.Scan(AuditChain.Entries).ToList(), Ct);

    private static async Task<AuditEntry> LastAsync(TestServer server, AuditAction action) =>
        (await AllAsync(server)).Select(static r => AuditEntry.Read(r.Json)!).Last(e => e.Action == action.Code);
}
