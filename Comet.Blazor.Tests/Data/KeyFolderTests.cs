using Comet.Blazor.Data;
using Comet.Blazor.Data.Disk;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Comet.Blazor.Tests.Data;

/// <summary>The keys' way out of the data folder.</summary>
public sealed class KeyFolderTests : IDisposable
{
    private static readonly Dictionary<string, byte[]> Files = new()
    {
        ["accounts.key"] = [1, 2, 3],
        ["secrets.key"] = [4],
        [Path.Combine("web", "key-1.xml")] = [5, 6],
        [Path.Combine("web", "key-2.xml")] = [7, 8, 9, 10],
    };

    private readonly TempFolder _temp = new();

    private DataFolder Folder => new(_temp.Path);

    [Fact]
    public void Keys_AreBesideTheData_UnlessTheSettingsSayElsewhere()
    {
        Assert.Equal("/srv/comet-keys", new DataFolder("/srv/comet").Keys);
        Assert.Equal("/srv/comet-keys", new DataFolder("/srv/comet/").Keys);
        Assert.Equal(_temp.Sub("k"), Comet.Blazor.App.Start.DataFolderPath.Resolve("data", _temp.Path, "k/").Keys);
    }

    [Fact]
    public void Move_BringsAllFilesAndLeavesNothing()
    {
        Old();
        KeyFolder.Settle(Folder, NullLogger.Instance);
        AssertMoved();
        KeyFolder.Settle(Folder, NullLogger.Instance);
        AssertMoved();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(PrivateFolder.Mode, File.GetUnixFileMode(Folder.Keys));
            Assert.Equal(PrivateFolder.Mode, File.GetUnixFileMode(Path.Combine(Folder.Keys, "web")));
        }
    }

    [Fact]
    public void Move_InterruptedAnywhere_LosesNoKeyAndGoesOnAtTheNextStart()
    {
        var steps = 0;
        for (var last = 0; ; last++)
        {
            Clear();
            Old();
            steps = 0;
            try
            {
                KeyFolder.Settle(new StoppingDisk(() => ++steps > last), Folder, NullLogger.Instance);
                break; // the last step of all was reached
            }
            catch (IOException)
            {
                foreach (var (name, content) in Files)
                {
                    Assert.True(Holds(Folder.Keys, name, content) || Holds(Folder.FormerKeys, name, content), $"{name} is lost after step {last}.");
                }
            }

            KeyFolder.Settle(Folder, NullLogger.Instance);
            AssertMoved();
        }

        Assert.True(steps > Files.Count * 3, $"Only {steps} steps were interrupted.");
    }

    [Fact]
    public void Move_BetweenDisks_Works()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Directory.Exists("/dev/shm"), "Needs a second file system.");
        Old();
        var elsewhere = Directory.CreateDirectory("/dev/shm/comet-keys-" + Path.GetRandomFileName());
        try
        {
            KeyFolder.Settle(Folder with { Keys = elsewhere.FullName }, NullLogger.Instance);
            Assert.All(Files, file => Assert.True(Holds(elsewhere.FullName, file.Key, file.Value)));
            Assert.False(Directory.Exists(Folder.FormerKeys));
        }
        finally
        {
            elsewhere.Delete(recursive: true);
        }
    }

    [Fact]
    public void Move_FromALinkedFolder_TakesTheLinkAndLeavesItsPlace()
    {
        var place = Directory.CreateDirectory(_temp.Sub("safe")).FullName;
        Write(place);
        Directory.CreateSymbolicLink(Folder.FormerKeys, place);
        KeyFolder.Settle(Folder, NullLogger.Instance);
        AssertMoved();
        Assert.True(Holds(place, "accounts.key", [1, 2, 3]));
    }

    [Fact]
    public void TwoDifferentKeysOfOneName_AreNotDecidedByTheServer()
    {
        Old();
        Directory.CreateDirectory(Folder.Keys);
        File.WriteAllBytes(Path.Combine(Folder.Keys, "accounts.key"), [9]);
        var message = Assert.Throws<IOException>(Settle).Message;
        Assert.Contains("differ, and only one belongs to this data folder", message, StringComparison.Ordinal);
        Assert.True(Holds(Folder.Keys, "accounts.key", [9]) && Holds(Folder.FormerKeys, "accounts.key", [1, 2, 3]));
    }

    [Fact]
    public void FolderOfSomethingElse_IsRefused()
    {
        Directory.CreateDirectory(Folder.Keys);
        File.WriteAllText(Path.Combine(Folder.Keys, "photo.jpg"), "");
        Assert.Contains("Choose a folder of its own with --Comet:KeyDirectory", Assert.Throws<IOException>(Settle).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FolderThatCantBeMade_NamesTheSetting()
    {
        var file = _temp.Sub("file");
        File.WriteAllText(file, "");
        var message = Assert.Throws<IOException>(() => KeyFolder.Settle(Folder with { Keys = Path.Combine(file, "keys") }, NullLogger.Instance)).Message;
        Assert.Contains("--Comet:KeyDirectory", message, StringComparison.Ordinal);
        Assert.Contains(file, message, StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private static bool Holds(string folder, string name, byte[] content) =>
        File.Exists(Path.Combine(folder, name)) && File.ReadAllBytes(Path.Combine(folder, name)).AsSpan().SequenceEqual(content);

    private static void Write(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "web"));
        foreach (var (name, content) in Files)
        {
            File.WriteAllBytes(Path.Combine(folder, name), content);
        }
    }

    private void Old() => Write(Folder.FormerKeys);

    private void Clear()
    {
        foreach (var folder in new[] { Folder.Keys, Folder.FormerKeys }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Settle()
    {
        try
        {
            KeyFolder.Settle(Folder, NullLogger.Instance);
        }
        catch (IOException ex)
        {
            throw new IOException(ex.Message, ex); // whatever kind of it
        }
    }

    private void AssertMoved()
    {
        Assert.False(Directory.Exists(Folder.FormerKeys));
        Assert.All(Files, file => Assert.True(Holds(Folder.Keys, file.Key, file.Value), file.Key));
        Assert.Equal(Files.Count, Directory.GetFiles(Folder.Keys, "*", SearchOption.AllDirectories).Length);
    }

    /// <summary>The computer's disk, until the process "ends".</summary>
    private sealed class StoppingDisk(Func<bool> ended) : IDisk
    {
        public bool Exists(string path) => RealDisk.Instance.Exists(path);

        public IDiskFile Open(string path) => Do(() => new StoppingFile(RealDisk.Instance.Open(path), ended));

        public void Rename(string from, string to) => Do(() => RealDisk.Instance.Rename(from, to));

        public void Delete(string path) => Do(() => RealDisk.Instance.Delete(path));

        public void SyncFolder(string folder) => Do(() => RealDisk.Instance.SyncFolder(folder));

        private void Do(Action step) => Do(() =>
        {
            step();
            return true;
        });

        private T Do<T>(Func<T> step) => ended() ? throw new IOException("The process has ended.") : step();
    }

    private sealed class StoppingFile(IDiskFile file, Func<bool> ended) : IDiskFile
    {
        public long Length => file.Length;

        public void Read(long position, Span<byte> buffer) => file.Read(position, buffer);

        public void Write(long position, ReadOnlySpan<byte> bytes)
        {
            file.Write(position, ended() ? bytes[..(bytes.Length / 2)] : bytes);
            Check();
        }

        public void SetLength(long length) => file.SetLength(length);

        public void Sync()
        {
            Check();
            file.Sync();
        }

        public void Dispose() => file.Dispose();

        private void Check()
        {
            if (ended())
            {
                throw new IOException("The process has ended.");
            }
        }
    }
}
