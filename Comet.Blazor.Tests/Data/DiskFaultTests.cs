using System.Diagnostics;
using Comet.Blazor.Data;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Data;

/// <summary>A full or faulty disk: a clear sentence, nothing changed, and everything goes on when there is space again.</summary>
public sealed class DiskFaultTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("write")]
    [InlineData("sync")]
    public async Task Fault_OfAnyWriteOrSync_FailsTheBatchAndChangesNothing(string what)
    {
        var path = _folder.Sub("store.db");
        var armed = false;
        var count = 0;
        var refused = 0;
        var model = new StoreModel();
        var disk = new FaultyDisk((op, _) => armed && op == what && ++count % 3 == 0);
        await using (var db = await OpenAsync(disk, path))
        {
            armed = true;
            for (var round = 0; round < 60; round++)
            {
                var batch = Enumerable.Range(0, 5).Select(i => model.ChangeAsync(db, (round * 3) + i, remove: i == 4, alone: false, Ct)).ToList();
                foreach (var write in batch)
                {
                    try
                    {
                        await write;
                    }
                    catch (IOException ex)
                    {
                        refused++;
                        Assert.Contains("Nothing was changed. Free space", ex.Message, StringComparison.Ordinal);
                        Assert.Contains("store.db", ex.Message, StringComparison.Ordinal);
                    }
                }

                model.ForgetRefused();
                await model.CheckAsync(db, Ct); // no refused write shows
            }
        }

        Assert.InRange(refused, 20, 299);
        armed = false;
        await using var again = await OpenAsync(disk, path);
        await model.CheckAsync(again, Ct);
    }

    [Fact]
    public async Task FullDisk_RefusesClearly_AndGoesOnWhenThereIsSpace()
    {
        Assert.True(Environment.IsPrivilegedProcess, "This test mounts a small tmpfs: run it as root.");
        var mount = _folder.Sub("small");
        Directory.CreateDirectory(mount);
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", mount);
        try
        {
            var ballast = Path.Combine(mount, "ballast");
            await File.WriteAllBytesAsync(ballast, new byte[1 << 20], Ct);
            var path = Path.Combine(mount, "store.db");
            var written = 0;
            await using (var db = await CometDb.OpenAsync(path, DbSchema.First("test"), Ct))
            {
                var full = await Assert.ThrowsAsync<IOException>(async () =>
                {
                    for (; ; written++)
                    {
                        await PutAsync(db, written);
                    }
                });
                Assert.Contains(path, full.Message, StringComparison.Ordinal);
                Assert.Contains("No space left on device", full.Message, StringComparison.Ordinal);
                Assert.Contains("Free space on the disk", full.Message, StringComparison.Ordinal);
                await Assert.ThrowsAsync<IOException>(() => PutAsync(db, written));
                Assert.Equal(written, await CountAsync(db)); // reads go on

                File.Delete(ballast);
                await PutAsync(db, written++);
                await PutAsync(db, written++);
                Assert.Equal(written, await CountAsync(db));
            }

            await using var again = await CometDb.OpenAsync(path, DbSchema.First("test"), Ct);
            Assert.Equal(written, await CountAsync(again));
        }
        finally
        {
            await RunAsync("umount", mount);
        }
    }

    private static Task<CometDb> OpenAsync(FaultyDisk disk, string path) => CometDb.OpenAsync(disk, path, DbSchema.First("test"), TimeProvider.System, checkpointPages: 16, Ct);

    private static Task<bool> PutAsync(CometDb db, int key) => db.AppendAsync(
        w =>
        {
            w.Put(StoreModel.Rows, new DbRecord(key, [], new byte[5000]));
            return true;
        },
        Ct);

    private static async Task<int> CountAsync(CometDb db) => await db.ScanAsync(StoreModel.Rows, ct: Ct).CountAsync(Ct);

    private static async Task RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        var error = await process.StandardError.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        Assert.True(process.ExitCode == 0, $"{command}: {error}");
    }
}
