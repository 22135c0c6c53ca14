using System.Text.Json.Nodes;

namespace Comet.Blazor.Wire.Schedules;

/// <summary>Schedules in the contract's shape (ScheduleConfig). An absent or oddly typed field reads as its zero value.</summary>
public static class ScheduleJson
{
    private static readonly string[] Weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    /// <summary>Reads one.</summary>
    public static AgentSchedule Read(JsonObject json) => new(
        (int)Math.Clamp(Number(json, "FrequencyType"), int.MinValue, int.MaxValue),
        Number(json, "SecondsPast"),
        Number(json, "Offset"),
        Flag(json, "RestrictRuntime") ? new AgentWindow(Minutes(json["FromTime"]), Minutes(json["ToTime"])) : null,
        Flag(json, "RestrictDays") ? Weekdays.Select((day, i) => json["DaysSelect"] is JsonObject days && Flag(days, day) ? 1 << i : 0).Sum() : AgentSchedule.AllDays,
        Number(json, "RandomDelaySecs"),
        (int)Math.Clamp(Number(json, "SelectedMonth"), -1, int.MaxValue),
        (int)Math.Clamp(Number(json, "SelectedDay"), -1, int.MaxValue));

    private static int Minutes(JsonNode? time) =>
        time is JsonObject at && Number(at, "Hour") is var hour and >= 0 and < 24 && Number(at, "Minutes") is var minutes and >= 0 and < 60 ? (int)((hour * 60) + minutes) : -1;

    private static long Number(JsonObject at, string name) => at[name] switch
    {
        JsonValue value when value.TryGetValue<long>(out var number) => number,
        JsonValue value when value.TryGetValue<int>(out var number) => number,
        _ => 0,
    };

    private static bool Flag(JsonObject at, string name) => at[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;
}
