using System.Text.Json;
using Comet.Blazor.Features.Devices.Links;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Devices;

/// <summary>Asks devices and brings their answers.</summary>
/// <param name="live">The links.</param>
public sealed class DeviceDispatcher(LiveLinks live) : IDeviceDispatcher
{
    /// <summary>The answer for a connection that does not exist, in the words that API clients look for (spec/06 §3).</summary>
    public static Outcome Unknown => Outcome.Missing("ERR_UNKNOWN_DEVICE: this device is not connected, or not through this connection any more.");

    /// <inheritdoc />
    public async Task<Outcome<JsonElement>> AskAsync(string connectionId, string action, JsonElement? body, TimeSpan limit, CancellationToken ct)
    {
        if (live.Link(connectionId) is not { } link)
        {
            return Unknown;
        }

        try
        {
            return await link.Link.AskAsync(action, body, limit, ct) switch
            {
                null => Outcome.Missing("ERR_UNKNOWN_DEVICE: the device disconnected before it answered."),
                { Code: 200 } answer => answer.Body ?? default,
                { Code: (int)Refusal.Unsupported } refusal => Outcome.Refuse(Refusal.Unsupported, Sentence(refusal.Message)),
                var refusal => Outcome.Refuse(Refusal.DeviceRefused, Sentence(refusal.Message)),
            };
        }
        catch (TimeoutException)
        {
            return Outcome.Refuse(Refusal.TimedOut, $"The device timed out: it did not answer within {limit.TotalSeconds:0.#} seconds.");
        }
        catch (InvalidOperationException)
        {
            return Outcome.Refuse(Refusal.TooMany, "Too many commands wait for this device already. Try again when it has answered.");
        }
    }

    private static string Sentence(string message) => message.Length > 0 ? HelloCheck.Clean(message) : "The device refused and gave no reason.";
}
