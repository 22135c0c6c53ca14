namespace Comet.Blazor.Security.Sessions;

/// <summary>Ends expired sessions while their tabs are open, so that nobody finds a list of customers on a forgotten screen.</summary>
/// <param name="sessions">The sessions.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
public sealed partial class SessionSweep(SessionStore sessions, TimeProvider clock, ILogger<SessionSweep> log) : BackgroundService
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await sessions.SweepAsync(stoppingToken);
                }
                catch (IOException ex)
                {
                    LogFailed(log, ex); // the session is over in memory; its record goes with a later start
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Ended sessions could not be removed from the store.")]
    private static partial void LogFailed(ILogger log, Exception ex);
}
