using System.Globalization;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Features.Accounts.Items.Forms;

/// <summary>One schedule of a backup rule as its fields in the editor: a view of the contract's ScheduleConfig. Fields that it does not show stay as they are.</summary>
/// <param name="json">ScheduleConfig, changed by the fields.</param>
public sealed class ScheduleForm(JsonObject json)
{
    private const int Day = 86_400;
    private const int Hour = 3_600;
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;

    /// <summary>ScheduleConfig.</summary>
    public JsonObject Json => json;

    /// <summary>As devices get it, without a delay that policy or user impose.</summary>
    public AgentSchedule Schedule => DeviceRules.Schedule(json, 0);

    /// <summary>One of <see cref="ScheduleFrequency"/>. Another one begins with its own usual time; the time of day stays where both have one.</summary>
    public int Frequency
    {
        get => (int)json.Number("FrequencyType");
        set
        {
            var (time, timed) = (SecondsPast % Day, HasTime);
            json["FrequencyType"] = value;
            SecondsPast = value switch
            {
                ScheduleFrequency.Hourly => 0,
                ScheduleFrequency.Periodic => Hour,
                ScheduleFrequency.Once => 0,
                ScheduleFrequency.Weekly => Day + (timed ? time : 22 * Hour), // Monday
                _ => timed ? time : 22 * Hour,
            };
            (json["SelectedMonth"], json["SelectedDay"]) = value == ScheduleFrequency.Yearly ? (1L, 1L) : (0L, 0L);
            if (!CanRestrict)
            {
                (json["RestrictRuntime"], json["RestrictDays"]) = (false, false);
            }

            if (value != ScheduleFrequency.Periodic)
            {
                json["Offset"] = 0L;
            }
        }
    }

    /// <summary>True when it runs at a time of the day.</summary>
    public bool HasTime => Frequency is ScheduleFrequency.Daily or ScheduleFrequency.Weekly or ScheduleFrequency.Monthly or ScheduleFrequency.Yearly;

    /// <summary>True when hours and weekdays can limit it.</summary>
    public bool CanRestrict => Frequency is ScheduleFrequency.Hourly or ScheduleFrequency.Periodic;

    /// <summary>Time of the day, "22:00" or "22:00:30"; what is no time changes nothing.</summary>
    public string Time
    {
        get => Clock(SecondsPast % Day);
        set
        {
            if (TryClock(value, out var seconds))
            {
                SecondsPast = SecondsPast / Day * Day + seconds;
            }
        }
    }

    /// <summary>Weekly: 0 is Sunday.</summary>
    public long Weekday
    {
        get => SecondsPast / Day;
        set => SecondsPast = (Math.Clamp(value, 0, 6) * Day) + (SecondsPast % Day);
    }

    /// <summary>Monthly and yearly: 1 to 31.</summary>
    public long DayOfMonth
    {
        get => Frequency == ScheduleFrequency.Yearly && json.Number("SelectedDay") is > 0 and var day ? day : (SecondsPast / Day) + 1;
        set
        {
            var day = Math.Clamp(value, 1, 31);
            if (Frequency == ScheduleFrequency.Yearly)
            {
                json["SelectedDay"] = day;
                SecondsPast %= Day;
            }
            else
            {
                SecondsPast = ((day - 1) * Day) + (SecondsPast % Day);
            }
        }
    }

    /// <summary>Yearly: 1 to 12.</summary>
    public long Month
    {
        get => json.Number("SelectedMonth");
        set => json["SelectedMonth"] = Math.Clamp(value, 1, 12);
    }

    /// <summary>Hourly: minutes after the full hour.</summary>
    public long MinutesPast
    {
        get => SecondsPast / 60;
        set => SecondsPast = (Math.Clamp(value, 0, 59) * 60) + (SecondsPast % 60);
    }

    /// <summary>Periodic: seconds from one run to the next. The others: seconds as the frequency means it.</summary>
    public long SecondsPast
    {
        get => json.Number("SecondsPast");
        set => json["SecondsPast"] = value;
    }

    /// <summary>Periodic: seconds by which the runs are shifted from the epoch.</summary>
    public long Offset
    {
        get => json.Number("Offset");
        set => json["Offset"] = value;
    }

    /// <summary>Seconds; each run begins up to so much later.</summary>
    public long RandomDelay
    {
        get => json.Number("RandomDelaySecs");
        set => json["RandomDelaySecs"] = Math.Max(0, value);
    }

    /// <summary>Runs keep to <see cref="From"/> and <see cref="To"/>.</summary>
    public bool RestrictHours
    {
        get => json.Flag("RestrictRuntime");
        set
        {
            json["RestrictRuntime"] = value;
            if (value && From == To)
            {
                (From, To) = ("08:00", "18:00");
            }
        }
    }

