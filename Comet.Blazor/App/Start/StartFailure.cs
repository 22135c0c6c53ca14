using System.Net.Sockets;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.App.Start;

/// <summary>Turns what can go wrong at start into one sentence for the person at the console.</summary>
public static class StartFailure
{
    /// <summary>Exit code when the server could not start (decisions.md 28).</summary>
    public const int ExitCode = 1;

    /// <summary>The sentence, or null when the exception is a fault of ours that deserves its stack trace.</summary>
    public static string? Explain(Exception ex) => ex switch
    {
        OptionsValidationException bad => string.Join(Environment.NewLine, bad.Failures),
        _ when Find<AddressInUseException>(ex) is not null => $"{Where(ex)} is in use by another program. Stop it, or choose another address with --Urls.",
        _ when Find<SocketException>(ex) is { SocketErrorCode: SocketError.AccessDenied } => $"{Where(ex)}: this user may not listen there. Choose a port above 1023 with --Urls, or grant the right.",
        _ when Find<SocketException>(ex) is { SocketErrorCode: SocketError.AddressNotAvailable } => $"{Where(ex)}: this computer has no such address. Correct Urls.",
        FormatException or InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } => $"The setting Urls can't be used: {ex.Message}",
        InvalidDataException or UnauthorizedAccessException or IOException or SecretLostException => ex.Message,
        _ => null,
    };

    private static string Where(Exception ex)
    {
        // Kestrel writes "Failed to bind to address http://127.0.0.1:8060: address already in use."
        var text = ex.Message;
        var from = text.IndexOf("http", StringComparison.Ordinal);
        var to = from < 0 ? -1 : text.IndexOf(": ", from, StringComparison.Ordinal);
        return to < 0 ? $"The address to listen on ({text})" : $"The address {text[from..to]}";
    }

    private static T? Find<T>(Exception? ex)
        where T : Exception
    {
        for (; ex is not null; ex = ex.InnerException)
        {
            if (ex is T found)
            {
                return found;
            }
        }

        return null;
    }
}
