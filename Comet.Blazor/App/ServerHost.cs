using Comet.Blazor.Api;
using Comet.Blazor.App.Start;
using Comet.Blazor.Data;
using Comet.Blazor.Data.Disk;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Features.Devices;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Mail;
using Comet.Blazor.Features.Policies;
using Comet.Blazor.Features.Server;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security;
using Comet.Blazor.Security.Transport;
using Comet.Blazor.Ui;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.App;

/// <summary>The server: composition and start.</summary>
public static class ServerHost
{
    /// <summary>Runs the server until it is told to stop; answers the exit code (decisions.md 28).</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (ServerArguments.Check(args) is { } complaint)
        {
            return Usage.Complain(complaint);
        }

        try
        {
            await using var app = await CreateAsync(args);
            await app.StartAsync();
            Announce(app);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception ex) when (StartFailure.Explain(ex) is { } sentence)
        {
            Console.Error.WriteLine($"Comet Server could not start. {sentence}");
            return StartFailure.ExitCode;
        }
    }

    /// <summary>Builds the server and opens its stores without listening yet; tests come in through <paramref name="configure"/>.</summary>
    /// <exception cref="OptionsValidationException">A setting is wrong; the message names its key and range.</exception>
    /// <exception cref="IOException">The data folder is in use or can't be written.</exception>
    /// <exception cref="InvalidDataException">A store or the settings file is not what it should be.</exception>
    public static async Task<WebApplication> CreateAsync(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets(); // without it an unpublished server in Production has no assets
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(20));

        var options = builder.Configuration.GetSection(CometOptions.Section).Get<CometOptions>() ?? new CometOptions();
        if (new CometOptionsCheck().Validate(null, options) is { Failed: true } bad)
        {
            throw new OptionsValidationException(CometOptions.Section, typeof(CometOptions), bad.Failures);
        }

        DataFolderPath.MakeAbsolute(options, AppContext.BaseDirectory);
        var folder = DataFolderPath.Resolve(options.DataDirectory, AppContext.BaseDirectory, options.KeyDirectory);
        PrivateFolder.Make(folder.Path);
        PrivateFolder.Make(folder.Logs);
        builder.Services.AddSingleton(_ => DataFolderLock.Take(folder));
        builder.Services.AddData(folder).AddSingleton(TimeProvider.System).AddSingleton(Options.Create(options));
        builder.AddServerLog(folder);
        builder.Services.AddPages().AddUi().AddSecurity().AddApi().AddStorage().AddPolicies().AddAccounts().AddJobs().AddDeletionsAtStart().AddDevices().AddMail().AddServer().AddSessionsAtStart();
        configure?.Invoke(builder);

        var app = builder.Build();
        try
        {
            _ = app.Services.GetRequiredService<DataFolderLock>(); // made first, so disposed of last: after the stores
            var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(DataFolder));
            KeyFolder.Settle(folder, log);
            FileModes.Mend(folder, log);
            foreach (var store in app.Services.GetServices<IOpenAtStart>())
            {
                await store.OpenAsync(app.Lifetime.ApplicationStopping);
            }

            app.UseClientAddress(options).UseRouting(); // devices' links leave here, past all that would keep memory for them
            app.UsePageFaults().UsePageHeaders().UseHttpsRedirect(options).UseFormGuard().UseAuthentication().UseAuthorization().UseAntiforgery().UseFormAnswers();
            app.MapPages().MapSecurity().MapApi().MapStorage().MapAccounts().MapPolicies().MapJobs().MapMail().MapDevices().MapServer().MapApiFallback();
            return app;
        }
        catch
        {
            await app.DisposeAsync(); // or the files and the folder's lock would stay open in this process
            throw;
        }
    }

    private static void Announce(WebApplication app)
    {
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        Console.Out.WriteLine($"Comet Server {ServerVersion.Text} is ready at {string.Join(" and ", addresses)} (data in {app.Services.GetRequiredService<DataFolder>().Path}). Ctrl+C stops it.");
    }
}
