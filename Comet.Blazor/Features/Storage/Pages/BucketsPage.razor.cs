using System.Globalization;
using Comet.Blazor.Features.Storage.Lists;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Tables;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Features.Storage.Pages;

/// <summary>The buckets of this server's own Storage Role with their sizes (spec/03 §1.2).</summary>
public sealed partial class BucketsPage
{
    private readonly LiveSignal _live = new();
    private IReadOnlyList<TableColumn<BucketRow>> _columns = [];
    private ITableSource<BucketRow>? _source;
    private Actor? _actor;
    private DiskSpace? _disk;
    private string _facts = "";

    [Inject]
    private BucketLists Lists { get; set; } = default!;

    [Inject]
    private BucketStore Store { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _actor = await Viewer.ActorAsync();
        _columns = BucketColumns.All(Lists.HasFolder);
        _source = new ListSource<BucketRow>(async _ => Lists.Buckets(await Viewer.ActorAsync()), _columns);
        Count();
        Follow(Lists.BucketsChanged, ChangedAsync);
        Follow(Lists.AccountsChanged, ChangedAsync);
    }

    private Task ChangedAsync()
    {
        Count();
        _live.Raise();
        StateHasChanged();
        return Task.CompletedTask;
    }

    private void Count()
    {
        _disk = Lists.Disk(_actor!);
        var all = Lists.Buckets(_actor!);
        var total = ByteSize.Format(all.Sum(static b => b.Bucket.Bytes));
        var free = !_actor!.IsTopLevel ? "" // the disk is not a tenant's business
            : "; on their disk " + (_disk is { } disk ? $"{ByteSize.Format(disk.Free)} free of {ByteSize.Format(disk.Total)}" : "free space unknown");
        _facts = string.Create(CultureInfo.InvariantCulture, $"{all.Count:N0} {(all.Count == 1 ? "bucket" : "buckets")}, {total} in total{free}");
    }
}
