using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;

namespace Comet.Blazor.Security.Sessions;

/// <summary>How long sessions live (contract: SessionSettings.ExpiredInSeconds; spec/04 §4.5). A change counts at once, for running sessions too.</summary>
/// <param name="settings">The settings file.</param>
public sealed class SessionTimes(SettingsFile settings)
{
    /// <summary>A session ends so long after signing in, whatever the person does.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <summary>What an absent setting, or 0, means.</summary>
    public static readonly TimeSpan DefaultIdle = TimeSpan.FromMinutes(30);

    /// <summary>What a shorter setting means: with less, a page would end before it was read, and nobody could mend the setting in the web interface.</summary>
    public static readonly TimeSpan ShortestIdle = TimeSpan.FromMinutes(1);

    private (long Version, TimeSpan Idle)? _known;
    private readonly Lock _gate = new();

    /// <summary>A session ends so long after the person's last gesture.</summary>
    public TimeSpan Idle
    {
        get
        {
            lock (_gate)
            {
                var version = settings.Changed.Version;
                if (_known is not { } known || known.Version != version)
                {
                    _known = known = (version, settings.Read(Read));
                }

                return known.Idle;
            }
        }
    }

    /// <summary>The time in words, such as "30 minutes".</summary>
    public string IdleInWords => Idle switch
    {
        { TotalHours: >= 2 } t when t.Ticks % TimeSpan.TicksPerHour == 0 => string.Create(CultureInfo.InvariantCulture, $"{t.TotalHours:0} hours"),
        { TotalMinutes: >= 2 } t when t.Ticks % TimeSpan.TicksPerMinute == 0 => string.Create(CultureInfo.InvariantCulture, $"{t.TotalMinutes:0} minutes"),
        { TotalMinutes: 1 } => "1 minute",
        var t => string.Create(CultureInfo.InvariantCulture, $"{t.TotalSeconds:0} seconds"),
    };

    /// <summary>The setting in a settings document; what is no number counts as absent, what is longer than <see cref="Longest"/> or shorter than <see cref="ShortestIdle"/> as that.</summary>
    public static TimeSpan Read(JsonObject root) =>
        (root["SessionSettings"] as JsonObject)?["ExpiredInSeconds"] is JsonValue value && Number(value) is > 0 and var seconds
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, ShortestIdle.TotalSeconds, Longest.TotalSeconds))
            : DefaultIdle;

    // A number that was set and not yet written and read again keeps its type.
    private static ulong Number(JsonValue value) => value.TryGetValue<ulong>(out var read) ? read : value.TryGetValue<long>(out var set) && set > 0 ? (ulong)set : 0;
}
