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

    /// <summary>All organizations with their names, the top level not among them; one without a name goes by its id. In the order of names.</summary>
    public IReadOnlyList<(string Id, string Name)> All =>
    [
        .. settings.Read(static root => (root["Organizations"] as JsonObject ?? []).Select(static o => (o.Key, Name: NameIn(o.Value))).ToList())
            .Concat(administrators.All.Select(static a => (Key: a.OrganizationId, Name: "")))
            .Where(static o => o.Key.Length > 0)
            .GroupBy(static o => o.Key, StringComparer.Ordinal)
            .Select(static g => (g.Key, Name: g.Select(static o => o.Name).FirstOrDefault(static n => n.Length > 0) ?? g.Key))
            .OrderBy(static o => o.Name, StringComparer.OrdinalIgnoreCase),
    ];

    /// <summary>The organization's name; its id when it has none.</summary>
    public string NameOf(string organizationId) =>
        settings.Read(root => NameIn((root["Organizations"] as JsonObject)?[organizationId])) is { Length: > 0 } name ? name : organizationId;

    /// <summary>True when the organization is suspended as a whole: none of its users and administrators may do anything.</summary>
    public bool IsSuspended(string organizationId) =>
        organizationId.Length > 0 && settings.Read(root => IsSuspendedIn(root, organizationId));

    /// <summary>The same in a settings document.</summary>
    internal static bool IsSuspendedIn(JsonObject root, string organizationId) =>
        organizationId.Length > 0 && root["Organizations"] is JsonObject all && all[organizationId] is JsonObject one && one["IsSuspended"] is JsonValue flag && flag.TryGetValue<bool>(out var on) && on;

    /// <summary>
    /// The organization that a call is about (spec/06, TargetOrganization): the named one for the top level, the caller's own when none is named.
    /// Refused as <see cref="Refusal.Missing"/> when there is none, in the same words when it is another tenant's.
    /// </summary>
    public Outcome<string> Choose(Actor by, string? wanted) =>
        string.IsNullOrEmpty(wanted) ? by.OrganizationId
        : by.Sees(wanted) && Exists(wanted) ? wanted
        : Unknown;

    private static string NameIn(JsonNode? organization) => (organization as JsonObject)?["Name"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : "";
}
