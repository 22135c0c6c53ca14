using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>Backup rules of a profile as devices get them (spec/01 §5.4), and what a rule must be to be accepted.</summary>
public static class DeviceRules
{
    private const int MostRetries = 100;
    private const int MostRetryMinutes = 7 * 1440;

    /// <summary>The rules of these items.</summary>
    /// <param name="profile">The whole profile: server, policy and user may impose a random delay, and the largest wins.</param>
    /// <param name="items">Ids of a device's items.</param>
    /// <param name="serverDelay">Seconds of random delay that the server imposes on everybody.</param>
    public static AgentRule[] For(JsonObject profile, IReadOnlySet<string> items, long serverDelay = 0)
    {
        var delay = Math.Max(serverDelay, ImposedDelay(profile));
        return [.. profile.Entries("BackupRules").Where(r => items.Contains(r.Value.Text("Source"))).Select(r => Rule(r.Key, r.Value, delay))];
    }

    /// <summary>Seconds of random delay that policy and user impose on each schedule; the largest wins.</summary>
    public static long ImposedDelay(JsonObject profile) => Math.Max(profile.Map("Policy").Number("RandomDelaySecs"), profile.Map("ServerConfig").Number("RandomDelaySecs"));

    /// <summary>Refuses a profile with a schedule that means nothing, naming rule, schedule and field. The types are right already (<see cref="Profiles.ProfileShape"/>).</summary>
    public static Outcome Check(JsonObject profile)
    {
        foreach (var (id, rule) in profile.Entries("BackupRules"))
        {
            var schedules = Schedules(rule).ToArray();
            for (var i = 0; i < schedules.Length; i++)
            {
                if (ScheduleCheck.Complaint(Schedule(schedules[i], 0)) is { } complaint)
                {
                    return Outcome.Invalid($"BackupRules[{id}].Schedules[{i}]: {complaint}");
                }
            }

            var triggers = rule.Map("EventTriggers");
            if (triggers.Number("LastJobFailDoRetryCount") is < 0 or > MostRetries)
            {
                return Outcome.Invalid($"BackupRules[{id}].EventTriggers: LastJobFailDoRetryCount must be 0 to {MostRetries}.");
            }

            if (triggers.Number("LastJobFailDoRetryTime") is < 0 or > MostRetryMinutes)
            {
                return Outcome.Invalid($"BackupRules[{id}].EventTriggers: LastJobFailDoRetryTime must be 0 to {MostRetryMinutes} minutes.");
            }

            if (rule.Number("StopAfter") < 0 || rule.Number("LimitVaultSpeedBps") < 0)
            {
                return Outcome.Invalid($"BackupRules[{id}]: StopAfter and LimitVaultSpeedBps must not be below 0.");
            }
        }

        return Outcome.Done;
    }

    /// <summary>One schedule of the contract's shape.</summary>
    /// <param name="schedule">ScheduleConfig.</param>
    /// <param name="imposedDelay">Seconds of random delay that hold in any case.</param>
    public static AgentSchedule Schedule(JsonObject schedule, long imposedDelay) =>
        ScheduleJson.Read(schedule) is var read && imposedDelay > read.RandomDelay ? read with { RandomDelay = Math.Max(read.RandomDelay, Math.Min(imposedDelay, ScheduleCheck.MostRandomDelay)) } : read;

    private static AgentRule Rule(string id, JsonObject rule, long delay)
    {
        var triggers = rule.Map("EventTriggers");
        return new AgentRule(
            id, rule.Text("Description"), rule.Text("Source"), rule.Text("Destination"), rule.Number("ModifyTime"),
            new BackupOptions(
                rule.Flag("SkipAlreadyRunning"), Math.Max(0, rule.Number("LimitVaultSpeedBps")), Math.Max(0, rule.Number("StopAfter")),
                rule.Flag("ReduceDiskConcurrency"), rule.Flag("AllowZeroFilesSuccess"), (int)Math.Clamp(rule.Number("ConcurrencyCount"), 0, BackupOptions.MostConnections),
                rule.Text("LogLevel"), (int)Math.Clamp(rule.Number("AutoRetentionLevel"), 0, int.MaxValue), rule.Flag("UseOnDiskIndexes"), rule.Text("Tags")),
            [.. Schedules(rule).Select(s => Schedule(s, delay))],
            new AgentTriggers(
                triggers.Flag("OnPCBoot"),
                triggers.Flag("OnPCBootIfLastJobMissed"),
                triggers.Flag("OnLastJobFailDoRetry") ? OrDefault(triggers.Number("LastJobFailDoRetryCount"), 1, MostRetries) : 0,
                OrDefault(triggers.Number("LastJobFailDoRetryTime"), 30, MostRetryMinutes)),
            DeviceProfile.Commands(rule));
    }

    private static int OrDefault(long value, int standard, int most) => value <= 0 ? standard : (int)Math.Min(value, most);

    private static IEnumerable<JsonObject> Schedules(JsonObject rule) => (rule["Schedules"] as JsonArray ?? []).OfType<JsonObject>();
}
