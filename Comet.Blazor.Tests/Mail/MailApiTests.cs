using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Mail;
using Comet.Blazor.Features.Mail.Bulletins;
using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Contract;
using Comet.Blazor.Tests.Devices;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Mail;

/// <summary>Bulletins, and mail in the HTTP API.</summary>
public sealed class MailApiTests : IAsyncLifetime
{
    private ReportRig _rig = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private SendBulletin Bulletins => _rig.Server.Get<SendBulletin>();

    public async ValueTask InitializeAsync() => _rig = await ReportRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task Bulletin_ReachesEachAddressOnce_AlsoWithoutReports_ButNoSuspendedUser()
    {
        await _rig.SetAsync([ReportRig.Address, "shared@example.com", "no address"], sends: false);
        await AddAsync("ann", "Shared@example.com");
        await AddAsync("bob");
        await AddAsync("eve", "eve@example.com", suspended: true);

        var audience = Bulletins.Audience(ReportRig.Admin).Value!;
        Assert.Equal([ReportRig.Address, "shared@example.com"], audience.Addresses.Select(static a => a.ToLowerInvariant()));
        Assert.Equal((2, 3, 1, 1), (audience.Users, audience.AllUsers, audience.Suspended, audience.Unusable));

        Assert.Equal(Refusal.Conflict, (await Bulletins.RunAsync(ReportRig.Admin, "Hello", "Text", 3, Ct)).Kind);
        Assert.Equal("{\"Status\":200,\"Message\":\"OK\"}", (await CallAsync("bulletin/submit", ("Subject", "Hello\r\nBcc: all@example.com"), ("Content", "Look at https://example.com/ <b>now</b>"))).ToJsonString());
        var letters = await _rig.LettersAsync();
        Assert.Equal(2, letters.Count);
        Assert.All(letters, static l => Assert.Equal(("Hello Bcc: all@example.com", "Look at https://example.com/ <b>now</b>", null), (l.Subject, l.Text, l.Html)));

        await _rig.Queue.FailedAsync([_rig.Queue.All.Min(static m => m.Id)], "No such mailbox", forGood: true);
        await _rig.DownAsync();
        await _rig.UpAsync();
        var result = Assert.Single((await Bulletins.ListAsync(ReportRig.Admin, Ct)).Value!);
        Assert.Equal((2, 0, 1, "No such mailbox"), (result.Bulletin.Total, result.Sent, result.Waiting, result.Failed.Single().Error));
    }

    [Fact]
    public async Task Bulletin_OfATenant_ReachesItsOwnUsers_AndIsNotSeenByOthers()
    {
        await AddAsync("ann", "ann@example.com");
        Assert.True((await _rig.Server.Get<AccountStore>().ChangeAsync(_rig.Server.Get<AccountStore>().EntryByName("ann")!.Id, null, static d =>
        {
            d.Root["OrganizationID"] = "beta";
            return Outcome.Done;
        }, false, Ct)).Ok);
        var tenant = new Actor(ActorKind.Administrator, "tenant") { OrganizationId = "beta" };

        Assert.Equal(["ann@example.com"], Bulletins.Audience(tenant).Value!.Addresses);
        Assert.True((await Bulletins.RunAsync(tenant, "Ours", "Text", 1, Ct)).Ok);
        Assert.Equal("ann@example.com", Assert.Single(_rig.Queue.All).Recipient);
        Assert.True((await Bulletins.RunAsync(ReportRig.Admin, "All", "Text", null, Ct)).Ok);
        Assert.Equal(["Ours"], (await Bulletins.ListAsync(tenant, Ct)).Value!.Select(static b => b.Bulletin.Subject));
    }

