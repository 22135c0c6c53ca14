using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Comet.Blazor.Bench.Storage;

/// <summary>Many objects of 4 KiB over a few connections; requests written by hand, so that the client takes little of the processors that it shares.</summary>
internal sealed class SmallObjects(ProductServer product, RcloneServer rclone, int repository)
{
    private const int Connections = 8;
    private const int Objects = 3000;
    private const int Bytes = 4096;
    private const int WarmUps = 2;

    private readonly Dictionary<string, List<(double Put, double Get)>> _rates = new() { ["Storage Role"] = [], ["rclone serve restic"] = [] };

    /// <summary>Runs all rounds; the first two, which make the folders and warm the servers up, do not count.</summary>
    public async Task RunAsync(int rounds)
    {
        foreach (var (name, server) in Servers())
        {
            await new Client(server.Repository(repository)).OnceAsync("POST", "?create=true");
        }

        for (var round = 1 - WarmUps; round <= rounds; round++)
        {
            foreach (var (name, server) in round % 2 == 0 ? Servers() : Servers().Reverse())
            {
                var content = Enumerable.Range(0, Objects).Select(_ => RandomNumberGenerator.GetBytes(Bytes)).ToList();
                var put = await AllAsync(server, content, "POST");
                var get = await AllAsync(server, content, "GET");
                Console.Error.WriteLine($"{(round < 1 ? "warm-up" : $"round {round}")}, {name}: PUT {put.Whole()}/s, GET {get.Whole()}/s");
                if (round > 0)
                {
                    _rates[name].Add((put, get));
                }
            }
        }
    }

    /// <summary>Prints the table; answers true when the goals are met.</summary>
    public bool Report()
    {
        var (ours, theirs) = (_rates["Storage Role"], _rates["rclone serve restic"]);
        List<double> put = [.. ours.Zip(theirs, static (a, b) => a.Put / b.Put)];
        List<double> get = [.. ours.Zip(theirs, static (a, b) => a.Get / b.Get)];
        Console.WriteLine($"| {Bytes} bytes, {Connections} connections | PUT per second, median | GET per second, median |");
        Console.WriteLine("| --- | ---: | ---: |");
        foreach (var (name, rates) in _rates)
        {
            Console.WriteLine($"| {name} | {rates.Select(static r => r.Put).Median().Whole()} | {rates.Select(static r => r.Get).Median().Whole()} |");
        }

        Console.WriteLine($"| ratio per round: median (spread) | {put.Spread()} | {get.Spread()} |");
        Console.WriteLine();
        return Goals.Check("durable PUT ÷ rclone's", put.Median(), "at least", 0.8) & Goals.Check("GET ÷ rclone's", get.Median(), "at least", 2);
    }

    private (string Name, RepositoryServer Server)[] Servers() => [("Storage Role", product), ("rclone serve restic", rclone)];

    private async Task<double> AllAsync(RepositoryServer server, List<byte[]> content, string method)
    {
        var requests = content.ConvertAll(c => ($"data/{Convert.ToHexStringLower(SHA256.HashData(c))}", c));
        var clients = Enumerable.Range(0, Connections).Select(_ => new Client(server.Repository(repository))).ToList();
        await Task.WhenAll(clients.Select(static c => c.OpenAsync()));
        var next = -1;
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(clients.Select(client => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < requests.Count; i = Interlocked.Increment(ref next))
            {
                await client.SendAsync(method, requests[i].Item1, method == "POST" ? requests[i].c : null, method == "GET" ? Bytes : 0);
            }
        })));
        var seconds = clock.Elapsed.TotalSeconds;
        clients.ForEach(static c => c.Dispose());
        return requests.Count / seconds;
    }

    /// <summary>One connection.</summary>
    private sealed class Client(Uri repository) : IDisposable
    {
        private readonly TcpClient _socket = new() { NoDelay = true };
        private readonly byte[] _buffer = new byte[16 * 1024];
        private readonly string _auth = Convert.ToBase64String(Encoding.ASCII.GetBytes(repository.UserInfo));

        public Task OpenAsync() => _socket.ConnectAsync(repository.Host, repository.Port);

        public async Task OnceAsync(string method, string path)
        {
            await OpenAsync();
            await SendAsync(method, path, [], null);
            Dispose();
        }

        /// <summary>Sends one request and reads its answer to the end.</summary>
        /// <exception cref="InvalidOperationException">It was not answered with 200 and as many bytes as wanted.</exception>
        public async Task SendAsync(string method, string path, byte[]? body, int? wanted)
        {
            var stream = _socket.GetStream();
            var head = Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{method} {repository.AbsolutePath}{path} HTTP/1.1\r\nHost: {repository.Authority}\r\nAuthorization: Basic {_auth}\r\nAccept: application/vnd.x.restic.rest.v2\r\n{(body is null ? "" : $"Content-Type: application/octet-stream\r\nContent-Length: {body.Length}\r\n")}\r\n"));
            await stream.WriteAsync(body is null ? head : [.. head, .. body]);
            var (filled, end) = (0, -1);
            while (end < 0)
            {
                var read = await stream.ReadAsync(_buffer.AsMemory(filled));
                filled += read > 0 ? read : throw new InvalidOperationException("The server closed the connection.");
                end = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            }

            var answer = Encoding.ASCII.GetString(_buffer, 0, end);
            var length = LengthOf(answer);
            if (!answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal) || (wanted is { } bytes && length != bytes))
            {
                throw new InvalidOperationException($"{method} {path}: {answer}");
            }

            for (var left = length - (filled - end - 4); left > 0;)
            {
                var read = await stream.ReadAsync(_buffer.AsMemory(0, (int)Math.Min(left, _buffer.Length)));
                left -= read > 0 ? read : throw new InvalidOperationException("The server closed the connection.");
            }
        }

        public void Dispose() => _socket.Dispose();

        private static long LengthOf(string answer)
        {
            var at = answer.IndexOf("\r\nContent-Length: ", StringComparison.OrdinalIgnoreCase);
            var line = at < 0 ? "0" : answer[(at + 18)..].Split('\r')[0];
            return long.Parse(line, CultureInfo.InvariantCulture);
        }
    }
}
