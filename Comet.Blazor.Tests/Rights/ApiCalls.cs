using Comet.Blazor.Api;
using Comet.Blazor.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Comet.Blazor.Tests.Rights;

/// <summary>The calls that the server maps for administrators, found by its endpoints: a new one is here without being written down.</summary>
public static class ApiCalls
{
    private const string Prefix = "/api/v1/";

    /// <summary>Path and handler of each.</summary>
    public static IReadOnlyDictionary<string, ApiHandler> Of(TestServer server) =>
        server.Services.GetServices<EndpointDataSource>().Append(server.Get<EndpointDataSource>()).SelectMany(static s => s.Endpoints).OfType<RouteEndpoint>().Distinct()
            .Where(static e => e.RoutePattern.RawText?.StartsWith(Prefix, StringComparison.Ordinal) == true && e.Metadata.GetMetadata<ApiHandler>() is not null)
            .ToDictionary(static e => e.RoutePattern.RawText![Prefix.Length..], static e => e.Metadata.GetMetadata<ApiHandler>()!, StringComparer.Ordinal);

    /// <summary>The things of a user by the parameters that name them. A call that needs another parameter answers 400: add it here.</summary>
    public static IReadOnlyList<(string Name, string Value)> Naming(TenantUser of) => Naming(of.Tenant, of.User, of.Device.Welcome!.ConnectionId, of.Item, of.Vault, of.Bucket, of.Job);

    /// <summary>The same parameters, naming what nobody has.</summary>
    /// <param name="tenant">The organization to name; empty for none.</param>
    public static IReadOnlyList<(string Name, string Value)> NamingNothing(string tenant = "gamma") =>
        Naming(tenant, "gamma-user", Guid.NewGuid().ToString("N"), Guid.NewGuid().ToString(), Guid.NewGuid().ToString(), "nobucket", Guid.NewGuid().ToString());

    private static IReadOnlyList<(string Name, string Value)> Naming(string tenant, string user, string connection, string item, string vault, string bucket, string job)
    {
        var device = "device-" + user.Split('-')[0];
        return
        [
            ("TargetUser", user), ("UserNameFilter", user), ("TargetDevice", device), ("DeviceID", device), ("TargetID", connection), ("JobID", job),
            ("Source", item), ("SourceID", item), ("Destination", vault), ("DestinationID", vault), ("BucketID", bucket), ("StorageProvider", $"template-{tenant}"),
            ("TargetOrganization", tenant), ("ProfileData", $$"""{"Username":"{{user}}"}"""), ("RequireHash", "x"), ("NewPassword", TenantsRig.Password),
            ("TargetPassword", TenantsRig.Password), ("Query", "{}"), ("EmailReportConfig", """{"ReportType":1}"""),
            ("Subject", "Hello"), ("Content", "Text"), ("EmailOptions", "{}"), ("Recipient", "ops@example.com"), ("EmailReportingOption", "{}"),
            ("Name", "Managed"), ("GroupID", $"group-{tenant}"), ("Group", """{"Name":"Managed"}"""), ("Users", $$"""["{{user}}"]"""),
            ("AddUsername", $"{tenant}-admin"), ("AddPassword", TenantsRig.Password),
            ("SnapshotID", new string('a', 64)), ("SnapshotIDs", $"[\"{new string('a', 64)}\"]"), ("BackupRule", item), ("ExtraData", """{"DestinationType":1003}"""),
            ("RemoteStorageOptions", "[{\"Type\":\"comet\"}]"), ("TemplateOptions", "{}"),
            ("PolicyID", "policy-" + user.Split('-')[0]), ("Policy", $$"""{"Description":"Policy of {{user.Split('-')[0]}}"}"""),
        ];
    }
}
