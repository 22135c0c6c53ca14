namespace Comet.Blazor.Features.Devices.Links;

/// <summary>Looks at every link once a second: silence, sign-ins and close frames that take too long. Tells all links when the server stops.</summary>
/// <param name="live">All links.</param>
/// <param name="limits">How often.</param>
/// <param name="lifetime">Tells when the server stops.</param>
/// <param name="clock">The clock.</param>
public sealed class LinkWatch(LiveLinks live, LinkLimits limits, IHostApplicationLifetime lifetime, TimeProvider clock) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // On stopping and not on this service's own turn: the web server stops first and waits for its connections.
        await using var bye = lifetime.ApplicationStopping.Register(() => live.CloseAll(Refusals.GoingAway));
        using var timer = new PeriodicTimer(limits.Tick, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var link in live.Open)
                {
                    link.Look();
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }
}
