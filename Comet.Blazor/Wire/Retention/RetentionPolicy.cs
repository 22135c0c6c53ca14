using System.Text.Json.Nodes;

namespace Comet.Blazor.Wire.Retention;

/// <summary>Which snapshots of a Protected Item a retention pass leaves in a Storage Vault, the contract's RetentionPolicy (spec/01 §5.5).</summary>
/// <param name="Mode">801 keeps everything, 802 only what a range keeps; see <see cref="RetentionMode"/>. 0, the value of a field nobody set, keeps everything.</param>
/// <param name="Ranges">What mode 802 keeps: a snapshot stays when any of them keeps it.</param>
public sealed record RetentionPolicy(long Mode, IReadOnlyList<RetentionRange> Ranges)
{
    private static readonly string[] Own = ["Mode", "Ranges"];

    /// <summary>Deletes nothing.</summary>
    public static RetentionPolicy KeepEverything { get; } = new(RetentionMode.KeepEverything, []);

    /// <summary>Fields that this version does not know; written back as they came.</summary>
    public JsonObject? Unknown { get; init; }

    /// <summary>True when it limits what stays.</summary>
    public bool Deletes => Mode == RetentionMode.DeleteExcept;

    /// <summary>Deletes all but what these ranges keep.</summary>
    public static RetentionPolicy Except(params IReadOnlyList<RetentionRange> ranges) => new(RetentionMode.DeleteExcept, ranges);

    /// <summary>Reads the contract's form. Odd types read as 0, an absent policy as one that keeps everything; a range that is no object becomes one that <see cref="RetentionCheck"/> complains about.</summary>
    public static RetentionPolicy Read(JsonObject? json) => json is null
        ? KeepEverything
        : new RetentionPolicy(RetentionFields.Number(json, "Mode"), [.. (json["Ranges"] as JsonArray ?? []).Select(static r => RetentionRange.Read(r as JsonObject ?? []))])
        {
            Unknown = RetentionFields.Others(json, Own),
        };

    /// <summary>The contract's form, unknown fields included.</summary>
    public JsonObject Write()
    {
        var json = new JsonObject { ["Mode"] = Mode, ["Ranges"] = new JsonArray([.. Ranges.Select(static r => r.Write())]) };
        RetentionFields.Add(json, Unknown);
        return json;
    }

    /// <summary>True when both say the same, in the same order.</summary>
    public bool Equals(RetentionPolicy? other) => other is not null && JsonNode.DeepEquals(Write(), other.Write());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mode, Ranges.Count);
}

/// <summary>One range of a <see cref="RetentionPolicy"/>, the contract's RetentionRange. Which fields count depends on the type.</summary>
/// <param name="Type">One of <see cref="RetentionType"/>.</param>
public sealed record RetentionRange(long Type)
{
    private static readonly string[] Own = ["Type", "Timestamp", "Jobs", "Days", "Weeks", "Months", "Years", "WeekOffset", "MonthOffset", "YearOffset"];

    /// <summary>Unix seconds UTC (901).</summary>
    public long Timestamp { get; init; }

    /// <summary>How many backups (900, 907 to 910).</summary>
    public long Jobs { get; init; }

    /// <summary>How many days (902, 903).</summary>
    public long Days { get; init; }

    /// <summary>How many weeks (902, 906).</summary>
    public long Weeks { get; init; }

    /// <summary>How many months (902, 905).</summary>
    public long Months { get; init; }

    /// <summary>How many years (902, 911).</summary>
    public long Years { get; init; }

    /// <summary>The day on which a week of 906 begins, 0 is Sunday.</summary>
    public long WeekOffset { get; init; }

    /// <summary>The day on which a month of 905 begins, 1 to 31.</summary>
    public long MonthOffset { get; init; }

    /// <summary>The month with whose first day a year of 911 begins, 1 to 12; 0 is January too.</summary>
    public long YearOffset { get; init; }

    /// <summary>Fields that this version does not know; written back as they came.</summary>
    public JsonObject? Unknown { get; init; }

