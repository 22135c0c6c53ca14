using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Comet.Blazor.Api;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Microsoft.AspNetCore.Routing;

namespace Comet.Blazor.Tests.Api;

/// <summary>docs/api.md is all that an integrator needs: it names the calls that the server has, no other ones, and its limits.</summary>
public sealed partial class ApiDocumentTests
{
    private const string Prefix = "/api/v1/";
    private static readonly string Text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Here())!, "../../docs/api.md"));

    [Fact]
    public async Task Document_Calls_AreTheMappedOnes()
    {
        await using var server = await TestServer.StartAsync();
        var mapped = server.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(static e => e.RoutePattern.RawText ?? "")
            .Where(static path => path.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(static path => path[Prefix.Length..])
            .Order(StringComparer.Ordinal).ToList();
        var described = Heading().Matches(Text).Select(static m => m.Groups["call"].Value).Order(StringComparer.Ordinal);
        Assert.NotEmpty(mapped);
        Assert.Equal(mapped, described);

        var named = Name().Matches(Text).Select(static m => m.Value).ToHashSet(StringComparer.Ordinal);
        Assert.Empty(named.Except(mapped)); // in sentences and examples, too
    }

    [Fact]
    public void Document_LimitsAndStates_AreTheCodes()
    {
        Assert.Contains($"A request has at most {ApiRoutes.MaxBodyBytes / (1024 * 1024)} MiB.", Text, StringComparison.Ordinal);
        foreach (var status in Enum.GetValues<Refusal>().Where(static r => r != Refusal.None))
        {
            Assert.Matches($@"(?m)^\| [0-9, ]*\b{(int)status}\b[0-9, ]* \|", Text);
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^### `(?<call>[^`]+)`\s*$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?<![\w/])admin/[a-z0-9/-]*[a-z0-9]")]
    private static partial Regex Name();
}
