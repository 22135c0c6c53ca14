using System.Buffers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>
/// One socket of a device as frames: reads one message at a time, sends from a bounded queue without ever making the caller wait, ends with a
/// reason. An idle link holds no buffer and no timer; <see cref="LinkWatch"/> looks at all links.
/// </summary>
/// <param name="socket">The accepted socket.</param>
/// <param name="abort">Tears the connection down at once, so that a pending read or send ends; not called after <see cref="Leave"/>.</param>
/// <param name="limits">What the link may cost.</param>
/// <param name="clock">The clock.</param>
public sealed class DeviceLink(WebSocket socket, Action abort, LinkLimits limits, TimeProvider clock)
{
    private const int FirstBuffer = 4096;
    private const int MaxCloseReason = 123; // bytes, RFC 6455 §5.5
    private static readonly byte[] PingFrame = Serialize(new Ping());
    private static readonly byte[] PongFrame = Serialize(new Pong());

    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _out = new(2);
    private readonly long _opened = clock.GetTimestamp();
    private Task _drain = Task.CompletedTask;
    private Questions? _questions;
    private Refused? _end;
    private Action? _ended;
    private bool _signedIn;
    private bool _sending;
    private bool _closeSent;
    private bool _down;
    private bool _left;
    private int _queued;
    private long _sendingSince;
    private long _endedAt;
    private long _heard = clock.GetTimestamp();
    private long _pinged;
    private LinkPace _pace = new(limits, clock);

    /// <summary>Why the link ends; null while it is up.</summary>
    public Refused? End => Volatile.Read(ref _end);

    /// <summary>True once the link is ending or gone.</summary>
    public bool IsOver => End is not null || Volatile.Read(ref _down);

    /// <summary>From now on silence counts, not the time to sign in.</summary>
    /// <param name="ended">Called when the link begins to end, perhaps more than once.</param>
    public void SignedIn(Action ended)
    {
        Volatile.Write(ref _ended, ended);
        Volatile.Write(ref _signedIn, true);
    }

    /// <summary>The next message. After <see cref="Close"/> whatever still arrives is thrown away, and the answer comes when the link is over.</summary>
    public async ValueTask<Received> ReadAsync(int maxBytes)
    {
        try
        {
            while (true)
            {
                // A read of zero bytes waits without a buffer, which is what keeps thousands of idle links cheap.
                var first = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                if (first.MessageType == WebSocketMessageType.Close)
                {
                    Close(Refusals.Bye);
                    return Received.Nothing;
                }

                var received = await ReadMessageAsync(first, maxBytes);
                if (received == Received.Nothing)
                {
                    return received;
                }

                if (!IsOver)
                {
                    Volatile.Write(ref _heard, clock.GetTimestamp());
                    if (_pace.AfterFrame() is var wait && wait > TimeSpan.Zero)
                    {
                        await Task.Delay(wait, clock);
                    }

                    return received.Message is JobMessage || _pace.MayTalk() ? received : received with { Message = null, Problem = received.Problem ?? Refusals.Flood(limits.MaxTalkPerSecond) };
                }
            }
        }
        catch (Exception ex) when (IsLoss(ex))
        {
            return Received.Nothing; // the peer or its network is gone: an ordinary end of a link
        }
    }

    /// <summary>Queues a message; false when the link is over. A device that lets too much pile up is dropped.</summary>
    public bool Send(AgentMessage message) => Enqueue(message switch
    {
        Ping => PingFrame,
        Pong => PongFrame,
        _ => Serialize(message),
    });

    /// <summary>
    /// Ends the link: tells the device why, sends the close frame, and leaves it <see cref="LinkLimits.CloseWait"/> to answer. The first reason
    /// stays. What was waiting to be sent is dropped.
    /// </summary>
    public void Close(Refused why)
    {
        lock (_gate)
        {
            if (_end is not null || _down)
            {
                return;
            }

            _endedAt = clock.GetTimestamp();
            Volatile.Write(ref _end, why);
            _out.Clear();
            _queued = 0;
            if (why.Code != AgentProtocol.CloseCodes.Normal)
            {
                _out.Enqueue(Serialize(why));
            }

            StartDrain();
        }

        LetGo();
    }

    /// <summary>Asks the device and waits for its answer; null when the link ended first.</summary>
    /// <exception cref="TimeoutException">No answer within the limit.</exception>
    /// <exception cref="InvalidOperationException">Too many questions wait already.</exception>
    public async Task<Response?> AskAsync(string action, JsonElement? body, TimeSpan limit, CancellationToken ct)
    {
        var questions = LazyInitializer.EnsureInitialized(ref _questions, static () => new Questions());
        using var question = questions.Ask(limits.MaxAsked);
        using var late = new CancellationTokenSource(limit, clock); // runs before the device can know of the question
        return IsOver || !Send(new Request(question.Id, action, body)) ? null : await question.AnswerAsync(late.Token, ct);
    }

    /// <summary>An answer arrived; one that nobody waits for any more is ignored.</summary>
    public void Answered(Response response) => Volatile.Read(ref _questions)?.Answered(response);

    /// <summary>Looks at the link: called about every <see cref="LinkLimits.Tick"/>.</summary>
    public void Look()
    {
        var now = clock.GetTimestamp();
        if (End is not null)
        {
            AbortAfter(_endedAt, limits.CloseWait, now);
        }
        else if (Volatile.Read(ref _sending) && clock.GetElapsedTime(Volatile.Read(ref _sendingSince), now) > limits.SendStall)
        {
            DropDeaf();
        }
        else if (!Volatile.Read(ref _signedIn) && clock.GetElapsedTime(_opened, now) > limits.Hello)
        {
            Close(Refusals.TimedOut($"The device did not sign in within {limits.Hello.TotalSeconds:0} seconds."));
        }
        else if (clock.GetElapsedTime(Volatile.Read(ref _heard), now) is var quiet && quiet > limits.Silence)
        {
            Close(Refusals.TimedOut($"Nothing was heard from the device for {limits.Silence.TotalSeconds:0} seconds."));
        }
        else if (quiet > limits.PingAfter && Volatile.Read(ref _signedIn) && _pinged != Volatile.Read(ref _heard))
        {
            _pinged = Volatile.Read(ref _heard);
            Enqueue(PingFrame);
        }
    }

