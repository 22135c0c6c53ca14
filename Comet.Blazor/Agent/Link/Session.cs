using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Link;

/// <summary>A link after its welcome: sends what waits, answers what is asked, notices silence.</summary>
/// <param name="link">The link.</param>
/// <param name="outbox">What waits to be sent.</param>
/// <param name="answer">Answers the server's requests.</param>
/// <param name="clock">The clock.</param>
public sealed class Session(Frames link, Outbox outbox, Func<Request, Task<Response>> answer, TimeProvider clock)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(AgentProtocol.HeartbeatSeconds);
    private static readonly TimeSpan DeadAfter = TimeSpan.FromSeconds(AgentProtocol.SilenceSeconds);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<string, JobProgress> _progress = new(StringComparer.Ordinal);
    private readonly Questions _questions = new();

    /// <summary>Asks the server; null when the link ended before the answer, or the answer did not come in time.</summary>
    public async Task<Response?> AskAsync(string action, JsonElement? body, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(AnswerWithin);
        try
        {
            return await _questions.AskAsync(link, action, body, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception ex) when (ex is WebSocketException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Sends a progress report soon; a newer one of the same job takes its place.</summary>
    public void Report(JobProgress progress)
    {
        _progress[progress.JobId] = progress;
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Speaks until the link is over; answers what the server said at its end.</summary>
    /// <exception cref="WebSocketException">The link broke.</exception>
    /// <exception cref="TimeoutException">The server was silent too long.</exception>
    public async Task<Refused?> RunAsync(CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        void Wake() => _wake.Writer.TryWrite(true);
        outbox.Changed += Wake;
        var helpers = new[] { PumpAsync(over.Token), BeatAsync(over.Token) };
        try
        {
            var reading = ReadAsync(over.Token);
            var first = await Task.WhenAny([reading, .. helpers]);
            await first;
            return await reading;
        }
        finally
        {
            outbox.Changed -= Wake;
            _questions.Gone();
            await over.CancelAsync();
            await Task.WhenAll(helpers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the first failure is being told already
        }
    }

    private async Task<Refused?> ReadAsync(CancellationToken ct)
    {
        Refused? why = null;
        while (await link.ReadAsync(ct) is { } message)
        {
            switch (message)
            {
                case Ack ack:
                    outbox.Acknowledge(ack.Seq);
                    break;
                case Ping:
                    await link.SendAsync(new Pong(), ct);
                    break;
                case Request request:
                    _ = AnswerAsync(request, ct);
                    break;
                case Response response:
                    _questions.Answered(response);
                    break;
                case Refused refused:
                    why = refused;
                    break;
                default:
                    break; // a pong: that something came is all it says
            }
        }

        return why ?? link.Farewell;
    }

    private async Task AnswerAsync(Request request, CancellationToken ct)
    {
        try
        {
            await link.SendAsync(await answer(request), ct);
        }
        catch (Exception ex) when (ex is WebSocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            return; // the link is over, so nobody waits for the answer; the reading side notices by itself
        }
    }

    private async Task PumpAsync(CancellationToken ct)
    {
        var sent = outbox.Acknowledged;
        while (true)
        {
            var room = (int)(outbox.Acknowledged + AgentProtocol.MaxUnacknowledged - sent);
            foreach (var message in room > 0 ? outbox.After(sent, room) : [])
            {
                await link.SendAsync(message, ct);
                sent = message.Seq;
            }

            foreach (var job in _progress.Keys)
            {
                if (_progress.TryRemove(job, out var progress))
                {
                    await link.SendAsync(progress, ct);
                }
            }

            await _wake.Reader.ReadAsync(ct);
        }
    }

    private async Task BeatAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Beat, clock);
        var asked = TimeSpan.Zero;
        while (await timer.WaitForNextTickAsync(ct))
        {
            var silence = link.SinceHeard;
            if (silence > DeadAfter)
            {
                throw new TimeoutException($"The server has been silent for {DeadAfter.TotalSeconds:0} seconds.");
            }

            if (silence < asked)
            {
                asked = TimeSpan.Zero; // something came meanwhile
            }

            if (silence >= asked + PingAfter)
            {
                asked = silence;
                await link.SendAsync(new Ping(), ct);
            }
        }
    }
}
