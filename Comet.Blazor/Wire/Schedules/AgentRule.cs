namespace Comet.Blazor.Wire.Schedules;

/// <summary>A backup rule as a device sees it (spec/01 §5.4).</summary>
/// <param name="Id">Key in the profile.</param>
/// <param name="Description">Its name; may be empty.</param>
/// <param name="ItemId">The Protected Item.</param>
/// <param name="VaultId">The Storage Vault.</param>
/// <param name="ModifyTime">Unix seconds; runs planned before it do not count. 0 when unknown.</param>
/// <param name="Options">Options of each run.</param>
/// <param name="Schedules">When it runs; may be empty.</param>
/// <param name="Triggers">What else starts it.</param>
/// <param name="Commands">Its commands; absent when it has none.</param>
public sealed record AgentRule(
    string Id, string Description, string ItemId, string VaultId, long ModifyTime, BackupOptions Options, AgentSchedule[] Schedules, AgentTriggers Triggers, AgentCommands? Commands = null);

/// <summary>One schedule of a rule, the contract's ScheduleConfig: wall-clock times are those of the device's zone.</summary>
/// <param name="Frequency">8010 once … 8016 yearly, see <see cref="ScheduleFrequency"/>.</param>
/// <param name="SecondsPast">Once: Unix seconds. Periodic: the period in seconds. Else: seconds after the start of the day, hour, week (Sunday) or month.</param>
/// <param name="Offset">Periodic: seconds by which the runs are shifted from the epoch.</param>
/// <param name="Window">Hours of the day that hourly and periodic runs keep to; null for the whole day.</param>
/// <param name="Days">Days that hourly and periodic runs keep to, bit 0 is Sunday; <see cref="AllDays"/> for every day.</param>
/// <param name="RandomDelay">Seconds, up to so much later each run begins.</param>
/// <param name="Month">Yearly: 1 to 12.</param>
/// <param name="Day">Yearly: 1 to 31; 0 to count it from <paramref name="SecondsPast"/>.</param>
public sealed record AgentSchedule(int Frequency, long SecondsPast, long Offset = 0, AgentWindow? Window = null, int Days = AgentSchedule.AllDays, long RandomDelay = 0, int Month = 0, int Day = 0)
{
    /// <summary>All bits of <see cref="Days"/>.</summary>
    public const int AllDays = 127;
}

/// <summary>Part of a day; goes over midnight when it ends before it starts, and is the whole day when both are the same.</summary>
/// <param name="From">Minutes after 00:00, itself within.</param>
/// <param name="To">Minutes after 00:00, itself within.</param>
public sealed record AgentWindow(int From, int To);

/// <summary>What starts a rule beside its schedules, the contract's BackupRuleEventTriggers.</summary>
/// <param name="OnBoot">Each start of the computer.</param>
/// <param name="OnBootIfMissed">When the device is back and a planned run was missed.</param>
/// <param name="RetryCount">How often a failed run is tried again; 0 for never.</param>
/// <param name="RetryMinutes">Minutes between the end of a failed run and the next try.</param>
public sealed record AgentTriggers(bool OnBoot = false, bool OnBootIfMissed = false, int RetryCount = 0, int RetryMinutes = 30);

/// <summary>The contract's SCHEDULE_FREQUENCY constants.</summary>
public static class ScheduleFrequency
{
    /// <summary>One run.</summary>
    public const int Once = 8010;

    /// <summary>Every day.</summary>
    public const int Daily = 8011;

    /// <summary>Every hour of the clock.</summary>
    public const int Hourly = 8012;

    /// <summary>Every week.</summary>
    public const int Weekly = 8013;

    /// <summary>Every month.</summary>
    public const int Monthly = 8014;

    /// <summary>Every so many seconds.</summary>
    public const int Periodic = 8015;

    /// <summary>Every year.</summary>
    public const int Yearly = 8016;
}