    /// <summary>Tears the connection down; nothing happens when it is over.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            Volatile.Write(ref _down, true);
            if (!_left)
            {
                socket.Abort();
                abort();
            }
        }

        LetGo();
    }

    /// <summary>The request has ended: from now on its connection is not this link's to touch.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            (_left, _down) = (true, true);
        }

        LetGo();
    }

    /// <summary>After the last read: lets the close frame leave.</summary>
    public async Task FinishAsync()
    {
        Task drain;
        lock (_gate)
        {
            drain = _drain;
        }

        await drain;
    }

    private static byte[] Serialize(AgentMessage message) => JsonSerializer.SerializeToUtf8Bytes(message, AgentJson.Default.AgentMessage);

    private static bool IsLoss(Exception ex) => ex is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException;

    private async ValueTask<Received> ReadMessageAsync(ValueWebSocketReceiveResult part, int maxBytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        var length = 0;
        try
        {
            var tooBig = false;
            while (!part.EndOfMessage)
            {
                if (length == buffer.Length && !tooBig)
                {
                    buffer = Grow(buffer);
                }

                part = await socket.ReceiveAsync(buffer.AsMemory(tooBig ? 0 : length), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    Close(Refusals.Bye);
                    return Received.Nothing;
                }

                length = Math.Min(length + part.Count, maxBytes + 1);
                if (length > maxBytes && !tooBig)
                {
                    // Said now, while the rest is still coming: the device may be sending for minutes. The rest is read and thrown away, or
                    // the reason would be lost with the reset connection.
                    tooBig = true;
                    Close(Refusals.TooBig(maxBytes));
                }
            }

            return tooBig || IsOver ? new Received(null, End ?? Refusals.TooBig(maxBytes), length)
                : part.MessageType == WebSocketMessageType.Binary ? new Received(null, Refusals.BadMessage("Frames must be text, this one was binary."), length)
                : Parse(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static Received Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, AgentJson.Default.AgentMessage) is { } message
                ? new Received(message, null, json.Length)
                : new Received(null, Refusals.BadMessage("The frame is null."), json.Length);
        }
        catch (JsonException ex)
        {
            return new Received(null, Refusals.BadMessage($"The frame is not a message of this protocol: {Shorten(ex.Message)}"), json.Length);
        }
        catch (NotSupportedException)
        {
            return new Received(null, Refusals.BadMessage("The frame does not say in \"t\" which message it is."), json.Length);
        }
    }

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200];

    private bool Enqueue(byte[] frame)
    {
        lock (_gate)
        {
            if (_end is not null || _down)
            {
                return false;
            }

            if (_queued + frame.Length <= limits.MaxQueuedBytes)
            {
                _queued += frame.Length;
                _out.Enqueue(frame);
                StartDrain();
                return true;
            }
        }

        DropDeaf();
        return false;
    }

    /// <summary>The device does not read what it is sent, so no word of farewell would reach it either.</summary>
    private void DropDeaf()
    {
        lock (_gate)
        {
            Volatile.Write(ref _end, _end ?? Refusals.TimedOut("The device does not read what it is sent."));
            _endedAt = clock.GetTimestamp();
        }

        Abort();
    }

    /// <summary>Nobody shall wait for this device or see it listed while its close frame is on the way.</summary>
    private void LetGo()
    {
        Volatile.Read(ref _questions)?.Gone();
        Volatile.Read(ref _ended)?.Invoke();
    }

    private void StartDrain()
    {
        if (!_sending)
        {
            _sending = true;
            Volatile.Write(ref _sendingSince, clock.GetTimestamp());
            _drain = DrainAsync();
        }
    }

    private async Task DrainAsync()
    {
        await Task.Yield(); // never send on the caller's stack, which holds the gate
        try
        {
            while (Next() is { } frame)
            {
                if (frame.Length > 0)
                {
                    await socket.SendAsync(frame, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
                }
                else
                {
                    await socket.CloseOutputAsync((WebSocketCloseStatus)End!.Code, Reason(End.Message), CancellationToken.None);
                }
            }
        }
        catch (Exception ex) when (IsLoss(ex))
        {
            Abort(); // makes the pending read end, which is where a lost link is noticed
        }
    }

    /// <summary>The next frame; an empty one stands for the close frame, null for nothing more to do.</summary>
    private byte[]? Next()
    {
        lock (_gate)
        {
            Volatile.Write(ref _sendingSince, clock.GetTimestamp());
            if (_out.TryDequeue(out var frame))
            {
                _queued = Math.Max(0, _queued - frame.Length);
                return frame;
            }

            if (_end is not null && !_closeSent && !_down)
            {
                _closeSent = true;
                return [];
            }

            _sending = false;
            return null;
        }
    }

    private void AbortAfter(long since, TimeSpan wait, long now)
    {
        if (clock.GetElapsedTime(since, now) > wait)
        {
            Abort();
        }
    }

    private static string Reason(string text)
    {
        var length = text.Length;
        while (Encoding.UTF8.GetByteCount(text.AsSpan(0, length)) > MaxCloseReason)
        {
            length--;
        }

        return text[..length];
    }
}
