using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;

namespace Comet.Blazor.Features.Mail.Reports;

/// <summary>Where the reports of an address come from.</summary>
public enum ReportSource
{
    /// <summary>The address has reports of its own.</summary>
    Address,

    /// <summary>The user's policy.</summary>
    Policy,

    /// <summary>Nobody has set up any: the built-in default.</summary>
    BuiltIn,
}

/// <summary>The reports that an address gets (spec/01 §7): its own, else its policy's, else the built-in default.</summary>
/// <param name="Source">Where they come from.</param>
/// <param name="Reports">The reports; may be none.</param>
public sealed record EffectiveReports(ReportSource Source, IReadOnlyList<ReportConfig> Reports)
{
    /// <summary>The reports of this address.</summary>
    public static EffectiveReports Of(AccountEmails settings, string address) => Own(settings, address) is { } own
        ? new EffectiveReports(ReportSource.Address, ReportConfig.ReadList(own))
        : settings.PolicyReports.Length > 0
            ? new EffectiveReports(ReportSource.Policy, ReportConfig.ReadList(settings.PolicyReports))
            : new EffectiveReports(ReportSource.BuiltIn, [ReportConfig.BuiltIn]);

    /// <summary>The list of reports that the address itself has; null for none of its own.</summary>
    public static JsonArray? Own(AccountEmails settings, string address) =>
        settings.Overrides.Length > 0 && JsonNode.Parse(settings.Overrides) is JsonObject all && all[address] is JsonObject own
            ? own["Reports"] as JsonArray ?? []
            : null;
}
