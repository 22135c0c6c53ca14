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
