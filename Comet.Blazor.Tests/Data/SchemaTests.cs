using Comet.Blazor.Data;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Data;

/// <summary>Older files are copied and led to the current version; newer ones, and files of others, are refused.</summary>
public sealed class SchemaTests : IDisposable
{
    private static readonly DbSchema Third = new("test", 3, new Dictionary<int, Action<DbWriter>>
    {
        [1] = w => w.Put("x", new DbRecord(2, [2], [])),
        [2] = w => w.Put("x", new DbRecord(3, w.Get("x", 2)!.Row, [])),
    });

    private readonly TempFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string File => _folder.Sub("store.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Open_OlderFile_IsCopiedThenUpgraded()
    {
        await CreateAsync();
        var disk = new FaultyDisk((_, _) => false);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 10, 15, 0, TimeSpan.Zero));
        await using (var db = await CometDb.OpenAsync(disk, File, Third, clock, 100, Ct))
        {
            Assert.Equal([1, 2, 3], await KeysAsync(db));
        }

        var copy = File + ".v1-20261123T101500Z.bak";
        Assert.Equal([File, copy], Directory.GetFiles(_folder.Path).Order(StringComparer.Ordinal));
        await using (var old = await CometDb.OpenAsync(copy, DbSchema.First("test"), Ct))
        {
            Assert.Equal([1], await KeysAsync(old));
        }

        await using (var again = await CometDb.OpenAsync(File, Third, Ct))
        {
            Assert.Equal([1, 2, 3], await KeysAsync(again));
        }

        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length); // no second copy
    }

    [Fact]
    public async Task Open_NewerFile_NamesBothVersions()
    {
        await using (await CometDb.OpenAsync(File, Third, Ct))
        {
        }

        var before = await System.IO.File.ReadAllBytesAsync(File, Ct);
        var ex = await Assert.ThrowsAsync<InvalidDataException>(() => CometDb.OpenAsync(File, DbSchema.First("test"), Ct));

        Assert.Contains("version 3", ex.Message, StringComparison.Ordinal);
        Assert.Contains("version 1", ex.Message, StringComparison.Ordinal);
        Assert.Contains(File, ex.Message, StringComparison.Ordinal);
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File, Ct));
    }

    [Fact]
    public async Task Open_StepThrows_FileStaysAsItWas()
    {
        await CreateAsync();
        var broken = new DbSchema("test", 2, new Dictionary<int, Action<DbWriter>>
        {
            [1] = w =>
            {
                w.Delete("x", 1);
                throw new InvalidDataException("A record is damaged.");
            },
        });

        await Assert.ThrowsAsync<InvalidDataException>(() => CometDb.OpenAsync(File, broken, Ct));

        await using var db = await CometDb.OpenAsync(File, DbSchema.First("test"), Ct);
        Assert.Equal([1], await KeysAsync(db));
    }

    [Fact]
    public async Task Open_NoSpaceForTheCopy_ChangesNothing()
    {
        await CreateAsync();
        var disk = new FaultyDisk((_, path) => path.Contains(".bak", StringComparison.Ordinal));

        var ex = await Assert.ThrowsAsync<IOException>(() => CometDb.OpenAsync(disk, File, Third, TimeProvider.System, 100, Ct));

        Assert.Contains("before its schema is changed", ex.Message, StringComparison.Ordinal);
        await using var db = await CometDb.OpenAsync(File, DbSchema.First("test"), Ct);
        Assert.Equal([1], await KeysAsync(db));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no database")]
    [InlineData("long")]
    public async Task Open_FileOfSomethingElse_IsRefused(string content)
    {
        await System.IO.File.WriteAllTextAsync(File, content == "long" ? new string('x', 100_000) : content, Ct);

        var ex = await Assert.ThrowsAsync<InvalidDataException>(() => CometDb.OpenAsync(File, DbSchema.First("test"), Ct));

        Assert.Contains(File, ex.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AnotherStore_OrALogWithoutItsFile_IsRefused()
    {
        await CreateAsync();
        var other = await Assert.ThrowsAsync<InvalidDataException>(() => CometDb.OpenAsync(File, DbSchema.First("other"), Ct));
        Assert.Contains("is not the other store", other.Message, StringComparison.Ordinal);

        System.IO.File.Move(File, File + "-wal");
        var alone = await Assert.ThrowsAsync<InvalidDataException>(() => CometDb.OpenAsync(File, DbSchema.First("test"), Ct));
        Assert.Contains("is missing", alone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_Twice_IsRefused()
    {
        await using var db = await CometDb.OpenAsync(File, DbSchema.First("test"), Ct);

        await Assert.ThrowsAsync<IOException>(() => CometDb.OpenAsync(File, DbSchema.First("test"), Ct));
    }

    private static async Task<List<long>> KeysAsync(CometDb db) => await db.ReadAsync(r => r.Scan("x").Select(x => x.Key.Number).ToList(), Ct);

    private async Task CreateAsync()
    {
        await using var db = await CometDb.OpenAsync(File, DbSchema.First("test"), Ct);
        await db.WriteAsync(
            w =>
            {
                w.Put("x", new DbRecord(1, [1], []));
                return true;
            },
            Ct);
    }
}
