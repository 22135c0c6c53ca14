using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Time;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Comet.Blazor.Ui.Tables;

/// <summary>
/// The standard table (ui.md §6): paging, filter, sort, columns, export, row menu, ticks, state in the address, rows patched in place. It writes
/// its own table element: plain rows without components (decisions.md 19).
/// </summary>
/// <typeparam name="TRow">The row's type.</typeparam>
public sealed partial class CometTable<TRow>
{
    private readonly VisibleRows<TRow> _rows = new();
    private readonly TableSelection _selection = new();
    private ColumnLayout<TRow> _layout = new([], null);
    private TableState _state = new("", "", TableState.DefaultSize, 1);
    private TableView<TRow> _view = null!; // set before the first rendering
    private ITableSource<TRow>? _source;
    private int _size;
    private string _text = "";
    private string? _spoken;
    private (string Text, bool Failed)? _notice;
    private (string Text, string Reference)? _problem;
    private bool _ready;
    private bool _loaded;
    private TimeSpan _took; // by the source, for the rows on screen
    private bool _busy;
    private bool _unfolded;
    private TRow? _menuRow;
    private CancellationTokenSource? _load;
    private CancellationTokenSource? _typing;

    /// <summary>Key of the table in remembered preferences, such as "users".</summary>
    [Parameter, EditorRequired]
    public required string Id { get; set; }

    /// <summary>What the table lists, for screen readers and file names: "Users".</summary>
    [Parameter, EditorRequired]
    public required string Caption { get; set; }

    /// <summary>The columns, in their default order; the same instance for the life of the page.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<TableColumn<TRow>> Columns { get; set; }

    /// <summary>The rows. A new instance means other data: the first page is loaded again.</summary>
    [Parameter, EditorRequired]
    public required ITableSource<TRow> Source { get; set; }

    /// <summary>The key of a row; selection and live patches go by it.</summary>
    [Parameter, EditorRequired]
    public required Func<TRow, string> RowKey { get; set; }

    /// <summary>Address of the row's own page: the name cell links there, Enter opens it. Null: rows have none.</summary>
    [Parameter]
    public Func<TRow, string>? RowHref { get; set; }

    /// <summary>Sort order when the URL holds none, as in the URL: "-started,username".</summary>
    [Parameter]
    public string DefaultSort { get; set; } = "";

    /// <summary>The row menu; empty: no menu.</summary>
    [Parameter]
    public IReadOnlyList<RowAction<TRow>> RowActions { get; set; } = [];

    /// <summary>Actions on ticked rows; empty: no tick boxes.</summary>
    [Parameter]
    public IReadOnlyList<BulkAction> BulkActions { get; set; } = [];

    /// <summary>Rings when rows may have changed; the table patches the visible rows in place, at most once a second.</summary>
    [Parameter]
    public LiveSignal? Live { get; set; }

    /// <summary>Extra class of a row, such as "ct-running".</summary>
    [Parameter]
    public Func<TRow, string?>? RowClass { get; set; }

    /// <summary>What is shown below a row that is open; null for one that is not. The page keeps which ones are.</summary>
    [Parameter]
    public Func<TRow, RenderFragment?>? Detail { get; set; }

    /// <summary>Left of the Filter field: chips, selects.</summary>
    [Parameter]
    public RenderFragment? Toolbar { get; set; }

    /// <summary>Shown instead of rows when there are none at all (not when the filter hides them): what it is and the button that makes the first.</summary>
    [Parameter]
    public RenderFragment? Empty { get; set; }

    /// <summary>False for a second table on one page: its state then stays out of the URL.</summary>
    [Parameter]
    public bool UrlState { get; set; } = true;

    /// <summary>What the viewer changed about tables.</summary>
    [Inject]
    public required TableMemory Memory { get; init; }

    /// <summary>The address.</summary>
    [Inject]
    public required NavigationManager Nav { get; init; }

    /// <summary>The browser.</summary>
    [Inject]
    public required IJSRuntime Js { get; init; }

    /// <summary>The viewer's clock.</summary>
    [Inject]
    public required BrowserClock Times { get; init; }

    /// <summary>The log.</summary>
    [Inject]
    public required ILogger<CometTable<TRow>> Logger { get; init; }

    private bool IsEmpty => _loaded && _problem is null && _rows is { Total: 0, Unfiltered: 0 } && _state.Filter.Length == 0;

    private int Width => _layout.Visible.Count + (BulkActions.Count > 0 ? 1 : 0) + (RowActions.Count > 0 ? 1 : 0);

    private IReadOnlyList<string> PageKeys => [.. _rows.Rows.Select(RowKey)];

