using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Security.Audit;

/// <summary>An audit log in a data folder of its own, and ways to tamper with it as somebody with access to the file would.</summary>
public sealed class AuditRig : IAsyncDisposable
{
    private readonly bool _ownsFolder;

    private AuditRig(TempFolder folder, bool ownsFolder)
    {
        (Folder, _ownsFolder) = (folder, ownsFolder);
        Data = new DataFolder(folder.Path);
        Store = new ServerStore(Data);
        Log = new AuditLog(Store, Data, Clock, NullLogger<AuditLog>.Instance);
    }

    public static Actor Admin { get; } = new(ActorKind.Administrator, "admin", null, "192.0.2.7");

    public TempFolder Folder { get; }

    public DataFolder Data { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    public ServerStore Store { get; }

    public AuditLog Log { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<AuditRig> OpenAsync(TempFolder? folder = null)
    {
        var rig = new AuditRig(folder ?? new TempFolder(), folder is null);
        await rig.Store.OpenAsync(Ct);
        await rig.Log.OpenAsync(Ct);
        return rig;
    }

    /// <summary>Stops and starts on the same folder.</summary>
    public async Task<AuditRig> RestartAsync(Action<DataFolder>? meanwhile = null)
    {
        await Store.DisposeAsync();
        meanwhile?.Invoke(Data);
        return await OpenAsync(Folder);
    }

    public async Task RecordAsync(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await Log.RecordAsync(new AuditEvent(Admin, AuditActions.AccountCreated, AuditTarget.Account($"user{i}")));
        }
    }

    public Task<List<DbRecord>> EntriesAsync() => Store.Db.ReadAsync(static db => db.Scan(AuditChain.Entries).ToList(), Ct);

    /// <summary>Writes into the file past the log.</summary>
    public Task TamperAsync(Action<DbWriter> write) => Store.Db.WriteAsync(
        db =>
        {
            write(db);
            return true;
        },
        Ct);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        if (_ownsFolder)
        {
            Folder.Dispose();
        }
    }
}