    [Fact]
    public async Task Bulletin_ToTenThousandAddresses_IsOneTransaction()
    {
        var users = Enumerable.Range(0, 200).Select(static i =>
        {
            var profile = ProfileTemplates.Profile();
            profile["Emails"] = new JsonArray([.. Enumerable.Range(0, EmailRules.MostAddresses).Select(a => (JsonNode)$"u{(i * EmailRules.MostAddresses) + a}@example.com")]);
            return new AccountDocument(AccountId.New(), profile) { Username = $"user-{i}" };
        });
        Assert.All(await _rig.Server.Get<AccountStore>().AddManyAsync([.. users], null, Ct), static o => Assert.True(o.Ok));
        await _rig.SetAsync([]);
        var sent = await Bulletins.RunAsync(ReportRig.Admin, "Hello", "Text", 10_000, Ct);
        Assert.True(sent.Ok, sent.Why);
        Assert.Equal(10_000, _rig.Queue.All.Count);
        Assert.Single(_rig.Queue.All.Select(static m => m.Content).Distinct());
    }

    [Theory]
    [InlineData("", "Text", "subject")]
    [InlineData("\r\n", "Text", "subject")]
    [InlineData("Hello", " ", "no text")]
    public async Task Bulletin_ThatSaysNothing_IsRefused(string subject, string text, string why)
    {
        var refused = await Bulletins.RunAsync(ReportRig.Admin, subject, text, null, Ct);
        Assert.Equal(Refusal.Invalid, refused.Kind);
        Assert.Contains(why, refused.Why, StringComparison.Ordinal);
        await _rig.SetAsync([]);
        Assert.Contains("nobody", (await Bulletins.RunAsync(ReportRig.Admin, "Hello", "Text", null, Ct)).Why, StringComparison.Ordinal);
        _rig.Switch(MailOptions.ModeOff);
        await _rig.SetAsync([ReportRig.Address]);
        Assert.Equal(501, (int)(await CallAsync("bulletin/submit", ("Subject", "Hello"), ("Content", "Text")))["Status"]!);
        Assert.Empty((await Bulletins.ListAsync(ReportRig.Admin, Ct)).Value!);
    }

    [Fact]
    public async Task EmailOptions_AreReadObscured_AndReplaced_ReportsIncluded()
    {
        var options = await CallAsync("meta/email-options/get");
        AssertShape(options, "EmailOptions");
        Assert.Equal("", (string)options["SMTPPassword"]!);
        (options["SMTPUsername"], options["SMTPPassword"], options["Later"]) = ("bob", "secret", 1);
        options["EmailReportingOptions"] = new JsonArray(JsonNode.Parse("""{"EmailReportConfig":{"ReportType":0,"Filter":{"RuleField":"Status","RuleOperator":"int_gte","RuleValue":"7000"}},"LocalTimezone":"UTC","Recipients":["ops@example.com"]}"""));
        Assert.Equal(200, (int)(await CallAsync("meta/email-options/set", ("EmailOptions", options.ToJsonString())))["Status"]!);

        var again = await CallAsync("meta/email-options/get");
        Assert.Equal(("********", 1, 1), ((string)again["SMTPPassword"]!, (int)again["Later"]!, again["EmailReportingOptions"]!.AsArray().Count));
        again["FromName"] = "Other";
        Assert.Equal(200, (int)(await CallAsync("meta/email-options/set", ("EmailOptions", again.ToJsonString())))["Status"]!);
        Assert.Equal(("secret", "Other"), (_rig.Server.Get<MailSettings>().Current.SmtpPassword, _rig.Server.Get<MailSettings>().Current.FromName));

        again["EmailReportingOptions"]![0]!["EmailReportConfig"]!["Filter"]!["RuleField"] = "Colour";
        var refused = await CallAsync("meta/email-options/set", ("EmailOptions", again.ToJsonString()));
        Assert.Equal(400, (int)refused["Status"]!);
        Assert.Contains("EmailReportingOptions[0]: The filter names the unknown field “Colour”", (string)refused["Message"]!, StringComparison.Ordinal);
        again["SMTPHost"] = "evil.example.com";
        Assert.Equal(400, (int)(await CallAsync("meta/email-options/set", ("EmailOptions", again.ToJsonString())))["Status"]!);
        Assert.Equal(400, (int)(await CallAsync("meta/email-options/set", ("EmailOptions", """{"SMTPPort":"many"}""")))["Status"]!);
        Assert.Equal(400, (int)(await CallAsync("meta/email-options/set", ("EmailOptions", "[")))["Status"]!);
    }