    /// <summary>Reads the contract's form; odd types read as 0.</summary>
    public static RetentionRange Read(JsonObject json) => new(RetentionFields.Number(json, "Type"))
    {
        Timestamp = RetentionFields.Number(json, "Timestamp"),
        Jobs = RetentionFields.Number(json, "Jobs"),
        Days = RetentionFields.Number(json, "Days"),
        Weeks = RetentionFields.Number(json, "Weeks"),
        Months = RetentionFields.Number(json, "Months"),
        Years = RetentionFields.Number(json, "Years"),
        WeekOffset = RetentionFields.Number(json, "WeekOffset"),
        MonthOffset = RetentionFields.Number(json, "MonthOffset"),
        YearOffset = RetentionFields.Number(json, "YearOffset"),
        Unknown = RetentionFields.Others(json, Own),
    };

    /// <summary>The contract's form, every field present, unknown fields included.</summary>
    public JsonObject Write()
    {
        var json = new JsonObject
        {
            ["Type"] = Type, ["Timestamp"] = Timestamp, ["Jobs"] = Jobs, ["Days"] = Days, ["Weeks"] = Weeks, ["Months"] = Months, ["Years"] = Years,
            ["WeekOffset"] = WeekOffset, ["MonthOffset"] = MonthOffset, ["YearOffset"] = YearOffset,
        };
        RetentionFields.Add(json, Unknown);
        return json;
    }

    /// <summary>True when both say the same.</summary>
    public bool Equals(RetentionRange? other) => other is not null && JsonNode.DeepEquals(Write(), other.Write());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Timestamp, Jobs, Days, Weeks, Months, Years);
}

/// <summary>The contract's RETENTIONMODE constants.</summary>
public static class RetentionMode
{
    /// <summary>Nothing is deleted.</summary>
    public const int KeepEverything = 801;

    /// <summary>Everything is deleted that no range keeps.</summary>
    public const int DeleteExcept = 802;
}

/// <summary>The contract's RETENTIONRANGE constants. 904 is reserved.</summary>
public static class RetentionType
{
    /// <summary>The last <see cref="RetentionRange.Jobs"/> backups.</summary>
    public const int MostRecent = 900;

    /// <summary>Backups at or after <see cref="RetentionRange.Timestamp"/>.</summary>
    public const int NewerThan = 901;

    /// <summary>Backups within a period back from now, the sum of days, weeks, months and years.</summary>
    public const int Since = 902;

    /// <summary>The first backup of each of the last <see cref="RetentionRange.Days"/> days, today being one.</summary>
    public const int FirstOfDays = 903;

    /// <summary>The first backup on or after day <see cref="RetentionRange.MonthOffset"/> of each of the last <see cref="RetentionRange.Months"/> months; a month without that day keeps nothing.</summary>
    public const int FirstOfMonths = 905;

    /// <summary>The first backup on or after weekday <see cref="RetentionRange.WeekOffset"/> of each of the last <see cref="RetentionRange.Weeks"/> weeks.</summary>
    public const int FirstOfWeeks = 906;

    /// <summary>The newest backup of each of the last <see cref="RetentionRange.Jobs"/> days that have one.</summary>
    public const int LastOnePerDay = 907;

    /// <summary>The newest backup of each of the last <see cref="RetentionRange.Jobs"/> weeks, from Sunday, that have one.</summary>
    public const int LastOnePerWeek = 908;

    /// <summary>The newest backup of each of the last <see cref="RetentionRange.Jobs"/> calendar months that have one.</summary>
    public const int LastOnePerMonth = 909;

    /// <summary>The newest backup of each of the last <see cref="RetentionRange.Jobs"/> calendar years that have one.</summary>
    public const int LastOnePerYear = 910;

    /// <summary>The first backup on or after the first of month <see cref="RetentionRange.YearOffset"/> of each of the last <see cref="RetentionRange.Years"/> years.</summary>
    public const int FirstOfYears = 911;

    /// <summary>All of them, in the order in which people think of them.</summary>
    public static IReadOnlyList<int> All { get; } =
        [MostRecent, Since, NewerThan, LastOnePerDay, LastOnePerWeek, LastOnePerMonth, LastOnePerYear, FirstOfDays, FirstOfWeeks, FirstOfMonths, FirstOfYears];
}
