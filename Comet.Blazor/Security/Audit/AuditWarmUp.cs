using Comet.Blazor.Data;

namespace Comet.Blazor.Security.Audit;

/// <summary>Reads what the list needs once the server answers, so that neither its start waits nor the first who opens the page.</summary>
/// <param name="audit">The log.</param>
/// <param name="store">Where it is stored.</param>
/// <param name="lifetime">Tells when the server answers.</param>
/// <param name="log">Tells of faults.</param>
public sealed partial class AuditWarmUp(AuditLog audit, ServerStore store, IHostApplicationLifetime lifetime, ILogger<AuditWarmUp> log) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var listening = lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stoppingToken);
            await audit.Index.SnapshotAsync(store.Db, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return; // the server stops, perhaps before it ever answered
        }
        catch (Exception ex) when (ex is IOException or InvalidDataException)
        {
            LogFault(ex); // whoever opens the page tries again and is told
        }
    }

    [LoggerMessage(LogLevel.Error, "The audit log could not be read.")]
    private partial void LogFault(Exception ex);
}
