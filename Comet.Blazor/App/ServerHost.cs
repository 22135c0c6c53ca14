using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Devices;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Security;
using Comet.Blazor.Ui;

namespace Comet.Blazor.App;

/// <summary>The server: composition and start.</summary>
public static class ServerHost
{
    /// <summary>Runs the server until it is told to stop; answers the exit code (decisions.md 28).</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        await using var app = await CreateAsync(args);
        await app.RunAsync();
        return 0;
    }

    /// <summary>Builds the server without starting it; tests come in through <paramref name="configure"/>.</summary>
    public static async Task<WebApplication> CreateAsync(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var folder = new DataFolder(Path.GetFullPath(builder.Configuration["Comet:DataDirectory"] ?? "data"));
        Directory.CreateDirectory(folder.Path);
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => SettingsFile.Open(folder.Settings));
        builder.Services.AddUi().AddSecurity().AddStorage().AddAccounts().AddJobs().AddDevices();
        configure?.Invoke(builder);

        var app = builder.Build();
        foreach (var store in app.Services.GetServices<IOpenAtStart>())
        {
            await store.OpenAsync(app.Lifetime.ApplicationStopping);
        }

        app.MapSecurity().MapStorage().MapAccounts().MapJobs().MapDevices();
        return app;
    }
}