    /// <summary>"08:00".</summary>
    public string From
    {
        get => Minutes("FromTime");
        set => SetMinutes("FromTime", value);
    }

    /// <summary>"18:00".</summary>
    public string To
    {
        get => Minutes("ToTime");
        set => SetMinutes("ToTime", value);
    }

    /// <summary>Runs keep to the chosen days of the week.</summary>
    public bool RestrictDays
    {
        get => json.Flag("RestrictDays");
        set
        {
            json["RestrictDays"] = value;
            if (value && !Enum.GetValues<DayOfWeek>().Any(On))
            {
                foreach (var day in Enum.GetValues<DayOfWeek>())
                {
                    SetOn(day, day is not (DayOfWeek.Saturday or DayOfWeek.Sunday));
                }
            }
        }
    }

    /// <summary>A new schedule: every day at 22:00.</summary>
    public static ScheduleForm New() => new(new JsonObject
    {
        ["FrequencyType"] = ScheduleFrequency.Daily, ["SecondsPast"] = 22 * Hour, ["Offset"] = 0, ["RestrictRuntime"] = false,
        ["FromTime"] = new JsonObject { ["Hour"] = 0, ["Minutes"] = 0 }, ["ToTime"] = new JsonObject { ["Hour"] = 0, ["Minutes"] = 0 },
        ["RestrictDays"] = false, ["DaysSelect"] = new JsonObject(Enum.GetNames<DayOfWeek>().Select(static d => KeyValuePair.Create(d, (JsonNode?)false))),
        ["RandomDelaySecs"] = 0, ["SelectedMonth"] = 0, ["SelectedDay"] = 0,
    });

    /// <summary>Once: "2026-11-25T22:00" in the device's zone; empty for none yet.</summary>
    public string OnceAt(TimeZoneInfo zone) =>
        UnixTime.FromUnix(SecondsPast) is { } at ? TimeZoneInfo.ConvertTime(at, zone).ToString(SecondsPast % 60 == 0 ? "yyyy-MM-ddTHH:mm" : "yyyy-MM-ddTHH:mm:ss", English) : "";

    /// <summary>Sets <see cref="OnceAt"/>; a time that the zone leaves out becomes the next one, what is no time becomes none.</summary>
    public void SetOnce(string local, TimeZoneInfo zone) => SecondsPast =
        DateTime.TryParse(local, English, DateTimeStyles.None, out var time) ? PlannedRuns.InstantOf(time, zone) : 0;

    /// <summary>Whether a day of the week is chosen.</summary>
    public bool On(DayOfWeek day) => json.Map("DaysSelect").Flag(day.ToString());

    /// <summary>Chooses a day of the week, or takes it away.</summary>
    public void SetOn(DayOfWeek day, bool on) => json.MapForWrite("DaysSelect")[day.ToString()] = on;

    /// <summary>"Every day at 22:00": what it means, in the device's zone.</summary>
    public string Say(TimeZoneInfo zone) => ScheduleWords.Say(Schedule, zone);

    /// <summary>What is wrong, for a person; null for nothing.</summary>
    public string? Problem =>
        ScheduleCheck.Complaint(Schedule) is { } complaint
            ? Frequency == ScheduleFrequency.Once && SecondsPast <= 0 ? "Choose the day and time of the single run."
                : Frequency == ScheduleFrequency.Periodic && SecondsPast < ScheduleCheck.LeastPeriod ? "Choose a period of a minute or more."
                : RandomDelay > ScheduleCheck.MostRandomDelay ? "The random delay can be 5 hours at most."
                : complaint
        : CanRestrict && RestrictDays && !Enum.GetValues<DayOfWeek>().Any(On) ? "Choose at least one day of the week."
        : null;

    private static string Clock(long seconds) => TimeSpan.FromSeconds(seconds).ToString(seconds % 60 == 0 ? @"hh\:mm" : @"hh\:mm\:ss", English);

    private static bool TryClock(string text, out long seconds)
    {
        var known = TimeOnly.TryParse(text, English, out var time);
        seconds = (long)time.ToTimeSpan().TotalSeconds;
        return known;
    }

    private string Minutes(string field) => Clock((json.Map(field).Number("Hour") * Hour) + (json.Map(field).Number("Minutes") * 60));

    private void SetMinutes(string field, string value)
    {
        if (TryClock(value, out var seconds))
        {
            json[field] = new JsonObject { ["Hour"] = seconds / Hour, ["Minutes"] = seconds % Hour / 60 };
        }
    }
}
