using System.Globalization;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Time;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Comet.Blazor.Features.Jobs.Parts;

/// <summary>
/// A job's log, read from its end, growing while the job runs. Following keeps the newest line in view; scrolling up stops it.
/// </summary>
public sealed partial class JobLogPanel : LiveComponent
{
    /// <summary>Lines read at once.</summary>
    public const int PageLines = 300;

    /// <summary>Lines kept on screen; older ones give way and can be read again.</summary>
    public const int MostLines = 3000;

    private readonly List<LogLineAt> _lines = [];
    private Task _last = Task.CompletedTask;
    private JobLogView? _view;
    private ElementReference _box;
    private DotNetObjectReference<JobLogPanel>? _me;
    private IJSObjectReference? _module;
    private IJSObjectReference? _script;
    private string _text = "";
    private int _least;
    private int _asked;
    private bool _following = true;
    private bool _away;
    private bool _more;
    private bool _reading;
    private bool _loaded;
    private bool _scroll;

    /// <summary>The job's id; another one means another component (use @key).</summary>
    [Parameter, EditorRequired]
    public required string JobId { get; set; }

    /// <summary>Rings when the log may have grown.</summary>
    [Parameter, EditorRequired]
    public required LiveSignal Changed { get; set; }

    [Inject]
    private JobDetails Jobs { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private BrowserClock Times { get; set; } = default!;

    [Inject]
    private IJSRuntime Browser { get; set; } = default!;

    private LogFilter Filter => new(_least, FilterWords.Parse(_text));

    private string Summary => _view is null ? "" : Entries(_view.Total, "entry", "entries") + (_view.Counts[2] > 0 ? ", " + Entries(_view.Counts[2], "warning", "warnings") : "")
        + (_view.Counts[3] > 0 ? ", " + Entries(_view.Counts[3], "error", "errors") : "");

    private IEnumerable<(int Least, string Text, int? Count)> Levels =>
        [(0, "All", null), (1, "Info and above", null), (2, "Warnings", _view is null ? null : _view.Counts[2] + _view.Counts[3]), (3, "Errors", _view?.Counts[3])];

    /// <summary>The browser tells that the person scrolled away from the newest line, or back to it.</summary>
    [JSInvokable]
    public Task ScrolledAsync(bool atEnd) => InvokeAsync(() =>
    {
        (_away, _following) = (!atEnd, atEnd);
        StateHasChanged();
    });

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Dispose();
        _me?.Dispose();
        try
        {
            if (_script is not null)
            {
                await _script.InvokeVoidAsync("dispose");
                await _script.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            _module = null; // the tab is gone, and its script with it
        }
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Follow(Changed, GrowAsync);
        _view = Jobs.Log(await Viewer.ActorAsync(), JobId).Value;
        await ReloadAsync();
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await MountAsync();
        }

        if (_scroll && _script is not null)
        {
            _scroll = false;
            await _script.InvokeVoidAsync("toEnd");
        }
    }

    private static string Entries(int n, string one, string many) => $"{n.ToString("N0", CultureInfo.CurrentCulture)} {(n == 1 ? one : many)}";

    private static (string Text, string Css, string Icon) Look(string severity) => severity switch
    {
        "E" => ("Error", "job-line-error", Icons.Material.Rounded.Cancel),
        "W" => ("Warning", "job-line-warning", Icons.Material.Rounded.Warning),
        "D" => ("Debug", "job-line-debug", Icons.Material.Rounded.BugReport),
        _ => ("Info", "", Icons.Material.Rounded.Info),
    };

    private async Task MountAsync()
    {
        try
        {
            _module = await Browser.InvokeAsync<IJSObjectReference>("import", "./Features/Jobs/Parts/JobLogPanel.razor.js");
            _me = DotNetObjectReference.Create(this);
            _script = await _module.InvokeAsync<IJSObjectReference>("mount", _box, _me);
        }
        catch (JSDisconnectedException)
        {
            _module = null; // the tab is gone
        }
    }

    private string TimeOf(long time) => Times.Local(DateTimeOffset.FromUnixTimeSeconds(time)).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    // While one types, only the last of the questions is answered.
    private async Task TypedAsync(string? text)
    {
        _text = text ?? "";
        var asked = ++_asked;
        await Task.Delay(TimeSpan.FromMilliseconds(150), Clock, CancellationToken.None);
        if (asked == _asked && !Closing.IsCancellationRequested)
        {
            await ReloadAsync();
        }
    }

    private Task ShowAsync(int least)
    {
        _least = least;
        return ReloadAsync();
    }

    private Task ReloadAsync() => OneAsync(async view =>
    {
        await view.RefreshAsync(Closing);
        var page = await view.BeforeAsync(null, Filter, PageLines + 1, Closing);
        _more = page.Count > PageLines;
        _lines.Clear();
        _lines.AddRange(_more ? page[1..] : page);
        (_loaded, _scroll) = (true, _following);
    });

    private Task GrowAsync() => OneAsync(async view =>
    {
        var last = view.LastPiece;
        if (!_loaded || !await view.RefreshAsync(Closing) || (!_following && _lines.Count >= MostLines))
        {
            return; // a reader far above is not served what he does not see: "Jump to newest" reads it
        }

        _lines.AddRange(await view.AfterAsync(last, Filter, Closing));
        if (_following && _lines.Count > MostLines)
        {
            _lines.RemoveRange(0, _lines.Count - MostLines);
            _more = true;
        }

        _scroll = _following;
    });

    private Task OlderAsync() => OneAsync(async view =>
    {
        var page = await view.BeforeAsync(_lines.Count > 0 ? _lines[0] : null, Filter, PageLines + 1, Closing);
        _more = page.Count > PageLines;
        _lines.InsertRange(0, _more ? page[1..] : page);
        (_following, _away) = (false, true);
    });

    private async Task FollowAsync(bool follow)
    {
        _following = follow;
        if (follow)
        {
            _away = false;
            if (_lines.Count >= MostLines)
            {
                await ReloadAsync();
            }

            _scroll = true;
        }
    }

    private async Task OneAsync(Func<JobLogView, Task> read)
    {
        if (_view is null)
        {
            _loaded = true;
            return;
        }

        // One at a time, in the order in which they were asked for.
        var (before, done) = (_last, new TaskCompletionSource());
        _last = done.Task;
        await before;
        try
        {
            _reading = true;
            await read(_view);
        }
        finally
        {
            _reading = false;
            done.SetResult();
        }

        StateHasChanged();
    }
}
