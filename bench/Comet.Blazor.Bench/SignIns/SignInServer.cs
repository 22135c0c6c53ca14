using System.Diagnostics;
using System.Globalization;
using Comet.Blazor.Api;
using Comet.Blazor.App;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Bench.SignIns;

/// <summary>The product in a process of its own, with one call in two forms: open to everybody, and for administrators. Tells the processor time it has used.</summary>
public sealed class SignInServer : IDisposable
{
    /// <summary>The word on the command line.</summary>
    public const string Serve = "serve";

    /// <summary>Administrators beside "admin", named user0 and on; each password is hashed at its first request.</summary>
    public const int Others = 60;

    /// <summary>Everybody's password.</summary>
    public const string Password = "correct horse battery";

    private readonly Process _process;

    private SignInServer(Process process, string address, string session) => (_process, Address, Session) = (process, address, session);

    /// <summary>Where it listens, without slash at the end.</summary>
    public string Address { get; }

    /// <summary>The key of a session of "admin".</summary>
    public string Session { get; }

    /// <summary>Starts this program again as a server and waits until it listens.</summary>
    public static async Task<SignInServer> StartAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var arg in new[] { typeof(SignInServer).Assembly.Location, "sign-in", Serve, folder })
        {
            start.ArgumentList.Add(arg);
        }

        start.Environment["DOTNET_gcServer"] = "0";
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is ["ready", var address, var session])
            {
                return new SignInServer(process, address, session);
            }
        }

        throw new IOException("The server ended before it listened.");
    }

    /// <summary>Serves until the standard input ends.</summary>
    public static async Task RunAsync(string folder)
    {
        await using var app = await ServerHost.CreateAsync(["--Urls", "http://127.0.0.1:0", "--Comet:DataDirectory", folder]);
        app.MapOpenApi("bench/open", static (_, _) => Task.FromResult(ApiResult.Ok));
        app.MapAdminApi("bench/admin", static (_, _) => Task.FromResult(ApiResult.Ok));
        var (store, record) = (app.Services.GetRequiredService<AdministratorStore>(), AdminPassword.Make(Password));
        for (var i = 0; i < Others; i++)
        {
            store.Add(AdministratorStore.New($"user{i}", "", record));
        }

        store.Change("admin", one => one with { PasswordRecord = record });
        await app.StartAsync();
        var session = await app.Services.GetRequiredService<SessionStore>().StartAsync(SessionOwner.Administrator("admin", "127.0.0.1", null, ActorVia.Api), CancellationToken.None);
        Console.WriteLine($"ready {app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()} {session}");
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine($"cpu {Environment.CpuUsage.TotalTime.Ticks}");
        }

        await app.StopAsync();
    }

    /// <summary>Processor time of the server so far, user and system.</summary>
    public async Task<TimeSpan> CpuAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is ["cpu", var ticks])
            {
                return new TimeSpan(long.Parse(ticks, CultureInfo.InvariantCulture));
            }
        }

        throw new IOException("The server ended.");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(30_000))
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
