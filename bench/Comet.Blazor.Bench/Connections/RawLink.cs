using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Bench.Connections;

/// <summary>The client's end of one WebSocket, as little as it takes: thousands of them fit beside the server on one machine.</summary>
public sealed class RawLink : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _head = new byte[2048];

    /// <summary>Connects and upgrades.</summary>
    public static async Task<RawLink> ConnectAsync(IPEndPoint server)
    {
        var link = new RawLink();
        await link._socket.ConnectAsync(server);
        var request = $"GET {AgentProtocol.Path} HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + $"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {AgentProtocol.SubProtocol}\r\n\r\n";
        await link._socket.SendAsync(Encoding.ASCII.GetBytes(request));
        var length = 0;
        while (!link._head.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            await link.ReadExactlyAsync(link._head.AsMemory(length++, 1)); // not a byte further: a frame may follow
        }

        return link._head.AsSpan().StartsWith("HTTP/1.1 101"u8) ? link : throw new IOException("The server did not upgrade: " + Encoding.ASCII.GetString(link._head, 0, length));
    }

    /// <summary>Sends one message, masked as a client must.</summary>
    public async Task SendAsync(AgentMessage message)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, AgentJson.Default.AgentMessage);
        var head = body.Length < 126 ? 2 : 4;
        var frame = new byte[head + 4 + body.Length]; // a mask of zeros is a mask
        frame[0] = 0x81;
        if (head == 2)
        {
            frame[1] = (byte)(0x80 | body.Length);
        }
        else
        {
            frame[1] = 0x80 | 126;
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)body.Length);
        }

        body.CopyTo(frame, head + 4);
        await _socket.SendAsync(frame);
    }

    /// <summary>The next message.</summary>
    /// <exception cref="IOException">The server ended the connection.</exception>
    public async Task<AgentMessage> ReadAsync()
    {
        await ReadExactlyAsync(_head.AsMemory(0, 2));
        if (_head[0] != 0x81)
        {
            throw new IOException($"The server closed the connection (frame {_head[0]:x2}).");
        }

        var length = (int)_head[1];
        if (length == 126)
        {
            await ReadExactlyAsync(_head.AsMemory(0, 2));
            length = BinaryPrimitives.ReadUInt16BigEndian(_head);
        }

        var body = length <= _head.Length ? _head.AsMemory(0, length) : new byte[length];
        await ReadExactlyAsync(body);
        return JsonSerializer.Deserialize(body.Span, AgentJson.Default.AgentMessage) ?? throw new IOException("The server sent null.");
    }

    /// <summary>A ping of the protocol and its pong; pings of the server in between are answered.</summary>
    public async Task BeatAsync()
    {
        await SendAsync(new Ping());
        while (await ReadAsync() is var message and not Pong)
        {
            if (message is Ping)
            {
                await SendAsync(new Pong());
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _socket.Dispose();

    private async Task ReadExactlyAsync(Memory<byte> into)
    {
        while (into.Length > 0)
        {
            var read = await _socket.ReceiveAsync(into);
            into = read > 0 ? into[read..] : throw new IOException("The server ended the connection.");
        }
    }
}
