using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Ui;

/// <summary>Base of components that follow changes: a token that ends with the component, and loops whose faults reach the error boundary.</summary>
public abstract class LiveComponent : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private CancellationToken? _token;

    /// <summary>The clock.</summary>
    [Inject]
    public required TimeProvider Clock { get; init; }

    /// <summary>Ends with the component. Stays readable after disposal.</summary>
    protected CancellationToken Closing => _token ??= _closing.Token;

    /// <summary>Calls <paramref name="refresh"/> after each change, at most once per second, on the renderer's context. Call it in OnInitialized.</summary>
    protected void Follow(LiveSignal signal, Func<Task> refresh) => Follow(signal, TimeSpan.FromSeconds(1), refresh);

    /// <summary>Calls <paramref name="refresh"/> after each change, at most once per <paramref name="atMostEvery"/>.</summary>
    protected void Follow(LiveSignal signal, TimeSpan atMostEvery, Func<Task> refresh) => _ = FollowAsync(signal, atMostEvery, refresh);

    /// <inheritdoc />
    public void Dispose()
    {
        _ = Closing;
        Dispose(disposing: true);
        _closing.Cancel();
        _closing.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the component holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    private async Task FollowAsync(LiveSignal signal, TimeSpan atMostEvery, Func<Task> refresh)
    {
        try
        {
            await foreach (var _ in signal.TicksAsync(atMostEvery, Clock, Closing))
            {
                await InvokeAsync(refresh);
            }
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            return;
        }
        catch (Exception ex)
        {
            await DispatchExceptionAsync(ex);
        }
    }
}
