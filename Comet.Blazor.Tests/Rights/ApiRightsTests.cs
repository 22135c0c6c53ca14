using System.Net;
using System.Text;
using Comet.Blazor.Api;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;

namespace Comet.Blazor.Tests.Rights;

/// <summary>Every call of the API and every page asks for a right (spec/04 §3.1: enforced in services, not by hiding menus only).</summary>
public sealed class ApiRightsTests
{
    /// <summary>Calls that every administrator may make, each with the reason.</summary>
    private static readonly Dictionary<string, string> OpenToEveryAdministrator = new()
    {
        ["admin/meta/version"] = "clients find out by it what they talk to; it tells less to who lacks the right (its own test)",
    };

    /// <summary>Calls about the caller's own account need no right but the credentials; what changes the password asks for OwnPasswordChange.</summary>
    private const string OwnAccount = "admin/account/";

    /// <summary>Pages that every administrator may open, each with the reason.</summary>
    private static readonly Dictionary<string, string> OpenPages = new()
    {
        ["FirstPage"] = "leads to the first page that the person may see",
        ["NotFoundPage"] = "shows nothing",
        ["MyAccountPage"] = "the person's own account",
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryCall_ByAnAdministratorWithoutAnyRight_IsDenied()
    {
        await using var rig = await TenantsRig.StartAsync();
        var nobody = new Actor(ActorKind.Administrator, "top-admin") { Limits = new ActorLimits { Denied = [.. Enum.GetValues<Right>()] }, Via = ActorVia.Api };
        var calls = ApiCalls.Of(rig.Server).Where(static c => !OpenToEveryAdministrator.ContainsKey(c.Key) && !c.Key.StartsWith(OwnAccount, StringComparison.Ordinal)).ToList();
        Assert.Contains(calls, static c => c.Key == "admin/get-job-log");

        foreach (var (path, handler) in calls)
        {
            var (status, message) = TenantsRig.Envelope(await RunAsync(rig, handler, nobody, ApiCalls.Naming(rig.Top)));

            Assert.True(status == 403, $"{path} does not ask for a right before it looks: {status} {message}");
        }
    }

    [Fact]
    public void EveryPage_NamesTheRightItNeeds()
    {
        var pages = typeof(Outcome).Assembly.GetTypes().Where(static t => t.IsDefined(typeof(RouteAttribute), inherit: false) && t.IsDefined(typeof(AuthorizeAttribute), inherit: false)).ToList();

        Assert.Contains(pages, static p => p.Name == "UsersPage");
        Assert.Empty(pages.Where(static p => !p.IsDefined(typeof(NeedsAttribute), inherit: false) && !OpenPages.ContainsKey(p.Name)).Select(static p => p.FullName));
    }

    [Fact]
    public async Task MenuEntries_NeedWhatTheirPageNeeds()
    {
        await using var server = await Support.TestServer.StartAsync();
        var pages = typeof(Outcome).Assembly.GetTypes().Where(static t => t.IsDefined(typeof(RouteAttribute), inherit: false))
            .SelectMany(static t => t.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Cast<RouteAttribute>().Select(r => (r.Template, Page: t)))
            .ToDictionary(static r => r.Template, static r => r.Page);

        foreach (var entry in server.Services.GetServices<MenuEntry>())
        {
            var needs = pages[entry.Href].GetCustomAttributes(typeof(NeedsAttribute), inherit: false).Cast<NeedsAttribute>().SingleOrDefault()?.Right;
            Assert.Equal((entry.Title, needs), (entry.Title, entry.Needs));
        }
    }

    [Fact]
    public void EveryRight_HasWords()
    {
        var words = Enum.GetValues<Right>().Select(RightWords.Of).ToList();

        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.All(Enum.GetValues<Right>(), static r => Assert.Contains(RightWords.Of(r), new Actor(ActorKind.Customer, "mary").Needs(r).Why));
    }

    private static async Task<string> RunAsync(TenantsRig rig, ApiHandler handler, Actor by, IReadOnlyList<(string Name, string Value)> fields)
    {
        await using var scope = rig.Server.Services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        (http.Request.Scheme, http.Request.Host) = ("http", new HostString("localhost"));
        var form = new FormCollection(fields.ToDictionary(static f => f.Name, static f => new StringValues(f.Value)));
        try
        {
            var answer = await handler.Run(new ApiCall(http, form, new ApiCaller(by, null, TenantsRig.Password)), Ct);
            using var body = new MemoryStream();
            await answer.WriteAsync(body, Ct);
            return Encoding.UTF8.GetString(body.ToArray());
        }
        catch (ApiException ex)
        {
            return $$"""{"Status":{{(int)ex.Kind}},"Message":"{{ex.Message}}"}""";
        }
    }
}
