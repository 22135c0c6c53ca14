using System.Globalization;
using Comet.Blazor.Data;
using Serilog;
using Serilog.Events;
using Serilog.Settings.Configuration;

namespace Comet.Blazor.App.Start;

/// <summary>Where the server's log goes: daily files in the data folder, warnings to the console as well.</summary>
public static class ServerLog
{
    private const string Line = "{Utc} {Level:u3} {SourceContext} {Message:lj}{NewLine}{Exception}";

    /// <summary>Sets up logging; levels come from the section "Serilog".</summary>
    public static void AddServerLog(this WebApplicationBuilder builder, DataFolder folder)
    {
        // Named assemblies, because a single-file executable can't look them up by itself.
        var reader = new ConfigurationReaderOptions(typeof(ConsoleLoggerConfigurationExtensions).Assembly, typeof(FileLoggerConfigurationExtensions).Assembly);
        builder.Services.AddSerilog(
            log => log
                .ReadFrom.Configuration(builder.Configuration, reader)
                .Enrich.With(new UtcTime())
                .WriteTo.Logger(console => console
                    .Filter.ByExcluding(e => e.MessageTemplate.Text == "Hosting failed to start") // StartFailure says it in one sentence
                    .WriteTo.Console(LogEventLevel.Warning, "{Level:u3} {Message:lj}{NewLine}{Exception}", CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose))
                .WriteTo.File(Path.Combine(folder.Logs, "comet-.log"), outputTemplate: Line,
                    formatProvider: CultureInfo.InvariantCulture, rollingInterval: RollingInterval.Day, retainedFileCountLimit: 90),
            preserveStaticLogger: true);
    }

    /// <summary>Serilog writes local time by default; the server's log is UTC everywhere.</summary>
    private sealed class UtcTime : Serilog.Core.ILogEventEnricher
    {
        public void Enrich(LogEvent logEvent, Serilog.Core.ILogEventPropertyFactory propertyFactory) =>
            logEvent.AddPropertyIfAbsent(propertyFactory.CreateProperty("Utc", logEvent.Timestamp.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)));
    }
}
