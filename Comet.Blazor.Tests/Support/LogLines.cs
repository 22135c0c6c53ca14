using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Comet.Blazor.Tests.Support;

/// <summary>Keeps what is logged, for tests that read it.</summary>
public sealed class LogLines : ILogger, ILoggerFactory
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IEnumerable<string> Warnings => Of(LogLevel.Warning);

    public IEnumerable<string> Errors => Of(LogLevel.Error);

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, formatter(state, exception)));

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    private IEnumerable<string> Of(LogLevel level) => _lines.Where(l => l.Level == level).Select(static l => l.Text);
}
