namespace Comet.Blazor.Wire.Retention;

/// <summary>A snapshot, as far as retention is concerned.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Time">When it was made, Unix seconds UTC.</param>
/// <param name="ItemId">The Protected Item it is of; empty when unknown. Only <see cref="VaultRetention"/> looks at it.</param>
public sealed record RetentionSnapshot(string Id, long Time, string ItemId = "");

/// <summary>What retention says of a snapshot.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Ranges">Indexes of the policy's ranges that keep it; empty when none does.</param>
/// <param name="Why">Why it stays, such as "the last 30 backups"; empty when it goes.</param>
public sealed record RetentionVerdict(RetentionSnapshot Snapshot, IReadOnlyList<int> Ranges, string Why)
{
    /// <summary>True when it stays.</summary>
    public bool Kept => Why.Length > 0;
}

/// <summary>
/// Which snapshots of one Protected Item a policy keeps (spec/01 §5.5). Days, weeks, months and years are those of the zone's calendar: a day is as long
/// as the clock on the wall makes it. Weeks begin on Sunday unless the range says otherwise; a period of "the last N" is the current one and those before
/// it. A snapshot from the future was made by a clock that was wrong: it stays, and counts for nothing, so that it does not take the place of one whose time
/// is right. The newest of the others always stays, and a policy that makes no sense keeps everything: a mistake must never cost a backup.
/// </summary>
public static class RetentionRules
{
    /// <summary>Why a snapshot stays that no range keeps.</summary>
    public const string Newest = "the newest backup always stays";

    /// <summary>Why a snapshot stays whose time is yet to come.</summary>
    public const string Ahead = "it is dated in the future, because a clock was wrong";

    /// <summary>Seconds by which clocks may differ without being wrong; what is dated up to so far ahead counts as made now.</summary>
    public const long Leeway = 3600;

    /// <summary>The snapshots that stay, newest first, each with the reason.</summary>
    /// <inheritdoc cref="Judge"/>
    public static IReadOnlyList<RetentionVerdict> Kept(IEnumerable<RetentionSnapshot> snapshots, RetentionPolicy policy, long now, TimeZoneInfo zone) =>
        [.. Judge(snapshots, policy, now, zone).Where(static v => v.Kept)];

    /// <summary>All snapshots, newest first, each with what happens to it and why.</summary>
    /// <param name="snapshots">The snapshots of one item, in any order.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="now">Unix seconds UTC.</param>
    /// <param name="zone">The zone whose calendar counts.</param>
    public static IReadOnlyList<RetentionVerdict> Judge(IEnumerable<RetentionSnapshot> snapshots, RetentionPolicy policy, long now, TimeZoneInfo zone)
    {
        RetentionSnapshot[] newestFirst = [.. snapshots.OrderByDescending(static s => s.Time).ThenByDescending(static s => s.Id, StringComparer.Ordinal)];
        if (!policy.Deletes || RetentionCheck.Complaint(policy) is not null)
        {
            var why = policy.Deletes || policy.Mode is not (0 or RetentionMode.KeepEverything) ? "the rules are not valid, so nothing is deleted" : "every backup is kept";
            return [.. newestFirst.Select(s => new RetentionVerdict(s, [], why))];
        }

        var ahead = newestFirst.TakeWhile(s => s.Time > now + Leeway).Select(static s => new RetentionVerdict(s, [], Ahead)).ToArray();
        newestFirst = newestFirst[ahead.Length..];
        var calendar = new RetentionCalendar(newestFirst, now, zone);
        var reasons = newestFirst.Select(static _ => new List<int>()).ToArray();
        for (var range = 0; range < policy.Ranges.Count; range++)
        {
            foreach (var kept in calendar.Kept(policy.Ranges[range]))
            {
                reasons[kept].Add(range);
            }
        }

        return [.. ahead, .. newestFirst.Select((s, i) => new RetentionVerdict(s, reasons[i], Why(policy, reasons[i], i == 0, zone)))];
    }

    private static string Why(RetentionPolicy policy, List<int> ranges, bool newest, TimeZoneInfo zone) =>
        ranges.Count > 0 ? string.Join("; ", ranges.Select(r => RetentionWords.Say(policy.Ranges[r], zone))) : newest ? Newest : "";
}
