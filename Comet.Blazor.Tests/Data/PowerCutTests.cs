using Comet.Blazor.Data;

namespace Comet.Blazor.Tests.Data;

/// <summary>The power fails at any write or sync: all that was acknowledged is there, the file opens, no row is wrong (decisions.md 16).</summary>
public sealed class PowerCutTests
{
    private const string Path = "/data/store.db";
    private const int Positions = 240;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PowerCut_AtAnyOperation_LosesNothingAcknowledged()
    {
        var whole = new PowerCutDisk();
        await RunAsync(whole, new StoreModel());
        Assert.True(whole.Operations > 150, $"{whole.Operations} operations are too few.");

        for (var i = 0; i < Positions; i++)
        {
            var random = new Random(i);
            var disk = new PowerCutDisk { CutAt = 1 + (i * whole.Operations / Positions) };
            var model = new StoreModel();
            await RunAsync(disk, model);
            var after = disk.AfterCut(random, (Survivors)(i % 3));

            // The power fails once more while the file is opened, now and then.
            for (var again = 0; again < i % 3; again++)
            {
                after.CutAt = 1 + random.Next(6);
                await RunAsync(after, model, onlyOpen: true);
                after = after.AfterCut(random, Survivors.Some);
            }

            await using var db = await OpenAsync(after);
            await model.CheckAsync(db, Ct);
            await model.SettleAsync(db, Ct);
            await model.ChangeAsync(db, 1, remove: false, alone: false, Ct);
            await model.CheckAsync(db, Ct);
        }
    }

    [Fact]
    public async Task PowerCut_InATransactionTooLargeForTheMemory_AllOrNothing()
    {
        Assert.Equal(3, await WriteLargeAsync(Survivors.None));
        Assert.Equal(0, await WriteLargeAsync(Survivors.All, cutAfter: 1)); // in the header of the log
        Assert.Equal(0, await WriteLargeAsync(Survivors.All, cutAfter: 3)); // in what was written ahead
        Assert.Equal(0, await WriteLargeAsync(Survivors.Some, cutAfter: 4)); // in the rest
    }

    /// <summary>Writes three records of 15 MB at once, more than the log keeps in memory; answers how many there are after the cut.</summary>
    private static async Task<int> WriteLargeAsync(Survivors survivors, int? cutAfter = null)
    {
        var disk = new PowerCutDisk();
        var db = await OpenAsync(disk);
        disk.CutAt = cutAfter is { } later ? disk.Operations + later : 0;
        var write = db.WriteAsync(
            w =>
            {
                for (var key = 1; key <= 3; key++)
                {
                    w.Put(StoreModel.Rows, new DbRecord(key, [], new byte[15_000_000]));
                }

                return true;
            },
            Ct);
        if (cutAfter is null)
        {
            await write;
        }
        else
        {
            await Assert.ThrowsAsync<IOException>(() => write);
        }

        var after = disk.AfterCut(new Random(1), survivors);
        disk.CutAt = 0;
        await db.DisposeAsync();
        await using var again = await OpenAsync(after);
        return await again.ReadAsync(r => r.Scan(StoreModel.Rows).Count(), Ct);
    }

    private static Task<CometDb> OpenAsync(PowerCutDisk disk) => CometDb.OpenAsync(disk, Path, DbSchema.First("test"), TimeProvider.System, checkpointPages: 24, Ct);

    /// <summary>Until it is done, or the power is off.</summary>
    private static async Task RunAsync(PowerCutDisk disk, StoreModel model, bool onlyOpen = false)
    {
        for (var life = 0; life < (onlyOpen ? 1 : 2); life++)
        {
            try
            {
                await using var db = await OpenAsync(disk);
                for (var round = 0; round < 12 && !onlyOpen; round++)
                {
                    var first = (life * 5) + (round * 4);
                    await Task.WhenAll(Enumerable.Range(0, 1 + (round % 6)).Select(i => model.ChangeAsync(db, first + i, remove: i == 3, alone: round % 4 == 3, Ct)));
                }
            }
            catch (IOException) when (disk.CutAt > 0)
            {
                return;
            }
        }
    }
}
