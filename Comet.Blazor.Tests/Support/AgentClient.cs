using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Support;

/// <summary>A device that does exactly what a test tells it, frame by frame.</summary>
public sealed class AgentClient : IAsyncDisposable
{
    private readonly byte[] _buffer = new byte[2 * AgentProtocol.MaxFrameBytes];

    private AgentClient(ClientWebSocket socket) => Socket = socket;

    public ClientWebSocket Socket { get; }

    public Welcome? Welcome { get; private set; }

    /// <summary>The close code; 0 while open, -1 when the connection broke without one.</summary>
    public int CloseCode { get; private set; }

    /// <summary>A server that says nothing for so long fails the test instead of holding up all of them.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Connects without saying anything yet.</summary>
    public static async Task<AgentClient> ConnectAsync(TestServer server, params (string Name, string Value)[] headers)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol(AgentProtocol.SubProtocol);
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        foreach (var (name, value) in headers)
        {
            socket.Options.SetRequestHeader(name, value);
        }

        await socket.ConnectAsync(new Uri(server.Address.Replace("http", "ws", StringComparison.Ordinal).TrimEnd('/') + AgentProtocol.Path), Ct);
        return new AgentClient(socket);
    }

    /// <summary>Connects and signs in; fails the test when refused.</summary>
    public static async Task<AgentClient> SignInAsync(TestServer server, string username, string password, string deviceId = "device-1", string epoch = "epoch-1", params string[] activeJobs)
    {
        var client = await ConnectAsync(server);
        var answer = await client.TryAsync(username, password, deviceId, epoch, activeJobs);
        client.Welcome = Assert.IsType<Welcome>(answer);
        return client;
    }

    /// <summary>Salt and hello; answers welcome or refused.</summary>
    public async Task<AgentMessage?> TryAsync(string username, string password, string deviceId = "device-1", string epoch = "epoch-1", params string[] activeJobs)
    {
        await SendAsync(new AskSalt([AgentProtocol.Version], username));
        var answer = await ReadAsync();
        if (answer is not Salt salt)
        {
            return answer;
        }

        var keys = PasswordKeys.Derive(password, Convert.FromBase64String(salt.Value), salt.Iterations);
        await SendAsync(Hello(username, keys, deviceId, epoch, activeJobs));
        return await ReadAsync();
    }

    public static Hello Hello(string username, PasswordKeys keys, string deviceId = "device-1", string epoch = "epoch-1", params string[] activeJobs) => new(
        username, Convert.ToBase64String(keys.AuthKey), deviceId, deviceId + ".example", "1.2.3", "linux/amd64", new OsInfo("linux", "amd64", "Debian GNU/Linux 12 (bookworm)", "6.1.0"),
        "Europe/Rome", true, epoch, activeJobs);

    public Task SendAsync(AgentMessage message) => SendTextAsync(JsonSerializer.Serialize(message, AgentJson.Default.AgentMessage));

    public async Task SendTextAsync(string text) => await Socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Ct);

    /// <summary>The next message; null when the link is over, and <see cref="CloseCode"/> then says how.</summary>
    public async Task<AgentMessage?> ReadAsync()
    {
        var length = 0;
        try
        {
            while (true)
            {
                var part = await Socket.ReceiveAsync(_buffer.AsMemory(length), Ct).AsTask().WaitAsync(Patience, Ct);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    CloseCode = (int)Socket.CloseStatus!;
                    await Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", Ct);
                    return null;
                }

                length += part.Count;
                if (part.EndOfMessage)
                {
                    return JsonSerializer.Deserialize(_buffer.AsSpan(0, length), AgentJson.Default.AgentMessage);
                }
            }
        }
        catch (WebSocketException)
        {
            CloseCode = -1;
            return null;
        }
    }

    /// <summary>The next message of a kind; others before it are passed over.</summary>
    public async Task<T> ReadAsync<T>()
        where T : AgentMessage
    {
        while (true)
        {
            var message = await ReadAsync();
            Assert.True(message is not null, $"The link ended with {CloseCode} while waiting for {typeof(T).Name}.");
            if (message is T wanted)
            {
                return wanted;
            }
        }
    }

    /// <summary>Reads until the link is over; answers the reason told before it, if any.</summary>
    public async Task<Refused?> EndAsync()
    {
        Refused? why = null;
        while (await ReadAsync() is { } message)
        {
            why = message as Refused ?? why;
        }

        return why;
    }

    /// <summary>The link still works: a ping is answered.</summary>
    public async Task AssertAliveAsync()
    {
        await SendAsync(new Ping());
        await ReadAsync<Pong>();
    }

    /// <summary>Sends a message; the very next one that arrives must be its answer.</summary>
    public async Task AssertNextAsync<T>(AgentMessage message)
        where T : AgentMessage
    {
        await SendAsync(message);
        Assert.IsType<T>(await ReadAsync());
    }

    public ValueTask DisposeAsync()
    {
        Socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
