using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Diagnostics;
using MudBlazor;
using MudBlazor.Services;

namespace Comet.Blazor.App;

/// <summary>Composition of the pages: components, their circuits, files of the browser.</summary>
public static partial class PagesRoom
{
    /// <summary>Registers what pages need.</summary>
    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(static o =>
        {
            // A closed laptop comes back within minutes or loads the page again; its circuit's memory should not wait longer.
            o.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
            o.DisconnectedCircuitMaxRetained = 100;
        });
        services.AddMudServices(static o =>
        {
            o.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            o.SnackbarConfiguration.MaxDisplayedSnackbars = 3;
            o.SnackbarConfiguration.VisibleStateDuration = 6000;
        });
        return services;
    }

    /// <summary>Maps the pages; a person must have signed in for all but the sign-in page.</summary>
    public static WebApplication MapPages(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(static o => o.ContentSecurityFrameAncestorsPolicy = null).RequireAuthorization();
        return app;
    }

    /// <summary>A fault outside of any page ends in a plain sentence with a reference that is in the log, never in a stack trace on screen.</summary>
    public static IApplicationBuilder UsePageFaults(this IApplicationBuilder app) => app.UseExceptionHandler(new ExceptionHandlerOptions
    {
        SuppressDiagnosticsCallback = static _ => true, // logged here, once
        ExceptionHandler = static async http =>
        {
            var reference = ErrorReference.New();
            var fault = http.Features.Get<IExceptionHandlerFeature>();
            var log = http.RequestServices.GetRequiredService<ILogger<WebApplication>>();
            LogFailed(log, reference, http.Request.Method, fault?.Path ?? "", fault?.Error);
            http.Response.ContentType = "text/plain; charset=utf-8";
            await http.Response.WriteAsync($"The server failed to answer this request. The error is in its log under the reference {reference}.\n", http.RequestAborted);
        },
    });

    [LoggerMessage(LogLevel.Error, "Reference {Reference}: {Method} {Path} failed.")]
    private static partial void LogFailed(ILogger log, string reference, string method, string path, Exception? ex);
}
