using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;

namespace Comet.Blazor.Security.Organizations;

/// <summary>Which organizations (tenants) there are: those in <c>cometd.cfg</c> under Organizations, and those that an administrator belongs to (spec/04 §17).</summary>
/// <param name="settings">The settings.</param>
/// <param name="administrators">The administrators.</param>
public sealed class OrganizationList(SettingsFile settings, AdministratorStore administrators)
{
    /// <summary>The refusal for an organization that does not exist, and for one that is none of the caller's business.</summary>
    public static Outcome Unknown => Outcome.Missing("There is no such organization.");

    /// <summary>True when the organization exists. The top level, the empty id, always does.</summary>
    public bool Exists(string organizationId) =>
        organizationId.Length == 0
        || settings.Read(root => root["Organizations"] is JsonObject all && all.ContainsKey(organizationId))
        || administrators.All.Any(a => a.OrganizationId == organizationId);

    /// <summary>
    /// The organization that a call is about (spec/06, TargetOrganization): the named one for the top level, the caller's own when none is named.
    /// Refused as <see cref="Refusal.Missing"/> when there is none, in the same words when it is another tenant's.
    /// </summary>
    public Outcome<string> Choose(Actor by, string? wanted) =>
        string.IsNullOrEmpty(wanted) ? by.OrganizationId
        : by.Sees(wanted) && Exists(wanted) ? wanted
        : Unknown;
}
