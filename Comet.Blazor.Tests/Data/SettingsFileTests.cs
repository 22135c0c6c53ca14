using Comet.Blazor.Data;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Data;

/// <summary>The settings are the old or the new ones, after whatever happens.</summary>
public sealed class SettingsFileTests
{
    private const string Path = "/data/cometd.cfg";

    [Fact]
    public void PowerCut_AtAnyOperation_LeavesTheLastSavedOrTheNextSettings()
    {
        var whole = new PowerCutDisk();
        Assert.Equal(6, Run(whole));
        for (var i = 0; i < whole.Operations * 6; i++)
        {
            var disk = new PowerCutDisk { CutAt = 1 + (i / 6) };
            var saved = Run(disk);

            var after = SettingsFile.Open(disk.AfterCut(new Random(i), (Survivors)(i % 3)), Path);

            Assert.InRange(Number(after), saved, saved + 1);
            Assert.Equal(after.IsNew, Number(after) == 0);
            after.Update(root => root["Number"] = 100);
            Assert.Equal(100, Number(after));
        }
    }

    [Fact]
    public void Update_ThatThrowsOrCannotBeWritten_ChangesNothing()
    {
        using var folder = new TempFolder();
        var path = folder.Sub("cometd.cfg");
        var full = false;
        var settings = SettingsFile.Open(new FaultyDisk((_, _) => full), path);
        settings.Update(root => root["Number"] = 1);

        Assert.Throws<InvalidOperationException>(() => settings.Update<int>(root =>
        {
            root["Number"] = 2;
            throw new InvalidOperationException();
        }));
        full = true;
        var ex = Assert.Throws<IOException>(() => settings.Update(root => root["Number"] = 3));
        full = false;

        Assert.Contains(path, ex.Message, StringComparison.Ordinal);
        Assert.Equal(1, Number(settings));
        Assert.Equal(1, Number(SettingsFile.Open(path)));
        settings.Update(root => root["Number"] = 4);
        Assert.Equal(4, Number(SettingsFile.Open(path)));
    }

    /// <summary>Saves six times, or until the power is off; answers how often it was saved.</summary>
    private static int Run(PowerCutDisk disk)
    {
        var saved = 0;
        try
        {
            var settings = SettingsFile.Open(disk, Path);
            for (; saved < 6; saved++)
            {
                settings.Update(root => root["Number"] = saved + 1);
            }
        }
        catch (IOException) when (disk.CutAt > 0)
        {
            // The power is off.
        }

        return saved;
    }

    private static int Number(SettingsFile settings) => settings.Read(root => root["Number"]?.GetValue<int>() ?? 0);
}
