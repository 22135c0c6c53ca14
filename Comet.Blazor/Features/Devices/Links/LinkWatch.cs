namespace Comet.Blazor.Features.Devices.Links;

/// <summary>Looks at every link once a second: silence, sign-ins and close frames that take too long. Tells all links when the server stops.</summary>
/// <param name="live">All links.</param>
/// <param name="limits">How often.</param>
/// <param name="lifetime">Tells when the server stops.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Tells of faults.</param>
public sealed partial class LinkWatch(LiveLinks live, LinkLimits limits, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<LinkWatch> log) : BackgroundService
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
                    LookSafely(link);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private void LookSafely(DeviceLink link)
    {
        try
        {
            link.Look();
        }
        catch (Exception ex)
        {
            LogFault(ex); // of one link; the others must be watched all the same
        }
    }

    [LoggerMessage(LogLevel.Error, "A device's link could not be looked at.")]
    private partial void LogFault(Exception ex);
}
