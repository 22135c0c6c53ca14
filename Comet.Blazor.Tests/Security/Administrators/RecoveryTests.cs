using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.Administrators;

/// <summary>The way back in that docs/security.md describes, done as it stands there.</summary>
public sealed partial class RecoveryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ForgottenPasswordAndLostFactor_AreSetOverTheSettingsFile()
    {
        using var data = new TempFolder();
        var file = data.Sub("cometd.cfg");
        await using (var first = await CometProcess.StartServerAsync(data.Path))
        {
            Assert.Contains("Version", await VersionAsync(first, "admin"), StringComparison.Ordinal);
            first.Signal("TERM");
            Assert.Equal(0, await first.ExitAsync());
        }

        var root = JsonNode.Parse(await File.ReadAllTextAsync(file, Ct))!;
        var admin = root["AdminUsers"]![0]!;
        (admin["AllowPasswordLogin"], admin["AllowPasswordAndTOTPLogin"], admin["TOTPKey"], admin["Permissions"]!["FromTomorrow"]) = (false, true, "sealed1.lost", 7);
        foreach (var (name, value) in (JsonObject)JsonNode.Parse("{" + Described() + "}")!)
        {
            admin[name] = value?.DeepClone();
        }

        await File.WriteAllTextAsync(file, root.ToJsonString(), Ct);

        await using var again = await CometProcess.StartServerAsync(data.Path);
        Assert.Contains("Version", await VersionAsync(again, "a new password"), StringComparison.Ordinal);
        Assert.DoesNotContain("Version", await VersionAsync(again, "admin"), StringComparison.Ordinal);
        var after = await File.ReadAllTextAsync(file, Ct);
        Assert.DoesNotContain("a new password", after, StringComparison.Ordinal);
        Assert.Contains("FromTomorrow", after, StringComparison.Ordinal);
    }

    private static string Described([CallerFilePath] string here = "")
    {
        var document = Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "security.md");
        return Fields().Match(File.ReadAllText(document)) is { Success: true } found ? found.Groups[1].Value : throw new InvalidOperationException("docs/security.md does not say which fields to set.");
    }

    private static async Task<string> VersionAsync(CometProcess server, string password)
    {
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("Username", "admin"), KeyValuePair.Create("AuthType", "Password"), KeyValuePair.Create("Password", password)]);
        using var response = await client.PostAsync("api/v1/admin/meta/version", form, Ct);
        return await response.Content.ReadAsStringAsync(Ct);
    }

    [GeneratedRegex("these three fields: `([^`]+)`")]
    private static partial Regex Fields();
}