    [Fact]
    public async Task TestMessage_TestReport_AndPreview_ByTheApi()
    {
        var job = await _rig.EndAsync(JobStatus.Error);
        var options = await CallAsync("meta/email-options/get");
        var down = await CallAsync("meta/send-test-email", ("EmailOptions", options.ToJsonString()), ("Recipient", "ops@example.com"));
        Assert.Equal(502, (int)down["Status"]!);
        Assert.Contains("refused the connection", (string)down["Message"]!, StringComparison.Ordinal);

        Assert.Equal(200, (int)(await CallAsync("meta/send-test-report", ("EmailReportingOption", """{"EmailReportConfig":{"ReportType":1},"Recipients":["ops@example.com"]}""")))["Status"]!);
        Assert.Equal("Summary for all users: 1 job, 1 unsuccessful", Assert.Single(_rig.Queue.All).Subject);
        Assert.Equal(400, (int)(await CallAsync("meta/send-test-report", ("EmailReportingOption", """{"EmailReportConfig":{"ReportType":1},"Recipients":[]}""")))["Status"]!);

        var preview = await CallAsync("preview-user-email-report", ("TargetUser", "mary"), ("EmailReportConfig", """{"ReportType":0}"""), ("EmailAddress", "x@example.com"));
        AssertShape(preview, "EmailReportGeneratedPreview");
        Assert.Equal(("x@example.com", "Error: Backup of item-1 on dev-1 (mary)"), ((string)preview["To"]!.AsArray().Single()!, (string)preview["EmailSubject"]!));
        Assert.Contains(job.Id, (string)preview["EmailBodyPlaintext"]!, StringComparison.Ordinal);
        Assert.Equal(400, (int)(await CallAsync("preview-user-email-report", ("TargetUser", "mary"), ("EmailReportConfig", """{"ReportType":9}""")))["Status"]!);
        Assert.Equal(404, (int)(await CallAsync("preview-user-email-report", ("TargetUser", "nobody"), ("EmailReportConfig", "{}")))["Status"]!);
    }

    private async Task AddAsync(string name, string? email = null, bool suspended = false)
    {
        var added = await Fleet.AddUserAsync(_rig.Server, name);
        Assert.True((await _rig.Server.Get<IAccountEmails>().SaveAsync(ReportRig.Admin, name, new AccountEmailsChange(email is null ? [] : [email], true, new Dictionary<string, JsonArray>()), added.Hash, Ct)).Ok);
        Assert.True((await _rig.Server.Get<AccountStore>().ChangeAsync(added.Id, null, d =>
        {
            d.Root["IsSuspended"] = suspended;
            return Outcome.Done;
        }, false, Ct)).Ok);
    }

    private async Task<JsonNode> CallAsync(string call, params (string Name, string Value)[] fields)
    {
        using var response = await _rig.Server.Client.PostAsync(
            new Uri(_rig.Server.Address + "api/v1/admin/" + call),
            new FormUrlEncodedContent([new("Username", "admin"), new("AuthType", "Password"), new("Password", "admin"), .. fields.Select(static f => KeyValuePair.Create(f.Name, f.Value))]), Ct);
        return JsonNode.Parse(await response.Content.ReadAsStringAsync(Ct))!;
    }

    private static void AssertShape(JsonNode value, string type)
    {
        using var document = JsonDocument.Parse(value.ToJsonString());
        Assert.Empty(ContractFile.Differences(document.RootElement, type));
    }
}
