using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Bench.Connections;

/// <summary>The load: devices that sign in, stay, and say every 20 seconds that they are there.</summary>
/// <param name="server">Where to.</param>
public sealed class Fleet(IPEndPoint server) : IAsyncDisposable
{
    /// <summary>Devices of one account.</summary>
    public const int DevicesPerAccount = 100;

    /// <summary>Password of every account.</summary>
    public const string Password = "correct horse";

    private const int AtOnce = 64;
    private static readonly ConcurrentDictionary<string, string> Keys = new();
    private readonly ConcurrentBag<RawLink> _links = [];
    private readonly SemaphoreSlim _quiet = new(1);
    private readonly CancellationTokenSource _over = new();
    private Task _beating = Task.CompletedTask;

    /// <summary>Name of an account.</summary>
    public static string Account(int device) => "user" + (device / DevicesPerAccount).ToString(CultureInfo.InvariantCulture);

    /// <summary>What a device says of itself; only name, key and id differ.</summary>
    public static Hello Hello(int device, string key) => new(
        Account(device), key, $"device-{device:00000}", $"host-{device:00000}.example", "1.2.3", "linux/amd64", new OsInfo("linux", "amd64", "Debian GNU/Linux 12 (bookworm)", "6.1.0-18-amd64"),
        "Europe/Amsterdam", true, $"epoch-{device:00000}-0123456789abcdef", []);

    /// <summary>Derives the keys of all accounts, so that it is not measured.</summary>
    public static async Task DeriveAsync(IPEndPoint server, int devices)
    {
        for (var device = 0; device < devices; device += DevicesPerAccount)
        {
            using var link = await RawLink.ConnectAsync(server);
            await link.SendAsync(new AskSalt([AgentProtocol.Version], Account(device)));
            var salt = (Salt)await link.ReadAsync();
            Keys.GetOrAdd(salt.Value, _ => Convert.ToBase64String(PasswordKeys.Derive(Password, Convert.FromBase64String(salt.Value), salt.Iterations).AuthKey));
        }
    }

    /// <summary>Signs devices in.</summary>
    public async Task ConnectAsync(int count)
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (device, _) =>
        {
            var link = await RawLink.ConnectAsync(server);
            await link.SendAsync(new AskSalt([AgentProtocol.Version], Account(device)));
            var salt = await link.ReadAsync() as Salt ?? throw new IOException("The server gave no salt.");
            await link.SendAsync(Hello(device, Keys[salt.Value]));
            if (await link.ReadAsync() is var answer and not Welcome)
            {
                throw new IOException($"The server did not let the device in: {answer}");
            }

            _links.Add(link);
        });
        _beating = _beating.IsCompleted ? StayAsync() : _beating;
    }

    /// <summary>Every device sends a ping and reads its pong.</summary>
    public Task BeatAllAsync() => Parallel.ForEachAsync(_links, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, static async (link, _) => await link.BeatAsync());

    /// <summary>Does something while no device says anything.</summary>
    public async Task<T> QuietlyAsync<T>(Func<Task<T>> act)
    {
        await _quiet.WaitAsync();
        try
        {
            return await act();
        }
        finally
        {
            _quiet.Release();
        }
    }

    /// <summary>All devices leave.</summary>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _beating;
        foreach (var link in _links)
        {
            link.Dispose();
        }

        _quiet.Dispose();
        _over.Dispose();
    }

    private async Task StayAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(20));
        try
        {
            while (await timer.WaitForNextTickAsync(_over.Token))
            {
                await QuietlyAsync(async () =>
                {
                    await BeatAllAsync();
                    return true;
                });
            }
        }
        catch (OperationCanceledException) when (_over.IsCancellationRequested)
        {
            return;
        }
    }
}
