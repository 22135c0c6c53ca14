using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Tables;

namespace Comet.Blazor.Tests.Ui;

public class ListSourceTests
{
    private static readonly Customer[] All =
    [
        new("zeta 10", "Standard", 3 * 1024, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)),
        new("Zeta 9", null, 200 * 1024, new DateTimeOffset(2025, 3, 1, 0, 0, 0, TimeSpan.Zero)),
        new("alpha", "Legal", 1024),
        new("beta", "Standard", 1024, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
    ];

    private static readonly ListSource<Customer> Source = new(_ => Task.FromResult<IReadOnlyList<Customer>>(All), TableRig.Columns);

    private static async Task<IEnumerable<string>> NamesAsync(string filter = "", string sort = "", params string[] columns) =>
        (await Source.PageAsync(new PageRequest(1, 15, filter, TableState.ParseSort(sort), [.. columns]), TestContext.Current.CancellationToken)).Rows.Select(r => r.Name);

    [Theory]
    [InlineData("", "zeta 10,Zeta 9,alpha,beta")]
    [InlineData("name", "alpha,beta,Zeta 9,zeta 10")]
    [InlineData("-name", "zeta 10,Zeta 9,beta,alpha")]
    [InlineData("stored", "alpha,beta,zeta 10,Zeta 9")]
    [InlineData("-stored", "Zeta 9,zeta 10,alpha,beta")]
    [InlineData("seen", "Zeta 9,beta,zeta 10,alpha")]
    [InlineData("-seen", "zeta 10,beta,Zeta 9,alpha")]
    [InlineData("policy,-name", "alpha,zeta 10,beta,Zeta 9")]
    [InlineData("unknown,name", "alpha,beta,Zeta 9,zeta 10")]
    public async Task Rows_AreSortedByValue_MissingLast(string sort, string expected) => Assert.Equal(expected.Split(','), await NamesAsync(sort: sort));

    [Theory]
    [InlineData("standard zeta", "zeta 10")]
    [InlineData("\"1.00 kib\"", "alpha,beta")]
    [InlineData("none", "Zeta 9")]
    [InlineData("2026-01-01", "")]
    public async Task Filter_SearchesTheShownText(string filter, string expected) =>
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), await NamesAsync(filter));

    [Fact]
    public async Task Filter_SearchesTheVisibleColumns()
    {
        Assert.Equal(["beta"], await NamesAsync("2026-01-01", "", "name", "seen"));
        Assert.Empty(await NamesAsync("standard", "", "name", "seen"));
    }

    [Fact]
    public async Task Pages_AreCut()
    {
        var page = await Source.PageAsync(new PageRequest(2, 2, "a", [], []), TestContext.Current.CancellationToken);
        Assert.Equal(["alpha", "beta"], page.Rows.Select(r => r.Name));
        Assert.Equal((4, 4), (page.Total, page.Unfiltered));

        var behind = await Source.PageAsync(new PageRequest(9, 2, "standard", [], []), TestContext.Current.CancellationToken);
        Assert.Empty(behind.Rows);
        Assert.Equal((2, 4), (behind.Total, behind.Unfiltered));
    }

    [Fact]
    public async Task All_AnswersEveryMatchInOrder()
    {
        var names = new List<string>();
        await foreach (var rows in Source.AllAsync(new PageRequest(7, 1, "a", [new SortKey("name", true)], []), TestContext.Current.CancellationToken))
        {
            names.AddRange(rows.Select(r => r.Name));
        }

        Assert.Equal(["zeta 10", "Zeta 9", "beta", "alpha"], names);
    }
}
