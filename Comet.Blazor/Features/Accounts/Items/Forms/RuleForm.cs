using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Features.Accounts.Items.Forms;

/// <summary>A backup rule as its fields in the editor: a view of the contract's BackupRuleConfig. Fields that it does not show stay as they are.</summary>
public sealed class RuleForm
{
    private readonly List<ScheduleForm> _schedules;

    /// <summary>The fields of a rule.</summary>
    /// <param name="id">Its key in the profile.</param>
    /// <param name="json">BackupRuleConfig, changed by the fields.</param>
    public RuleForm(string id, JsonObject json)
    {
        (Id, Json) = (id, json);
        _schedules = [.. (json["Schedules"] as JsonArray ?? []).OfType<JsonObject>().Select(static s => new ScheduleForm(s))];
    }

    /// <summary>Its key in the profile.</summary>
    public string Id { get; }

    /// <summary>BackupRuleConfig.</summary>
    public JsonObject Json { get; }

    /// <summary>Its schedules.</summary>
    public IReadOnlyList<ScheduleForm> Schedules => _schedules;

    /// <summary>Its name.</summary>
    public string Name
    {
        get => Json.Text("Description");
        set => Json["Description"] = value;
    }

    /// <summary>The Storage Vault; empty for none yet.</summary>
    public string VaultId
    {
        get => Json.Text("Destination");
        set => Json["Destination"] = value;
    }

    /// <summary>Runs at each start of the computer.</summary>
    public bool OnBoot
    {
        get => Json.Map("EventTriggers").Flag("OnPCBoot");
        set => Triggers["OnPCBoot"] = value;
    }

    /// <summary>Runs when the device is back and a planned run was missed.</summary>
    public bool OnBootIfMissed
    {
        get => Json.Map("EventTriggers").Flag("OnPCBootIfLastJobMissed");
        set => Triggers["OnPCBootIfLastJobMissed"] = value;
    }

    /// <summary>Tries a failed run again.</summary>
    public bool Retry
    {
        get => Json.Map("EventTriggers").Flag("OnLastJobFailDoRetry");
        set
        {
            Triggers["OnLastJobFailDoRetry"] = value;
            (RetryCount, RetryMinutes) = (Math.Max(1, RetryCount), RetryMinutes == 0 ? 30 : RetryMinutes);
        }
    }

    /// <summary>How often.</summary>
    public long RetryCount
    {
        get => Json.Map("EventTriggers").Number("LastJobFailDoRetryCount");
        set => Triggers["LastJobFailDoRetryCount"] = value;
    }

    /// <summary>Minutes after the failed run.</summary>
    public long RetryMinutes
    {
        get => Json.Map("EventTriggers").Number("LastJobFailDoRetryTime");
        set => Triggers["LastJobFailDoRetryTime"] = value;
    }

    /// <summary>A run that would overlap the last one ends as Skipped.</summary>
    public bool SkipAlreadyRunning
    {
        get => Json.Flag("SkipAlreadyRunning");
        set => Json["SkipAlreadyRunning"] = value;
    }

    /// <summary>True when it runs by itself: a schedule, or the start of the computer.</summary>
    public bool RunsByItself => _schedules.Count > 0 || OnBoot;

    private JsonObject Triggers => Json.MapForWrite("EventTriggers");

    /// <summary>A new rule, with what the policy lets it begin with.</summary>
    /// <param name="vaultId">Its Storage Vault; empty for none yet.</param>
    /// <param name="policy">The user's policy.</param>
    public static RuleForm New(string vaultId, UserPolicy policy)
    {
        var rule = New(vaultId);
        PolicyValues.Begin(rule.Json, policy);
        return rule;
    }

    /// <summary>A new rule.</summary>
    /// <param name="vaultId">Its Storage Vault; empty for none yet.</param>
    public static RuleForm New(string vaultId) => new(Guid.NewGuid().ToString(), new JsonObject
    {
        ["Description"] = "", ["CreateTime"] = 0, ["ModifyTime"] = 0, ["PreExec"] = new JsonArray(), ["ThawExec"] = new JsonArray(), ["PostExec"] = new JsonArray(),
        ["Source"] = "", ["Destination"] = vaultId, ["SkipAlreadyRunning"] = true, ["StopAfter"] = 0, ["LimitVaultSpeedBps"] = 0, ["ReduceDiskConcurrency"] = false,
        ["UseOnDiskIndexes"] = false, ["AllowZeroFilesSuccess"] = false, ["AutoRetentionLevel"] = 0, ["ConcurrencyCount"] = 0, ["LogLevel"] = "", ["Tags"] = "",
        ["Schedules"] = new JsonArray(), ["EventTriggers"] = new JsonObject { ["OnPCBootIfLastJobMissed"] = true },
    });

    /// <summary>A copy under a new key, for another item or vault.</summary>
    public RuleForm Copy(string vaultId)
    {
        var json = (JsonObject)Json.DeepClone();
        (json["CreateTime"], json["ModifyTime"], json["Source"], json["Destination"]) = (0L, 0L, "", vaultId);
        return new RuleForm(Guid.NewGuid().ToString(), json);
    }

    /// <summary>Adds a schedule.</summary>
    public void Add(ScheduleForm schedule)
    {
        if (Json["Schedules"] is not JsonArray list)
        {
            Json["Schedules"] = list = [];
        }

        list.Add(schedule.Json);
        _schedules.Add(schedule);
    }

    /// <summary>Removes a schedule.</summary>
    public void Remove(ScheduleForm schedule)
    {
        (Json["Schedules"] as JsonArray)?.Remove(schedule.Json);
        _schedules.Remove(schedule);
    }

    /// <summary>The next instants at which a schedule starts it, as the device computes them, its random delay included.</summary>
    /// <param name="deviceId">The device.</param>
    /// <param name="zone">The device's zone.</param>
    /// <param name="imposedDelay">Seconds of random delay that policy and user impose.</param>
    /// <param name="now">Unix seconds UTC.</param>
    /// <param name="count">At most so many.</param>
    public IReadOnlyList<long> NextRuns(string deviceId, TimeZoneInfo zone, long imposedDelay, long now, int count = 3)
    {
        AgentSchedule[] schedules = [.. _schedules.Select(s => DeviceRules.Schedule(s.Json, imposedDelay))];
        List<long> runs = [];
        while (runs.Count < count && PlannedRuns.NextStart(schedules, zone, PlannedRuns.Seed(deviceId, Id), now) is var (start, _))
        {
            runs.Add(start);
            now = start;
        }

        return runs;
    }

    /// <summary>What is wrong with it, for a person; null for nothing.</summary>
    public string? Problem => VaultId.Length == 0 ? "Choose the Storage Vault." : _schedules.Select(static s => s.Problem).FirstOrDefault(static p => p is not null);
}
