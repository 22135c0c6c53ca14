using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Comet.Blazor.Bench.SignIns;

/// <summary>
/// What knowing the caller costs: one API call that does nothing, open to everybody, with a session key, with a password that was verified a moment ago, and with
/// one that was not. The server's own processor time per request, in slices that take turns, so that other work on the machine hits all alike.
/// </summary>
public sealed class SignInBench : IBench
{
    private const double Goal = 1.3;
    private const int Connections = 4;
    private const int WarmUp = 4;
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(0.5);

    /// <inheritdoc />
    public string Name => "sign-in";

    /// <inheritdoc />
    public string Purpose => "processor time of API requests by kind of credentials, beside none: [slices, 25]";

    /// <inheritdoc />
    public async Task<int> RunAsync(string[] args)
    {
        if (args is [SignInServer.Serve, var data])
        {
            await SignInServer.RunAsync(data);
            return 0;
        }

        var slices = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 25;
        var folder = Directory.CreateTempSubdirectory("comet-sign-in-").FullName;
        try
        {
            return await MeasureAsync(Path.Combine(folder, "data"), slices);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(string folder, int slices)
    {
        using var server = await SignInServer.StartAsync(folder);
        using var client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = new Uri(server.Address) };
        var cases = new Case[]
        {
            new("no authentication", "bench/open", $"Username=admin&AuthType=SessionKey&SessionKey={Uri.EscapeDataString(server.Session)}"),
            new("session key", "bench/admin", $"Username=admin&AuthType=SessionKey&SessionKey={Uri.EscapeDataString(server.Session)}"),
            new("password, verified in the last ten minutes", "bench/admin", Form("admin")),
        };
        for (var slice = -WarmUp; slice < slices; slice++)
        {
            foreach (var one in cases)
            {
                await one.RunAsync(client, server, slice >= 0);
            }
        }

        var slow = new List<double>();
        for (var i = 0; i < SignInServer.Others; i++)
        {
            var before = await server.CpuAsync();
            await Case.SendAsync(client, "bench/admin", Encoding.ASCII.GetBytes(Form($"user{i}")));
            slow.Add((await server.CpuAsync() - before).TotalMicroseconds);
        }

        Console.WriteLine($"| API request, {slices} slices of {Slice.TotalSeconds:0.0} s in turn | processor time of the server, µs | ratio to none | goal | requests a second of one processor |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        var ratio = double.NaN;
        foreach (var one in cases)
        {
            var mine = Median(one.Micros.Zip(cases[0].Micros, static (a, b) => a / b));
            ratio = one == cases[1] ? mine : ratio;
            Row(one.Name, Median(one.Micros), mine, one == cases[1] ? $"≤ {Goal}{(mine <= Goal ? "" : " MISSED")}" : "");
        }

        Row("password, the slow hash", Median(slow), Median(slow) / Median(cases[0].Micros), "");
        return ratio <= Goal ? 0 : 1;

        static void Row(string name, double micros, double ratio, string goal) =>
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {micros:0.0} | {ratio:0.00} | {goal} | {1e6 / micros:0} |"));
    }

    private static string Form(string name) => $"Username={name}&AuthType=Password&Password={Uri.EscapeDataString(SignInServer.Password)}";

    private static double Median(IEnumerable<double> values) => values.Order().ToList() is { Count: > 0 } sorted ? sorted[sorted.Count / 2] : double.NaN;

    private sealed class Case(string name, string call, string form)
    {
        private readonly byte[] _form = Encoding.ASCII.GetBytes(form);

        public string Name => name;

        /// <summary>Processor time per request, slice by slice.</summary>
        public List<double> Micros { get; } = [];

        public static async Task SendAsync(HttpClient client, string call, byte[] form)
        {
            using var content = new ByteArrayContent(form);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
            using var answer = await client.PostAsync(new Uri("/api/v1/" + call, UriKind.Relative), content);
            var text = await answer.Content.ReadAsStringAsync();
            if (!text.Contains("\"Status\":200", StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{call} answered {text}");
            }
        }

        public async Task RunAsync(HttpClient client, SignInServer server, bool counts)
        {
            var before = await server.CpuAsync();
            var started = Stopwatch.GetTimestamp();
            var done = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
            {
                var requests = 0;
                for (; Stopwatch.GetElapsedTime(started) < Slice; requests++)
                {
                    await SendAsync(client, call, _form);
                }

                return requests;
            }));
            if (counts)
            {
                Micros.Add((await server.CpuAsync() - before).TotalMicroseconds / done.Sum());
            }
        }
    }
}
