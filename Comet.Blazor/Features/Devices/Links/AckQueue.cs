using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>
/// Job messages of one link that are being stored. Reading goes on meanwhile, so that many messages share one commit; they are handed over
/// in the order of their arrival, and one acknowledgement stands for all that are stored. How much may wait is bounded: then reading stops.
/// </summary>
/// <param name="link">The link.</param>
/// <param name="intake">Where messages go.</param>
/// <param name="limits">How much may wait.</param>
/// <param name="log">Tells of faults.</param>
public sealed partial class AckQueue(SignedInLink link, IJobIntake intake, LinkLimits limits, ILogger log) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<(Task<Outcome<long>> Stored, int Bytes)> _waiting = new();
    private readonly CancellationTokenSource _leaving = new();
    private TaskCompletionSource? _room;
    private Task _worker = Task.CompletedTask;
    private bool _working;
    private int _bytes;

    /// <summary>Hands a message over; returns when there is room for the next one.</summary>
    public async ValueTask TakeAsync(JobMessage message, int bytes)
    {
        var stored = intake.ReceiveAsync(link.Connection.Account, link.Connection.DeviceId, link.Epoch, message, _leaving.Token);
        Task room;
        lock (_gate)
        {
            _waiting.Enqueue((stored, bytes));
            _bytes += bytes;
            if (!_working)
            {
                _working = true;
                _worker = AcknowledgeAsync();
            }

            if (_waiting.Count < AgentProtocol.MaxUnacknowledged && _bytes < limits.MaxUnstoredBytes)
            {
                return;
            }

            _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            room = _room.Task;
        }

        await room;
    }

    /// <summary>The link is over: what is on its way is stored all the same, only nobody waits for it any more.</summary>
    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        Task worker;
        lock (_gate)
        {
            worker = _worker;
        }

        await worker;
        _leaving.Dispose();
    }

    private async Task AcknowledgeAsync()
    {
        await Task.Yield();
        while (true)
        {
            Task<Outcome<long>> next;
            lock (_gate)
            {
                next = _waiting.Peek().Stored;
            }

            var outcome = await StoredAsync(next);
            bool last;
            lock (_gate)
            {
                _bytes -= _waiting.Dequeue().Bytes;
                last = !_waiting.TryPeek(out var more) || !more.Stored.IsCompleted;
                _room?.TrySetResult();
                _room = null;
            }

            if (outcome is { Ok: true } && last)
            {
                link.Link.Send(new Ack(outcome.Value.Value));
            }

            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _working = false;
                    return;
                }
            }
        }
    }

    private async Task<Outcome<long>?> StoredAsync(Task<Outcome<long>> stored)
    {
        try
        {
            var outcome = await stored;
            if (!outcome.Ok)
            {
                link.Link.Close(Refusals.BadMessage(outcome.Why));
            }

            return outcome;
        }
        catch (OperationCanceledException) when (_leaving.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception ex)
        {
            LogFault(ex, link.Connection.DeviceId);
            link.Link.Close(Refusals.ServerFault);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "A job message of device {Device} could not be stored.")]
    private partial void LogFault(Exception ex, string device);
}
