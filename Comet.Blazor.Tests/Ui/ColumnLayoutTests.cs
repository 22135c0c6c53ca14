using Comet.Blazor.Data;
using Comet.Blazor.Security;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Ui.Tables;

namespace Comet.Blazor.Tests.Ui;

public class ColumnLayoutTests
{
    private static string Visible(ColumnLayout<Customer> layout) => string.Join(' ', layout.Visible.Select(c => c.Key));

    [Fact]
    public void Default_LeavesHiddenColumnsLast()
    {
        var layout = new ColumnLayout<Customer>(TableRig.Columns, null);

        Assert.Equal("name policy stored", Visible(layout));
        Assert.Equal("seen", layout.Order[^1].Key);
        Assert.False(layout.IsOwn);
        Assert.Null(layout.ToRemember);
    }

    [Fact]
    public void Changes_AreRememberedAndReset()
    {
        var layout = new ColumnLayout<Customer>(TableRig.Columns, null);

        Assert.True(layout.Toggle("seen"));
        Assert.True(layout.Move("seen", 1));
        Assert.True(layout.Toggle("policy"));

        Assert.Equal("name seen stored", Visible(layout));
        Assert.Equal("name seen stored", Visible(new ColumnLayout<Customer>(TableRig.Columns, layout.ToRemember)));
        Assert.Equal("name policy stored", Visible(layout.Reset()));
    }

    [Fact]
    public void RememberedColumns_ThatNoLongerExist_ArePassedOver()
    {
        Assert.Equal("stored name", Visible(new ColumnLayout<Customer>(TableRig.Columns, ["stored", "gone", "name", "stored"])));
        Assert.Equal("name policy stored", Visible(new ColumnLayout<Customer>(TableRig.Columns, ["gone"])));
    }

    [Fact]
    public void Name_CantBeHidden_AndNothingMovesOutOfTheList()
    {
        var layout = new ColumnLayout<Customer>(TableRig.Columns, null);

        Assert.False(layout.Toggle("name"));
        Assert.False(layout.Toggle("unknown"));
        Assert.False(layout.Move("name", -1));
        Assert.False(layout.Move("name", 4));
    }

    [Fact]
    public async Task Preferences_BelongToOneViewerAndTable_AndSurviveARestart()
    {
        var ct = TestContext.Current.CancellationToken;
        using var folder = new TempFolder();
        await WithPreferencesAsync(folder, async preferences =>
        {
            Assert.Null(await preferences.LoadAsync("admin", "users", ct));
            await preferences.SaveAsync("admin", "users", new TablePreference(50, ["name"]), ct);
            Assert.Equal(50, (await preferences.LoadAsync("admin", "users", ct))!.Size);
        });

        await WithPreferencesAsync(folder, async preferences =>
        {
            var kept = await preferences.LoadAsync("admin", "users", ct);
            Assert.Equal(50, kept!.Size);
            Assert.Equal(["name"], kept.Columns!);
            Assert.Null(await preferences.LoadAsync("admin", "jobs", ct));
            Assert.Null(await preferences.LoadAsync("eve", "users", ct));
        });
    }

    private static async Task WithPreferencesAsync(TempFolder folder, Func<TablePreferences, Task> use)
    {
        await using var store = new ServerStore(new DataFolder(folder.Path));
        await store.OpenAsync(TestContext.Current.CancellationToken);
        await use(new TablePreferences(store));
    }
}
