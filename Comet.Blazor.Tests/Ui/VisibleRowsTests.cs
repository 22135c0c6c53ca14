using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Tables;

namespace Comet.Blazor.Tests.Ui;

/// <summary>What news do to the rows on screen.</summary>
public class VisibleRowsTests
{
    private readonly List<Customer> _all = [.. Enumerable.Range(10, 20).Select(i => new Customer($"c{i:000}", null, 0))];
    private readonly VisibleRows<Customer> _rows = new();
    private PageRequest _request = new(1, 5, "", [new SortKey("name", false)], []);

    private ListSource<Customer> Source => new(_ => Task.FromResult<IReadOnlyList<Customer>>(_all), TableRig.Columns);

    private string Shown => string.Join(' ', _rows.Rows.Select(r => r.Name + (r.Stored > 0 ? "*" : "") + (_rows.IsGone(r.Name) ? "-" : "")));

    [Fact]
    public async Task ChangedRow_IsPatchedInPlace()
    {
        await ShowAsync();

        await NewsAsync(() => Touch("c012"));

        Assert.Equal("c010 c011 c012* c013 c014", Shown);
        Assert.Equal((0, false), (_rows.New, _rows.Outdated));
    }

    [Fact]
    public async Task NewRows_Wait_AndPushedOutRowsAreStillPatched()
    {
        await ShowAsync();

        await NewsAsync(() => _all.AddRange(Enumerable.Range(1, 7).Select(i => new Customer($"b{i}", null, 0))), () => Touch("c014"));

        Assert.Equal("c010 c011 c012 c013 c014*", Shown);
        Assert.Equal((7, true, 27), (_rows.New, _rows.Outdated, _rows.Total));
    }

    [Fact]
    public async Task RemovedRow_KeepsItsPlace_UntilTheViewerActs()
    {
        await ShowAsync();

        await NewsAsync(() => _all.RemoveAll(c => c.Name == "c011"));

        Assert.Equal("c010 c011- c012 c013 c014", Shown);
        Assert.Equal((0, true, 19), (_rows.New, _rows.Outdated, _rows.Total));
        await ShowAsync();
        Assert.Equal("c010 c012 c013 c014 c015", Shown);
        Assert.False(_rows.Outdated);
    }

    [Fact]
    public async Task RowsPulledToThePageBefore_AreStillPatched()
    {
        _request = _request with { Page = 2 };
        await ShowAsync();

        await NewsAsync(() => _all.RemoveAll(c => c.Name == "c010"), () => Touch("c015"));

        Assert.Equal("c015* c016 c017 c018 c019", Shown);
    }

    [Fact]
    public async Task RowsThatChangePlaces_Stay()
    {
        _request = _request with { Sort = [new SortKey("stored", true), new SortKey("name", false)] };
        await ShowAsync();

        await NewsAsync(() => Touch("c020"));

        Assert.Equal("c010 c011 c012 c013 c014", Shown);
        Assert.Equal((0, true), (_rows.New, _rows.Outdated));
    }

    [Fact]
    public async Task RowBehindTheLast_Appears()
    {
        _all.RemoveRange(3, 17);
        await ShowAsync();

        await NewsAsync(() => _all.Add(new Customer("d", null, 0)));

        Assert.Equal("c010 c011 c012 d", Shown);
        Assert.Equal(0, _rows.New);
    }

    private async Task ShowAsync() => _rows.Show(await Source.PageAsync(_request, TestContext.Current.CancellationToken));

    private async Task NewsAsync(params Action[] changes)
    {
        foreach (var change in changes)
        {
            change();
        }

        _rows.Apply(await _rows.ReadAsync(Source, _request, c => c.Name, TestContext.Current.CancellationToken), c => c.Name);
    }

    private void Touch(string name) => _all[_all.FindIndex(c => c.Name == name)] = new Customer(name, null, 1);
}
