using System.Globalization;
using Comet.Blazor.Data;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Data;

/// <summary>A process with callers at work is killed (SIGKILL); whatever it acknowledged is there.</summary>
public sealed class KillTests
{
    private const int Rounds = 20;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_WithSixteenCallersAtWork_LosesNothingAcknowledged()
    {
        using var folder = new TempFolder();
        var path = folder.Sub("store.db");
        var acknowledged = new HashSet<long>();
        for (var round = 0; round < Rounds; round++)
        {
            using var child = StoreChild.Start(path, round);
            var wanted = 20 + new Random(round).Next(500);
            for (var i = 0; i < wanted; i++)
            {
                var line = await child.StandardOutput.ReadLineAsync(Ct);
                Assert.True(line is not null, "The child has ended by itself.");
                acknowledged.Add(KeyOf(round, line));
            }

            child.Kill();
            var rest = await child.StandardOutput.ReadToEndAsync(Ct);
            await child.WaitForExitAsync(Ct);
            foreach (var line in rest[..(rest.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                acknowledged.Add(KeyOf(round, line));
            }

            await using var db = await CometDb.OpenAsync(path, DbSchema.First("test"), Ct);
            var stored = await db.ReadAsync(r => r.Scan(StoreModel.Rows).ToList(), Ct);
            Assert.All(stored, r => Assert.Equal(StoreModel.Record(r.Key.Number, 1).Json, r.Json));
            Assert.Empty(acknowledged.Except(stored.Select(r => r.Key.Number)));
        }
    }

    private static long KeyOf(int round, string line)
    {
        var numbers = line.Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToList();
        return StoreChild.Key(round, numbers[0], numbers[1]);
    }
}
