namespace Comet.Blazor.Agent.Schedules;

/// <summary>What the agent remembers of a backup rule between its runs. Written before a run begins, so that a crash never runs one instant twice.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Print">Fingerprint of the rule's schedules, to notice a change.</param>
/// <param name="Until">Unix seconds: every start up to here is dealt with.</param>
/// <param name="Boot">The start of the computer in which the rule was last looked at.</param>
/// <param name="JobId">The run that has begun and not ended; empty for none.</param>
/// <param name="Retries">How often the last failed run has been tried again.</param>
/// <param name="RetryAt">Unix seconds of the next try; 0 for none.</param>
public sealed record RuleMark(string RuleId, string Print, long Until, string Boot, string JobId = "", int Retries = 0, long RetryAt = 0);

/// <summary>All marks of an account.</summary>
/// <param name="Rules">One for each rule.</param>
public sealed record RuleMarks(RuleMark[] Rules);
