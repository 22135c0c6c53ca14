using System.Globalization;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Time;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Features.Jobs.Pages;

/// <summary>One job, live.</summary>
public sealed partial class JobPage : LiveComponent
{
    private const int EarlierJobs = 5;
    private static readonly TimeSpan OthersAtMostEvery = TimeSpan.FromSeconds(5);

    private Actor? _actor;
    private JobDetail? _job;
    private JobSignal? _watch;
    private IReadOnlyList<JobRow> _earlier = [];
    private JobNeighbours? _beside;
    private string? _refusal;
    private string? _shown;
    private DateTimeOffset _now;
    private CancellationTokenSource? _leaving;
    private bool _cancelling;

    /// <summary>The job's id.</summary>
    [Parameter]
    public required string Id { get; set; }

    [Inject]
    private JobDetails Jobs { get; set; } = default!;

    [Inject]
    private CancelByHand Cancel { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private BrowserClock Times { get; set; } = default!;

    private string Heading => _job!.Row.Item ?? _job.Row.Type;

    // A tab in the background tells how far it is: "71% File server shares".
    private string Title => _job!.Row is { IsRunning: true, Percent: { } percent }
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(percent)}% {Heading}")
        : $"{Heading}, {_job.Row.Look.Text}";

    private string Sentence => _job!.Row.Vault is { } vault ? $"{_job.Row.Type} to {vault}" : _job.Row.Type;

    private IReadOnlyList<Crumb> Up => _job!.Owner is null
        ? [new("Job History", JobRoutes.History)]
        : [new("Job History", JobRoutes.History), new(_job.Row.Username, JobRoutes.OfUser(_job.Row.Username)), new(_job.Row.Device, $"{JobRoutes.OfUser(_job.Row.Username)}&device={Uri.EscapeDataString(_job.Row.DeviceId)}")];

    /// <inheritdoc />
    protected override void OnInitialized() => Follow(Jobs.AnyChanged, OthersAtMostEvery, OthersChangedAsync);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Id)
        {
            return;
        }

        _shown = Id;
        _job = null;
        Leave();
        var watch = Jobs.Watch(await Viewer.ActorAsync(), Id);
        if (!watch.Ok)
        {
            _refusal = watch.Why;
            return;
        }

        // Listening begins before reading, so that no change falls between.
        _watch = watch.Value;
        _leaving = CancellationTokenSource.CreateLinkedTokenSource(Closing);
        var left = _leaving.Token;
        _ = FollowJobAsync(_watch, left);
        await LoadAsync();
        _ = TickAsync(left);
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing) => Leave();

    private void Leave()
    {
        _leaving?.Cancel();
        _leaving?.Dispose();
        _leaving = null;
        _watch?.Dispose();
        _watch = null;
    }

    private async Task FollowJobAsync(JobSignal watch, CancellationToken left)
    {
        try
        {
            await foreach (var _ in watch.Changed.TicksAsync(TimeSpan.FromSeconds(1), Clock, left))
            {
                await InvokeAsync(LoadAsync);
            }
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            return;
        }
        catch (Exception ex)
        {
            await DispatchExceptionAsync(ex);
        }
    }

    // Elapsed time and the age of the last report go on between reports; a job that has ended stands still.
    private async Task TickAsync(CancellationToken left)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(left))
            {
                if (_job is { Row.IsRunning: true })
                {
                    await InvokeAsync(() =>
                    {
                        _now = Clock.GetUtcNow();
                        StateHasChanged();
                    });
                }
            }
        }
        catch (OperationCanceledException) when (left.IsCancellationRequested)
        {
            return;
        }
        catch (Exception ex)
        {
            await DispatchExceptionAsync(ex);
        }
    }

    private async Task LoadAsync()
    {
        var (actor, before) = (await Viewer.ActorAsync(), _job);
        var found = await Jobs.GetAsync(actor, Id, Closing);
        (_actor, _job, _refusal, _now) = (actor, found.Value, found.Ok ? null : found.Why, Clock.GetUtcNow());
        if (_job is not null && before?.Row.Id != _job.Row.Id)
        {
            _earlier = Jobs.Earlier(actor, Id, EarlierJobs).Value ?? [];
        }

        _beside = _job is null ? null : Jobs.Beside(actor, Id).Value;
        StateHasChanged();
    }

    // A job that is the newest one stops being it.
    private async Task OthersChangedAsync()
    {
        if (_job is not null && Jobs.Beside(await Viewer.ActorAsync(), _job.Row.Id).Value is { } beside && (beside.Older?.Id, beside.Newer?.Id) != (_beside?.Older?.Id, _beside?.Newer?.Id))
        {
            _beside = beside;
            StateHasChanged();
        }
    }

    private async Task CancelAsync()
    {
        try
        {
            await Cancel.RunAsync(_job!.Row, () =>
            {
                _cancelling = true;
                StateHasChanged();
            });
        }
        finally
        {
            _cancelling = false;
        }
    }
}
