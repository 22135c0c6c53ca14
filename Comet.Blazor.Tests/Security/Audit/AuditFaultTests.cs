using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Tests.Data;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.Audit;

/// <summary>The power goes, or the disk refuses, at any write: the chain is unbroken afterwards and holds all that was acknowledged.</summary>
public sealed class AuditFaultTests
{
    private const string Path = "/data/comet-server.db";
    private static readonly AuditEntry Draft = AuditEntry.Of(new AuditEvent(AuditRig.Admin, AuditActions.AccountCreated, AuditTarget.Account("alice")));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PowerCut_AtAnyOperation_LeavesAnUnbrokenChainOfAllThatWasAcknowledged()
    {
        var whole = new PowerCutDisk();
        Assert.Equal(40, await RunAsync(whole));
        Assert.True(whole.Operations > 30, $"{whole.Operations} operations are too few.");

        for (var i = 0; i < 3 * whole.Operations; i++)
        {
            var disk = new PowerCutDisk { CutAt = 1 + (i / 3) };
            var acknowledged = await RunAsync(disk);
            var after = disk.AfterCut(new Random(i), (Survivors)(i % 3));

            await using var db = await OpenAsync(after);
            var chain = new AuditChain(new byte[32], TimeProvider.System);
            var isNew = await db.ReadAsync(static r => !r.Scan(AuditChain.Entries).Any(), Ct); // the key is saved behind the head, and entries behind the key
            Assert.Null(await db.WriteAsync(w => chain.Begin(w, isNew), Ct));
            var stored = await db.ReadAsync(static r => r.Scan(AuditChain.Entries).ToList(), Ct);
            Assert.InRange(stored.Count, acknowledged, acknowledged + 4);
            var previous = AuditChain.Nothing;
            foreach (var record in stored)
            {
                Assert.Null(chain.Complaint(record, previous));
                previous = AuditChain.HashOf(record);
            }

            Assert.Equal((stored.Count, previous), await db.ReadAsync(r => chain.ReadHead(r) is { } head ? (head.Count, head.Hash) : default, Ct));
        }
    }

    [Fact]
    public async Task FullDisk_TheCallerIsTold_AndTheChainGoesOnWithoutAGap()
    {
        using var folder = new TempFolder();
        var full = false;
        var disk = new FaultyDisk((what, _) => full && what == "write");
        await using var db = await CometDb.OpenAsync(disk, folder.Sub("server.db"), DbSchema.First("server"), TimeProvider.System, 24, Ct);
        var chain = new AuditChain(new byte[32], TimeProvider.System);
        await db.WriteAsync(w => chain.Begin(w, newKey: true), Ct);
        await AppendAsync(db, chain);

        full = true;
        await Assert.ThrowsAsync<IOException>(() => AppendAsync(db, chain));
        full = false;
        await AppendAsync(db, chain);

        var stored = await db.ReadAsync(static r => r.Scan(AuditChain.Entries).ToList(), Ct);
        Assert.Equal([1, 2], stored.ConvertAll(static r => r.Key.Number));
        Assert.Null(chain.Complaint(stored[1], AuditChain.HashOf(stored[0])));
    }

    /// <summary>Four callers at work until it is done or the power is off; answers how many entries were acknowledged.</summary>
    private static async Task<int> RunAsync(PowerCutDisk disk)
    {
        var acknowledged = 0;
        CometDb? db = null;
        try
        {
            db = await OpenAsync(disk);
            var chain = new AuditChain(new byte[32], TimeProvider.System);
            await db.WriteAsync(w => chain.Begin(w, newKey: true), Ct);
            for (var round = 0; round < 10; round++)
            {
                var calls = Enumerable.Range(0, 4).Select(_ => AppendAsync(db, chain)).ToList();
                foreach (var call in calls)
                {
                    await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    acknowledged += call.IsCompletedSuccessfully ? 1 : 0;
                }

                await Task.WhenAll(calls);
            }
        }
        catch (IOException)
        {
            // The power is off.
        }

        if (db is not null)
        {
            await ((Task)db.DisposeAsync().AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return acknowledged;
    }

    private static Task<bool> AppendAsync(CometDb db, AuditChain chain) => db.AppendAsync(
        w =>
        {
            chain.Append(w, Draft, static (_, _) => { });
            return true;
        },
        Ct);

    private static Task<CometDb> OpenAsync(PowerCutDisk disk) => CometDb.OpenAsync(disk, Path, DbSchema.First("server"), TimeProvider.System, checkpointPages: 24, Ct);
}
