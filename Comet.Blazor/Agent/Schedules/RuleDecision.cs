using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Agent.Schedules;

/// <summary>Why a rule runs now.</summary>
public enum RunCause
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>Its time has come.</summary>
    Schedule,

    /// <summary>A planned run was missed, and the rule wants it made up for.</summary>
    Missed,

    /// <summary>The computer has started.</summary>
    Boot,

    /// <summary>The last run has failed.</summary>
    Retry,
}

/// <summary>What the agent knows when it decides.</summary>
/// <param name="Zone">The device's zone.</param>
/// <param name="DeviceId">Spreads random delays over devices.</param>
/// <param name="Boot">Names this start of the computer.</param>
/// <param name="Now">Unix seconds.</param>
public sealed record Moment(TimeZoneInfo Zone, string DeviceId, string Boot, long Now);

/// <summary>Whether a rule runs now, and when to look again.</summary>
/// <param name="Mark">What to remember, before anything is started.</param>
/// <param name="Cause">Why it runs now.</param>
/// <param name="Words">The cause for the job's log.</param>
/// <param name="LookAt">Unix seconds of the next start; null when none is planned.</param>
/// <param name="Missed">True when a planned run was missed and is not made up for.</param>
public sealed record RuleDecision(RuleMark Mark, RunCause Cause, string Words, long? LookAt, bool Missed)
{
    /// <summary>Seconds: a start that was held up for so long still counts as on time; as long as the server waits before it calls a run missed (spec/02 §7).</summary>
    public const long Grace = 300;

    /// <summary>Seconds: a mark that is further in the future was written by a clock that went wrong.</summary>
    private const long ClockTrust = 3600;

    /// <summary>Decides. Nothing but its arguments counts, so the same question always has the same answer.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="mark">What is remembered; null for a rule that is new here.</param>
    /// <param name="moment">The moment.</param>
    public static RuleDecision Of(AgentRule rule, RuleMark? mark, Moment moment)
    {
        var known = Refresh(rule, mark, moment);
        var next = known with { Boot = moment.Boot };
        var (cause, words, missed) = Planned(rule, known, moment);
        if (NextStart(rule, moment, known.Until) is { } due && due.Start <= moment.Now)
        {
            next = next with { Until = moment.Now };
        }

        if (cause == RunCause.None && rule.Triggers.OnBoot && known.Boot != moment.Boot)
        {
            (cause, words) = (RunCause.Boot, "Started, because the computer has started.");
        }

        if (cause == RunCause.None && known.RetryAt > 0 && known.RetryAt <= moment.Now)
        {
            next = next with { Retries = known.Retries + 1, RetryAt = 0 };
            (cause, words) = (RunCause.Retry, string.Create(CultureInfo.InvariantCulture, $"Started again after a failed run: try {next.Retries} of {rule.Triggers.RetryCount}."));
        }
        else if (cause != RunCause.None)
        {
            next = next with { Retries = 0, RetryAt = 0 };
        }

        var look = NextStart(rule, moment, next.Until)?.Start;
        return new RuleDecision(next, cause, words, next.RetryAt > 0 && !(look < next.RetryAt) ? next.RetryAt : look, missed);
    }

    /// <summary>What to remember after the end of a run.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="mark">What is remembered.</param>
    /// <param name="failed">True when the run did not do its work and nobody wanted that.</param>
    /// <param name="now">Unix seconds.</param>
    public static RuleMark Ended(AgentRule rule, RuleMark mark, bool failed, long now) => mark with
    {
        JobId = "",
        Retries = failed ? mark.Retries : 0,
        RetryAt = failed && mark.Retries < rule.Triggers.RetryCount ? now + Wait(rule) : 0,
    };

    /// <summary>True for an end that a retry is meant for. A run that was skipped or cancelled by somebody is not tried again.</summary>
    public static bool IsFailure(int status) => status is JobStatus.Error or JobStatus.Timeout or JobStatus.QuotaExceeded or JobStatus.Abandoned;

    private static long Wait(AgentRule rule) => rule.Triggers.RetryMinutes * 60L;

    private static (long Start, AgentSchedule Schedule)? NextStart(AgentRule rule, Moment moment, long after) =>
        PlannedRuns.NextStart(rule.Schedules, moment.Zone, PlannedRuns.Seed(moment.DeviceId, rule.Id), after);

    private static (RunCause Cause, string Words, bool Missed) Planned(AgentRule rule, RuleMark mark, Moment moment)
    {
        if (NextStart(rule, moment, Math.Max(mark.Until, moment.Now - Grace - 1)) is { } onTime && onTime.Start <= moment.Now)
        {
            return (RunCause.Schedule, $"Started by its schedule: {ScheduleWords.Say(onTime.Schedule, moment.Zone)}.", false);
        }

        if (NextStart(rule, moment, mark.Until) is not { } missed || missed.Start > moment.Now)
        {
            return (RunCause.None, "", false);
        }

        var planned = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(missed.Start), moment.Zone);
        return rule.Triggers.OnBootIfMissed
            ? (RunCause.Missed, string.Create(CultureInfo.InvariantCulture, $"Started, because the run planned for {planned:yyyy-MM-dd HH:mm} was missed."), false)
            : (RunCause.None, "", true);
    }

    // Clocks go wrong and rules are edited; both must neither run an instant again nor silence a rule for years.
    private static RuleMark Refresh(AgentRule rule, RuleMark? mark, Moment moment)
    {
        var print = PrintOf(rule);
        var modified = Math.Min(rule.ModifyTime, moment.Now);
        if (mark is null)
        {
            return new RuleMark(rule.Id, print, modified > 0 ? modified : moment.Now, moment.Boot);
        }

        if (mark.Until > moment.Now + ClockTrust)
        {
            mark = mark with { Until = moment.Now };
        }

        if (mark.RetryAt > moment.Now + Wait(rule))
        {
            mark = mark with { RetryAt = moment.Now + Wait(rule) };
        }

        return mark.Print == print ? mark : mark with { Print = print, Until = Math.Max(mark.Until, modified > mark.Until ? modified : moment.Now) };
    }

    private static string PrintOf(AgentRule rule) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', rule.Schedules.Select(static s => JsonSerializer.Serialize(s, AgentJson.Default.AgentSchedule))))))[..16];
}
