using Comet.Blazor.Features.Storage;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Storage;

/// <summary>The real restic against the Storage Role.</summary>
public sealed class ResticTests : IDisposable
{
    private const string Password = "correct horse";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restic_WholeLife_RestoresByteForByteAndOpensLocally(bool ownListener)
    {
        await using var lab = await StorageLab.StartAsync(ownListener: ownListener);
        var files = _folder.Sub("files");
        FileTree.Make(files, 60, 70_000);

        await Restic.OkAsync(lab.Repository, Password, "init");
        Assert.NotEqual(0, (await Restic.RunAsync(lab.Repository, Password, "init")).ExitCode);
        await Restic.OkAsync(lab.Repository, Password, "backup", files);
        FileTree.Make(Path.Combine(files, "later"), 10, 50_000);
        await Restic.OkAsync(lab.Repository, Password, "backup", files);
        await Restic.OkAsync(lab.Repository, Password, "check", "--read-data");
        await Restic.OkAsync(lab.Repository, Password, "restore", "latest", "--target", _folder.Sub("restored"));

        FileTree.AssertSame(files, _folder.Sub("restored") + files);
        await Restic.OkAsync(lab.Disk, Password, "check", "--read-data"); // a bucket outlives the product
        Directory.Delete(Path.Combine(files, "later"), recursive: true);
        await Restic.OkAsync(lab.Repository, Password, "backup", files);
        var before = lab.Live.Usage.Bytes;
        await Restic.OkAsync(lab.Repository, Password, "forget", "--keep-last", "1", "--prune");
        await Restic.OkAsync(lab.Repository, Password, "check", "--read-data");
        Assert.True(lab.Live.Usage.Bytes < before - 400_000, $"{before} before, {lab.Live.Usage.Bytes} after the prune");
        Assert.Equal(SizeOnDisk(lab), lab.Live.Usage.Bytes);
        Assert.Empty(lab.Temporaries());
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(lab.Disk, "locks")));
    }

    [Fact]
    public async Task Restic_AppendOnlyBucket_BacksUpAndCannotForget()
    {
        await using var lab = await StorageLab.StartAsync(new NewBucket { AppendOnly = true });
        FileTree.Make(_folder.Sub("files"), 10, 10_000);
        await Restic.OkAsync(lab.Repository, Password, "init");
        await Restic.OkAsync(lab.Repository, Password, "backup", _folder.Sub("files"));
        var snapshot = Directory.EnumerateFiles(Path.Combine(lab.Disk, "snapshots")).Single();

        using var refused = await lab.SendAsync("DELETE", $"snapshots/{Path.GetFileName(snapshot)}");

        Assert.Equal(403, (int)refused.StatusCode);
        Assert.Equal(StorageReasons.AppendOnly, refused.ReasonPhrase);
        await Restic.OkAsync(lab.Repository, Password, "check"); // takes and frees a lock
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(lab.Disk, "locks")));
        Assert.True(File.Exists(snapshot));
    }

    private static long SizeOnDisk(StorageLab lab) => Directory.EnumerateFiles(lab.Disk, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
}
