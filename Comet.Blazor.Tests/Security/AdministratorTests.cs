using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Passwords;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Tests.Security;

/// <summary>Administrators in cometd.cfg (spec/04 §2, §3).</summary>
public sealed class AdministratorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string File => _folder.Sub("cometd.cfg");

    [Fact]
    public async Task FreshServer_HasAdminAdmin_AndSaysSo()
    {
        var administrators = await OpenAsync();

        Assert.True(administrators.DefaultPasswordInUse);
        Assert.Equal("admin", (await administrators.VerifyAsync("admin", "admin", Ct)).Value!.Name);
        Assert.Equal(21, (int)JsonNode.Parse(await System.IO.File.ReadAllTextAsync(File, Ct))!["AdminUsers"]![0]!["PasswordFormat"]!);
    }

    [Fact]
    public async Task WrongPasswordAndUnknownName_AreToldApartByNothing()
    {
        var administrators = await OpenAsync();

        var wrong = await administrators.VerifyAsync("admin", "nope", Ct);
        var unknown = await administrators.VerifyAsync("nobody", "nope", Ct);

        Assert.Equal(wrong, unknown);
        Assert.Equal(Refusal.Unauthenticated, wrong.Kind);
    }

    [Fact]
    public async Task UnknownName_CostsAsMuchWorkAsAKnownOne()
    {
        var administrators = await OpenAsync();
        await MillisecondsAsync(administrators, "admin"); // warm

        var known = await MillisecondsAsync(administrators, "admin");
        var unknown = await MillisecondsAsync(administrators, "nobody");

        // The work is one slow hash in both cases; without it the unknown name would cost a thousandth.
        Assert.InRange(unknown / known, 0.2, 5);
    }

    [Fact]
    public async Task ForgottenPassword_WrittenInPlainIntoTheFile_IsHashedAtStart_AndUnknownFieldsStay()
    {
        await OpenAsync();
        var root = JsonNode.Parse(await System.IO.File.ReadAllTextAsync(File, Ct))!;
        var admin = root["AdminUsers"]![0]!;
        (admin["PasswordFormat"], admin["Password"], admin["Mine"]) = (0, "found again", 7);
        await System.IO.File.WriteAllTextAsync(File, root.ToJsonString(), Ct);

        var administrators = await OpenAsync();

        Assert.True((await administrators.VerifyAsync("admin", "found again", Ct)).Ok);
        var text = await System.IO.File.ReadAllTextAsync(File, Ct);
        Assert.DoesNotContain("found again", text, StringComparison.Ordinal);
        Assert.Contains("\"Mine\": 7", text, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<AdministratorStore> OpenAsync()
    {
        var store = new AdministratorStore(SettingsFile.Open(File), Options.Create(new CometOptions()), new VerifiedPasswords(TimeProvider.System), NullLogger<AdministratorStore>.Instance);
        await store.OpenAsync(Ct);
        return store;
    }

    private static async Task<double> MillisecondsAsync(AdministratorStore administrators, string name)
    {
        var rounds = new double[5];
        for (var i = 0; i < rounds.Length; i++)
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            await administrators.VerifyAsync(name, "nope", Ct);
            rounds[i] = System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }

        return Median(rounds);
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
