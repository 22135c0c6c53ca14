using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Security.Administrators;

/// <summary>A cometd.cfg that somebody edited, or brought from elsewhere: it opens the server to nobody, and says what is wrong with it.</summary>
public sealed class BrokenSettingsTests : IDisposable
{
    private const string Nobody = "\"Username\":\"admin\",\"AllowPasswordLogin\":true,\"PasswordFormat\":0";
    private readonly TempFolder _folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{" + Nobody + "}")]
    [InlineData("{" + Nobody + ",\"Password\":\"\"}")]
    [InlineData("{" + Nobody + ",\"Password\":null}")]
    [InlineData("{\"Username\":\"admin\",\"PasswordFormat\":0,\"Password\":\"\",\"ExternalAuthenticationSource\":\"oidc\"}")]
    [InlineData("{\"Username\":\"admin\",\"AllowPasswordLogin\":true,\"PasswordFormat\":77,\"Password\":\"\"}")]
    public async Task AdministratorWithoutAPassword_IsOpenedByNone_AndIsNoReasonToLetAFirstOneIn(string entry)
    {
        await WriteAsync($"{{\"AdminUsers\":[{entry}]}}");
        await using var server = await TestServer.StartAsync(_folder);
        var administrators = server.Get<AdministratorStore>();

        Assert.Equal(Refusal.Unauthenticated, (await administrators.VerifyAsync("admin", "", Ct)).Kind);
        Assert.Equal(0, (int?)JsonNode.Parse(await File.ReadAllTextAsync(_folder.Sub("cometd.cfg"), Ct))!["AdminUsers"]![0]!["PasswordFormat"] % 77);
        Assert.False(server.Get<FirstAdministrator>().IsAwaited);
        Assert.False(AdministratorGuards.CanRepair(administrators.Find("admin")!));
    }

    [Fact]
    public async Task RecordInAnotherFormat_IsNotTakenForOurs()
    {
        var record = AdminPassword.Make("right password");
        await WriteAsync($"{{\"AdminUsers\":[{{\"Username\":\"admin\",\"AllowPasswordLogin\":true,\"PasswordFormat\":3,\"Password\":\"{record}\"}}]}}");
        await using var server = await TestServer.StartAsync(_folder);

        Assert.Equal(Refusal.Unauthenticated, (await server.Get<AdministratorStore>().VerifyAsync("admin", "right password", Ct)).Kind);
    }

    [Theory]
    [InlineData("{\"AdminUsers\":{\"Username\":\"admin\"}}", "no list")]
    [InlineData("{\"AdminUsers\":\"admin\"}", "no list")]
    [InlineData("{\"AdminUsers\":[\"admin\"]}", "place 1")]
    [InlineData("{\"AdminUsers\":[{\"Username\":\"a\"},null]}", "place 2")]
    [InlineData("{\"AdminUsers\":[{\"Password\":\"a password\"}]}", "needs a Username")]
    [InlineData("{\"AdminUsers\":[{\"Username\":\"a\"},{\"Username\":\"a\"}]}", "2 administrators named a")]
    [InlineData("{\"AdminUsers\":[{\"Username\":\"a\\ud800\"}]}", "half of a Unicode character")]
    [InlineData("{\"AdminUsers\":[],\"b\\udc00\":1}", "half of a Unicode character")]
    public async Task WhatIsNoListOfAdministrators_KeepsTheServerFromStarting_WithASentence(string settings, string expected)
    {
        await WriteAsync(settings);

        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => TestServer.StartAsync(_folder));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Contains("cometd.cfg", fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private Task WriteAsync(string settings) => File.WriteAllTextAsync(_folder.Sub("cometd.cfg"), settings, Ct);
}
