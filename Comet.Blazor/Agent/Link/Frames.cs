using System.Net.WebSockets;
using System.Text.Json;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Link;

/// <summary>Messages over one socket. Sending is safe for any thread; one reader.</summary>
/// <param name="socket">An open socket.</param>
/// <param name="clock">The clock.</param>
public sealed class Frames(WebSocket socket, TimeProvider clock) : IDisposable
{
    private readonly SemaphoreSlim _sending = new(1);
    private byte[] _buffer = new byte[4096];
    private long _heard = clock.GetTimestamp();

    /// <summary>Time since anything came.</summary>
    public TimeSpan SinceHeard => clock.GetElapsedTime(Volatile.Read(ref _heard));

    /// <summary>Sends one message.</summary>
    /// <exception cref="WebSocketException">The link is over.</exception>
    public async Task SendAsync(AgentMessage message, CancellationToken ct)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(message, AgentJson.Default.AgentMessage);
        await _sending.WaitAsync(ct);
        try
        {
            await socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, ct);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>The next message; null when the server has closed the link.</summary>
    /// <exception cref="WebSocketException">The link broke.</exception>
    /// <exception cref="InvalidDataException">Not what the protocol allows.</exception>
    public async Task<AgentMessage?> ReadAsync(CancellationToken ct)
    {
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                if (length >= AgentProtocol.MaxFrameBytes)
                {
                    throw new InvalidDataException("The server sent a frame that is too large.");
                }

                Array.Resize(ref _buffer, length * 2);
            }

            var part = await socket.ReceiveAsync(_buffer.AsMemory(length), ct);
            Volatile.Write(ref _heard, clock.GetTimestamp());
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (part.EndOfMessage)
            {
                return Parse(length);
            }
        }
    }

    /// <summary>Says goodbye; the server's own close frame is not waited for.</summary>
    public async Task CloseAsync(string reason, CancellationToken ct)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await _sending.WaitAsync(ct);
            try
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, reason, ct);
            }
            finally
            {
                _sending.Release();
            }
        }
    }

    /// <summary>The close code and sentence of the server's close frame; null when there was none.</summary>
    public Refused? Farewell => socket.CloseStatus is { } code ? new Refused((int)code, socket.CloseStatusDescription ?? "", 0) : null;

    /// <inheritdoc />
    public void Dispose()
    {
        _sending.Dispose();
        socket.Dispose();
    }

    private AgentMessage Parse(int length)
    {
        try
        {
            return JsonSerializer.Deserialize(_buffer.AsSpan(0, length), AgentJson.Default.AgentMessage) ?? throw new InvalidDataException("The server sent an empty message.");
        }
        catch (JsonException ex)
        {
            throw new InvalidDataException("The server sent a message that this agent does not understand; one of the two may be too old.", ex);
        }
    }
}
