using System.Runtime.Versioning;
using Comet.Blazor.Data;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Data;

/// <summary>Who else may read the server's files (Unix).</summary>
[UnsupportedOSPlatform("windows")]
public sealed class FileModeTests : IDisposable
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Open = Mine | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private readonly TempFolder _temp = new();
    private readonly LogLines _log = new();

    private DataFolder Folder => new(_temp.Path);

    [Fact]
    public async Task FreshServer_MakesAllItsOwnFilesForItselfAlone()
    {
        await using var server = await TestServer.StartAsync();
        using var page = await server.Client.GetAsync("/sign-in", TestContext.Current.CancellationToken); // makes the cookies' keys
        var folder = server.Get<DataFolder>();
        string[] files = [.. Directory.EnumerateFiles(folder.Keys, "*", SearchOption.AllDirectories), folder.Settings, .. Directory.EnumerateFiles(folder.Path, "*.db*")];
        Assert.True(files.Length > 6);
        Assert.All(files, static f => Assert.True((File.GetUnixFileMode(f) & ~Mine) == 0, $"{f} has {File.GetUnixFileMode(f)}"));
        Assert.All(new[] { folder.Keys, Path.Combine(folder.Keys, "web"), folder.Logs }, static f => Assert.Equal(Mine | UnixFileMode.UserExecute, File.GetUnixFileMode(f)));
    }

    [Fact]
    public void OpenFiles_AreClosedAndSaid()
    {
        var files = Make();
        Array.ForEach(files, static f => File.SetUnixFileMode(f, Open));
        FileModes.Mend(Folder, _log);

        Assert.All(files, static f => Assert.Equal(Mine, File.GetUnixFileMode(f)));
        Assert.Equal(files.Order(), _log.Warnings.Select(static w => w.Split(' ')[0]).Order());
        Assert.All(_log.Warnings, static w => Assert.Contains("had the mode 0644, open to every user of this computer", w, StringComparison.Ordinal));
    }

    [Fact]
    public void ClosedFiles_NothingIsSaid()
    {
        Make();
        FileModes.Mend(Folder, _log);
        Assert.Empty(_log.Warnings);
    }

    [Fact]
    public void KeyThatStaysOpen_IsRefused_SettingsThatStayOpen_AreWarnedOf()
    {
        var files = Make();
        File.SetUnixFileMode(Folder.Settings, Open);
        FileModes.Mend(Folder, _log, static (_, _) => throw new UnauthorizedAccessException("Operation not permitted."));
        Assert.Contains($"chmod go= {Folder.Settings}", Assert.Single(_log.Warnings), StringComparison.Ordinal);

        File.SetUnixFileMode(files[0], Mine | UnixFileMode.GroupRead);
        foreach (var change in new Action<string, UnixFileMode>[] { static (_, _) => throw new UnauthorizedAccessException("Operation not permitted."), static (_, _) => { } })
        {
            var message = Assert.Throws<IOException>(() => FileModes.Mend(Folder, _log, change)).Message;
            Assert.Contains(files[0], message, StringComparison.Ordinal);
            Assert.Contains($"chmod -R go= {Folder.Keys}", message, StringComparison.Ordinal);
            Assert.Contains("--Comet:KeyDirectory", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void OpenDataFolder_IsSomebodysChoice_AndWarnedOf()
    {
        Make();
        var mode = Mine | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        File.SetUnixFileMode(Folder.Path, mode);
        FileModes.Mend(Folder, _log);
        Assert.Equal(mode, File.GetUnixFileMode(Folder.Path));
        Assert.Contains("mode 0750 gives rights to its group", Assert.Single(_log.Warnings), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _temp.Dispose();
        _log.Dispose();
    }

    private string[] Make()
    {
        Directory.CreateDirectory(Folder.Keys, Mine | UnixFileMode.UserExecute);
        string[] files = [Path.Combine(Folder.Keys, "secrets.key"), Folder.Settings, Folder.Settings + ".bak", Folder.Users];
        foreach (var file in files)
        {
            File.WriteAllText(file, "");
            File.SetUnixFileMode(file, Mine);
        }

        return files;
    }
}
