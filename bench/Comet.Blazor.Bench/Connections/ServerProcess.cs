using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.App;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Comet.Blazor.Bench.Connections;

/// <summary>What the measured process runs: the product, or as little as Kestrel's WebSockets allow.</summary>
public static class ServerProcess
{
    /// <summary>The product.</summary>
    public const string Comet = "serve-comet";

    /// <summary>The reference.</summary>
    public const string Bare = "serve-bare";

    /// <summary>Printed before the address.</summary>
    public const string Ready = "ready ";

    /// <summary>Printed before figures.</summary>
    public const string Figures = "figures ";

    /// <summary>The command that asks for figures.</summary>
    public const string Measure = "measure";

    /// <summary>Serves until the standard input ends.</summary>
    public static async Task RunAsync(string which, string folder, int devices)
    {
        await using var app = which == Comet ? await CometAsync(folder, devices) : BareServer();
        await app.StartAsync();
        Console.WriteLine(Ready + app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        while (await Console.In.ReadLineAsync() == Measure)
        {
            var natural = Environment.WorkingSet;
            for (var i = 0; i < 3; i++)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                GC.WaitForPendingFinalizers();
            }

            Console.WriteLine($"{Figures}{natural} {Environment.WorkingSet} {GC.GetTotalMemory(forceFullCollection: false)}");
        }

        await app.StopAsync();
    }

    private static async Task<WebApplication> CometAsync(string folder, int devices)
    {
        var app = await ServerHost.CreateAsync(["--Urls", "http://127.0.0.1:0", "--Comet:DataDirectory", folder]);
        for (var first = 0; first < devices; first += Fleet.DevicesPerAccount)
        {
            var added = await app.Services.GetRequiredService<AddUser>().RunAsync(Actor.Server, new NewUser(Fleet.Account(first), Fleet.Password), CancellationToken.None);
            var from = first;
            await app.Services.GetRequiredService<AccountStore>().ChangeAsync(
                added.Value!.Id, null, document => Register(document, from, Math.Min(devices, from + Fleet.DevicesPerAccount)), tellDevices: false, CancellationToken.None);
        }

        return app;
    }

    private static Outcome Register(AccountDocument document, int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            var hello = Fleet.Hello(i, "");
            var device = ProfileTemplates.Device();
            (device["FriendlyName"], device["ClientVersion"], device["DeviceTimezone"]) = (hello.DeviceName, hello.AgentVersion, hello.TimeZone);
            device["PlatformVersion"] = new JsonObject { ["os"] = hello.Os.Os, ["arch"] = hello.Os.Arch, ["distribution"] = hello.Os.Distribution, ["version"] = hello.Os.Version };
            document.Devices[hello.DeviceId] = device;
        }

        return Outcome.Done;
    }

    /// <summary>Reads without a buffer while nothing comes, answers what the client's protocol expects, keeps nothing.</summary>
    private static WebApplication BareServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        app.Run(LoopAsync);
        return app;
    }

    private static readonly byte[][] Answers =
    [
        JsonSerializer.SerializeToUtf8Bytes(new Salt(1, "AAAAAAAAAAAAAAAAAAAAAA==", 1), AgentJson.Default.AgentMessage),
        JsonSerializer.SerializeToUtf8Bytes(new Welcome(Guid.NewGuid().ToString(), AccountId.New().Value, "1.0.0", 1_800_000_000, 0, "0123456789abcdef"), AgentJson.Default.AgentMessage),
        JsonSerializer.SerializeToUtf8Bytes(new Pong(), AgentJson.Default.AgentMessage),
    ];

    private static async Task LoopAsync(HttpContext http)
    {
        using var socket = await http.WebSockets.AcceptWebSocketAsync(AgentProtocol.SubProtocol);
        try
        {
            for (var said = 0; ; said++)
            {
                var part = await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
                var buffer = ArrayPool<byte>.Shared.Rent(4096);
                while (!part.EndOfMessage && part.MessageType == WebSocketMessageType.Text)
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                }

                ArrayPool<byte>.Shared.Return(buffer);
                if (part.MessageType != WebSocketMessageType.Text)
                {
                    return;
                }

                await socket.SendAsync(Answers[Math.Min(said, 2)], WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            return; // the client is gone
        }
    }
}
