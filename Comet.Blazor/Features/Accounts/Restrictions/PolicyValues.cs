using System.Text.Json.Nodes;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Restrictions;

/// <summary>
/// What a policy makes of a profile, whatever was about to be stored: the policy's copy, and the values that it does not leave to anybody
/// (spec/01 §4.3, §4.4). Runs at each write of a profile, so that no way of saving goes around it.
/// </summary>
public static class PolicyValues
{
    /// <summary>Applies the policy that the profile follows, or its own.</summary>
    public static void Settle(JsonObject profile, IPolicyDirectory policies)
    {
        PolicyCopies.Embed(policies, profile);
        Apply(profile);
    }

    /// <summary>Applies what the profile's copy of its policy enforces.</summary>
    public static void Apply(JsonObject profile)
    {
        var policy = UserPolicy.Of(profile);
        if (policy is { EnforceStorageVaultRetention: true, DefaultRetention: { } retention })
        {
            foreach (var (_, vault) in profile.Entries("Destinations"))
            {
                Set(vault, "DefaultRetention", retention);
            }
        }

        if (policy.SkipAlreadyRunning.IsEnforced() || policy.RetryFailedJob.IsEnforced())
        {
            foreach (var (_, rule) in profile.Entries("BackupRules"))
            {
                Rule(rule, policy);
            }
        }

        // Nobody but the user can allow it again: the server has no way to make a recovery without the password (spec/01 §2.2).
        if (policy.AdminResetPassword == DefaultSettingMode.AlwaysOff && profile.Text("PasswordRecovery").Length > 0)
        {
            profile["PasswordRecovery"] = "";
        }
    }

    /// <summary>Gives a new backup rule what the policy lets it begin with (spec/01 §4.4).</summary>
    /// <param name="rule">The rule, with the product's own defaults.</param>
    /// <param name="policy">The policy.</param>
    public static void Begin(JsonObject rule, UserPolicy policy)
    {
        rule["SkipAlreadyRunning"] = policy.SkipAlreadyRunning.Initial(rule.Flag("SkipAlreadyRunning"));
        if (policy.RetryFailedJob == DefaultSettingMode.SystemDefault)
        {
            return;
        }

        var triggers = rule.MapForWrite("EventTriggers");
        triggers["OnLastJobFailDoRetry"] = policy.RetryFailedJob.Initial(false);
        if (triggers.Flag("OnLastJobFailDoRetry"))
        {
            triggers["LastJobFailDoRetryTime"] = policy.RetryMinutes > 0 ? policy.RetryMinutes : UserPolicy.SystemRetryMinutes;
            triggers["LastJobFailDoRetryCount"] = policy.RetryCount > 0 ? policy.RetryCount : UserPolicy.SystemRetryCount;
        }
    }

    private static void Rule(JsonObject rule, UserPolicy policy)
    {
        if (policy.SkipAlreadyRunning.IsEnforced())
        {
            Set(rule, "SkipAlreadyRunning", policy.SkipAlreadyRunning.Effective(false));
        }

        if (!policy.RetryFailedJob.IsEnforced())
        {
            return;
        }

        var triggers = rule.MapForWrite("EventTriggers");
        Set(triggers, "OnLastJobFailDoRetry", policy.RetryFailedJob.Effective(false));
        if (policy.RetryFailedJob == DefaultSettingMode.AlwaysOn)
        {
            Set(triggers, "LastJobFailDoRetryTime", policy.RetryMinutes > 0 ? policy.RetryMinutes : UserPolicy.SystemRetryMinutes);
            Set(triggers, "LastJobFailDoRetryCount", policy.RetryCount > 0 ? policy.RetryCount : UserPolicy.SystemRetryCount);
        }
    }

    // What is there already stays the same node, and the profile the same text.
    private static void Set(JsonObject at, string name, JsonNode value)
    {
        if (!JsonNode.DeepEquals(at[name], value))
        {
            at[name] = value.DeepClone();
        }
    }
}
