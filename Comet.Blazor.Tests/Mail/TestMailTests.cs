using System.Net;
using System.Net.Sockets;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Mail;
using Comet.Blazor.Features.Mail.Smtp;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Secrets;
using Comet.Blazor.Tests.Support;

namespace Comet.Blazor.Tests.Mail;

/// <summary>Settings and the test message, by a real mail server.</summary>
public sealed class TestMailTests : IAsyncLifetime
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin", null, "127.0.0.1");
    private TestServer _server = null!;
    private SmtpServer _smtp = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (_server, _smtp) = (await TestServer.StartAsync(), await SmtpServer.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _smtp.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(MailOptions.ModeStartTls)]
    [InlineData(MailOptions.ModeTls)]
    public async Task Test_OfUnsavedSettings_Arrives_AndIsOnRecord(string mode)
    {
        var sent = await SendAsync(_smtp.Options(mode));

        Assert.True(sent.Ok, sent.Why);
        var mail = Assert.Single(_smtp.Mails);
        Assert.Equal("to@example.com", mail.To.Mailboxes.Single().Address);
        Assert.Contains("It arrived", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal("", _server.Get<MailSettings>().Stored.Mode);
        Assert.Contains(await AuditAsync(), static e => e.Action == "mail.tested" && e.Refused == Refusal.None && e.Note.Contains("to@example.com", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Test_WithoutEncryption_NeedsPermission()
    {
        Assert.Contains("offers no STARTTLS", (await SendAsync(_smtp.PlainOptions with { SmtpAllowUnencrypted = false })).Why, StringComparison.Ordinal);
        Assert.Empty(_smtp.Mails);

        Assert.True((await SendAsync(_smtp.PlainOptions)).Ok);
        Assert.Single(_smtp.Mails);
    }

    [Theory]
    [InlineData(MailOptions.ModeStartTls)]
    [InlineData(MailOptions.ModeTls)]
    public async Task BadCertificate_IsRefused_BeforeThePasswordIsSent(string mode)
    {
        var sent = await SendAsync(_smtp.Options(mode) with { SmtpAllowInvalidCertificate = false });

        Assert.Equal(Refusal.DeviceRefused, sent.Kind);
        Assert.Contains("certificate", sent.Why, StringComparison.Ordinal);
        Assert.Contains("no authority that this computer trusts", sent.Why, StringComparison.Ordinal);
        Assert.Empty(_smtp.Mails);
    }

    [Fact]
    public async Task WrongPassword_IsSaid_AndIsInNoRecord()
    {
        var sent = await _server.Get<SendTestMail>().RunAsync(Admin, _smtp.Options() with { SmtpPassword = "" }, "wrong-word-1", "to@example.com", Ct);

        Assert.Contains("refused the username or the password", sent.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-word-1", sent.Why, StringComparison.Ordinal);
        Assert.DoesNotContain(await AuditAsync(), static e => (e.Note + e.Why).Contains("wrong-word-1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task EachFailure_HasItsWords()
    {
        var options = _smtp.Options();
        Assert.Contains("wants a sign-in", (await SendAsync(options with { SmtpUsername = "", SmtpPassword = "" })).Why, StringComparison.Ordinal);
        Assert.Contains("offers no sign-in", (await SendAsync(_smtp.PlainOptions with { SmtpUsername = "bob", SmtpPassword = "secret" })).Why, StringComparison.Ordinal);
        Assert.Contains("TLS from the first byte", (await SendAsync(options with { Mode = MailOptions.ModeTls })).Why, StringComparison.Ordinal);
        Assert.Contains("no such mailbox", (await SendAsync(options, "unknown@example.com")).Why, StringComparison.Ordinal);
        Assert.Contains("refused the sender", (await SendAsync(options with { FromEmail = "other@example.com" })).Why, StringComparison.Ordinal);
        Assert.Contains("looks like spam", (await SendAsync(options, "spam@example.com")).Why, StringComparison.Ordinal);
        Assert.Contains("is not known", (await SendAsync(options with { SmtpHost = "nowhere.invalid" })).Why, StringComparison.Ordinal);
        await _smtp.DownAsync();
        Assert.Contains("refused the connection", (await SendAsync(options)).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SilentServer_EndsInTime()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = _smtp.Options() with { SmtpPort = ((IPEndPoint)silent.LocalEndpoint).Port };

        var failure = await Assert.ThrowsAsync<MailFailureException>(() => SmtpSender.ConnectAsync(options, new SmtpLimits(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(1)), TimeProvider.System, Ct));

        Assert.True(failure.TimedOut);
        Assert.Contains("did not answer within", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Saved_IsSealed_KeptUnchanged_AndNotSentToAnotherServer()
    {
        var settings = _server.Get<MailSettings>();
        var wanted = _smtp.Options() with { SmtpPassword = "" };
        Assert.True((await SaveAsync(wanted, "secret")).Ok);
        var file = await File.ReadAllTextAsync(_server.Folder.Sub("cometd.cfg"), Ct);
        Assert.DoesNotContain("\"secret\"", file, StringComparison.Ordinal);
        Assert.True(SecretBox.IsSealed(settings.Stored.SmtpPassword));
        Assert.Equal("secret", settings.Current.SmtpPassword);

        var before = settings.Stored;
        Assert.True((await SaveAsync(wanted with { FromName = "Other" }, null)).Ok);
        Assert.Equal(before.SmtpPassword, settings.Stored.SmtpPassword);
        Assert.True((await _server.Get<SendTestMail>().RunAsync(Admin, wanted, null, "to@example.com", Ct)).Ok);

        Assert.Contains("type the password", (await SaveAsync(wanted with { SmtpHost = "evil.example.com" }, null)).Why, StringComparison.Ordinal);
        Assert.Contains("type the password", (await SaveAsync(wanted with { SmtpHost = "evil.example.com", Mode = MailOptions.ModeOff }, Obscured.Text)).Why, StringComparison.Ordinal);
        Assert.Equal(Refusal.Conflict, (await _server.Get<SaveMailSettings>().RunAsync(Admin, wanted, "secret", before)).Kind);
        var change = (await AuditAsync()).First(static e => e.Action == "settings.changed" && e.TargetId == "Email");
        Assert.Contains(change.Differences, static d => d.Path == "SMTPPassword" && d is { Secret: "set", After: null });
    }

    [Fact]
    public async Task PlainPasswordOfTheFile_Works_AndIsSealedAtTheNextStart()
    {
        _server.Get<SettingsFile>().Update(root =>
        {
            _smtp.Options().Write(root);
            root["Email"]!["EmailReportingOptions"] = new System.Text.Json.Nodes.JsonArray();
            return true;
        });
        Assert.Equal("secret", _server.Get<MailSettings>().Current.SmtpPassword);

        await _server.StopAsync();
        _server = await TestServer.StartAsync(_server.Folder);

        Assert.True(SecretBox.IsSealed(_server.Get<MailSettings>().Stored.SmtpPassword));
        Assert.Equal("secret", _server.Get<MailSettings>().Current.SmtpPassword);
        Assert.True(_server.Get<SettingsFile>().Read(static root => root["Email"]!["EmailReportingOptions"] is not null));
    }

    [Fact]
    public async Task WithoutTheRight_OrAsATenant_NothingIsDone_AndItIsOnRecord()
    {
        foreach (var by in new[] { Admin with { Limits = new ActorLimits { Denied = [Right.MailSettingsEdit] } }, Admin with { OrganizationId = "org" } })
        {
            Assert.Equal(Refusal.Denied, (await _server.Get<SaveMailSettings>().RunAsync(by, _smtp.Options(), "secret", _server.Get<MailSettings>().Stored)).Kind);
            Assert.Equal(Refusal.Denied, (await _server.Get<SendTestMail>().RunAsync(by, _smtp.Options(), "secret", "to@example.com", Ct)).Kind);
        }

        Assert.Empty(_smtp.Mails);
        Assert.Equal(2, (await AuditAsync()).Count(static e => e.Action == "mail.tested" && e.Refused == Refusal.Denied));
    }

    private Task<Outcome> SendAsync(MailOptions options, string to = "to@example.com") => _server.Get<SendTestMail>().RunAsync(Admin, options with { SmtpPassword = "" }, options.SmtpPassword, to, Ct);

    private Task<Outcome> SaveAsync(MailOptions options, string? password) => _server.Get<SaveMailSettings>().RunAsync(Admin, options, password, _server.Get<MailSettings>().Stored);

    private async Task<List<AuditEntry>> AuditAsync()
    {
        var entries = new List<AuditEntry>();
        await foreach (var record in _server.Get<ServerStore>().Db.ScanAsync(AuditChain.Entries, null, Ct))
        {
            entries.Add(AuditEntry.Read(record.Json)!);
        }

        return entries;
    }
}
