using System.Collections.Concurrent;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Storage.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Links of devices, for tests of what Accounts asks of them.</summary>
public sealed class TestLinks : ILiveConnections
{
    public ConcurrentQueue<(AccountId Account, string? DeviceId, int Code)> Ended { get; } = new();

    public List<LiveConnection> Links { get; } = [];

    public LiveSignal Changed { get; } = new();

    public IReadOnlyCollection<LiveConnection> All => Links;

    public static LiveConnection Link(string id, AccountId account, string device) => new(
        id, account, device, "1.2.3", "linux/amd64", new OsInfo("linux", "amd64", "Debian", "6"), "UTC", "10.0.0.7", DateTimeOffset.UnixEpoch.AddYears(56), true);

    public LiveConnection? Find(string connectionId) => Links.Find(l => l.Id == connectionId);

    public IReadOnlyList<LiveConnection> Of(AccountId account, string deviceId) => Links.FindAll(l => l.Account == account && l.DeviceId == deviceId);

    public Task<int> EndAsync(AccountId account, string? deviceId, int closeCode, string message, CancellationToken ct)
    {
        Ended.Enqueue((account, deviceId, closeCode));
        return Task.FromResult(Links.RemoveAll(l => l.Account == account && (deviceId is null || l.DeviceId == deviceId)));
    }
}

/// <summary>A template "t1" whose storage is counted.</summary>
public sealed class TestTemplates : IStorageTemplates
{
    private int _made;

    public ConcurrentQueue<string> Undone { get; } = new();

    public int Made => _made;

    /// <summary>Runs between making the storage and putting it into the profile.</summary>
    public Func<Task> AfterMaking { get; set; } = static () => Task.CompletedTask;

    public Outcome<IReadOnlyList<StorageTemplateRef>> List(Actor by, string organizationId) => new(Refusal.None, "", [new("t1", "This server")]);

    public async Task<Outcome<ProvisionedStorage>> ProvisionAsync(Actor by, string organizationId, string templateId, string selfAddress, CancellationToken ct)
    {
        if (templateId != "t1")
        {
            return Outcome.Missing("There is no such Storage Template.");
        }

        var n = Interlocked.Increment(ref _made);
        await AfterMaking();
        return new ProvisionedStorage("This server", 1003, selfAddress, $"bucket{n}", $"secret{n}", 5_000_000);
    }

    public Task UndoAsync(Actor by, ProvisionedStorage storage, CancellationToken ct)
    {
        Undone.Enqueue(storage.Bucket);
        return Task.CompletedTask;
    }
}

/// <summary>One administrator, admin/admin, without a slow hash.</summary>
public sealed class TestAdministrators : IAdministrators
{
    public bool DefaultPasswordInUse => false;

    private static readonly Administrator Admin = AdministratorStore.New("admin", "", "");

    public Administrator? Find(string name) => name == Admin.Name ? Admin : null;

    public Task<Outcome<Administrator>> VerifyAsync(string username, string password, CancellationToken ct) => Task.FromResult<Outcome<Administrator>>(
        username == "admin" && password == "admin" ? Admin : Outcome.Refuse(Refusal.Unauthenticated, "The username or password is wrong."));
}
