namespace Comet.Blazor.Agent.Schedules;

/// <summary>Tells one start of the computer from the next, so that a restarted agent does not take itself for one.</summary>
public static class BootMark
{
    private const string Kernel = "/proc/sys/kernel/random/boot_id";
    private const long Rounding = 600_000; // milliseconds; a clock that was set by more than that looks like another start

    /// <summary>The same text until the computer starts again.</summary>
    /// <param name="clock">The clock, for systems that do not name their starts.</param>
    public static string Read(TimeProvider clock) =>
        File.Exists(Kernel) ? File.ReadAllText(Kernel).Trim() : $"{(clock.GetUtcNow().ToUnixTimeMilliseconds() - Environment.TickCount64 + (Rounding / 2)) / Rounding}";
}