    private PageRequest Request => _state.Request(_layout.Visible.Select(c => c.Key));

    /// <summary>Loads the page again, for example after a dialog of the page changed rows.</summary>
    public Task ReloadAsync() => InvokeAsync(async () =>
    {
        await LoadAsync();
        StateHasChanged();
    });

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        _layout = new ColumnLayout<TRow>(Columns, null);
        _state = ReadAddress();
        _text = _state.Filter;
        Draw();
        var remembered = await Memory.LoadAsync(Id, Closing);
        _size = remembered.Size;
        _layout = new ColumnLayout<TRow>(Columns, remembered.Columns);
        _state = ReadAddress();
        _source = Source;
        FollowAddress();
        if (Live is { } live)
        {
            Follow(live, PatchAsync);
        }

        _ready = true;
        await LoadAsync();
        RefreshRelativeTimes();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (!_ready)
        {
            return;
        }

        if (ReferenceEquals(Source, _source))
        {
            Draw(); // the page was drawn again: what its cells show may have changed
            return;
        }

        _source = Source;
        _selection.Clear();
        TakeAddressOfNewSource();
        await LoadAsync();
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        Nav.LocationChanged -= AddressChanged;
        foreach (var running in new[] { _load, _typing })
        {
            running?.Cancel();
        }

        _load?.Dispose();
        _typing?.Dispose();
    }

    private async Task LoadAsync()
    {
        _load?.Cancel();
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        var ct = mine.Token;
        _load = mine;
        _busy = true;
        var started = Clock.GetTimestamp();
        try
        {
            var page = await Source.PageAsync(Request, ct);
            if (page is { Rows.Count: 0, Total: > 0 } && _state.Page > 1)
            {
                Go(_state with { Page = (page.Total + _state.Size - 1) / _state.Size }, replace: true);
                page = await Source.PageAsync(Request, ct);
            }

            if (_load == mine)
            {
                _took = Clock.GetElapsedTime(started);
                _rows.Show(page);
                _problem = null;
                _loaded = true;
                _spoken = $"{(page.Total == 1 ? "1 entry" : $"{page.Total:N0} entries")}, page {_state.Page:N0} of {Math.Max(1, (page.Total + _state.Size - 1) / _state.Size):N0}";
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return; // a later load took over, or the page was left
        }
        catch (Exception ex)
        {
            Fail(ex, $"{Caption} could not be loaded.");
        }
        finally
        {
            if (_load == mine)
            {
                _load = null;
                _busy = false;
                Draw();
            }
        }
    }

    /// <summary>After news: the rows on screen are read again and patched where they stand.</summary>
    private async Task PatchAsync()
    {
        if (_load is not null)
        {
            return; // fresh rows are on their way
        }

        var (request, shown) = (Request, _view);
        try
        {
            var patch = await _rows.ReadAsync(Source, request, RowKey, Closing);
            if (_load is null && ReferenceEquals(shown.Rows, _rows.Rows))
            {
                _rows.Apply(patch, RowKey);
                _problem = null;
                _loaded = true;
                Draw();
                StateHasChanged();
            }
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            Fail(ex, $"{Caption} could not be refreshed; the rows may be out of date.");
            StateHasChanged();
        }
    }

    private void Fail(Exception ex, string text)
    {
        _problem = (text, Log(ex, text));
    }

    private string Log(Exception ex, string text)
    {
        var reference = ErrorReference.New();
        Logger.LogError(ex, "Table {Table}: {Problem} Reference {Reference}", Id, text, reference);
        return reference;
    }

    /// <summary>The rows are to be drawn from new.</summary>
    private void Draw() => _view = new TableView<TRow>(_rows.Rows, _layout.Looks, RowKey, FilterWords.Parse(_state.Filter), Times)
    {
        Name = Columns.FirstOrDefault(c => c.IsName),
        Href = RowHref,
        RowClass = RowClass,
        Detail = Detail,
        Selection = BulkActions.Count > 0 ? _selection : null,
        HasMenu = RowActions.Count > 0,
        IsGone = _rows.IsGone,
    };

    private string NameOf(TRow row) => _view.Name?.Value(row)?.ToString() ?? RowKey(row);

    private void RefreshRelativeTimes()
    {
        if (Columns.Any(c => c.Relative))
        {
            _ = RefreshRelativeTimesAsync();
        }
    }

    private async Task RefreshRelativeTimesAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(30), Clock);
            while (await timer.WaitForNextTickAsync(Closing))
            {
                Draw();
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            return; // the page was left
        }
        catch (Exception ex)
        {
            await DispatchExceptionAsync(ex);
        }
    }
}
