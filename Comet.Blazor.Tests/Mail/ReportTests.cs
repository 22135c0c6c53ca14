using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Mail;
using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Kernel;
using Comet.Blazor.Kernel.Search;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Mail;

/// <summary>Reports by mail: who gets which, when, and what they say (spec/01 §7).</summary>
public sealed class ReportTests : IAsyncLifetime
{
    private const string Other = "other@example.com";
    private ReportRig _rig = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _rig = await ReportRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task WithoutAnySetting_EachBackupThatFailed_IsToldOnce()
    {
        await _rig.EndAsync(JobStatus.Success);
        var failed = await _rig.EndAsync(JobStatus.Error);
        await _rig.LookAsync();
        await _rig.LookAsync(TimeSpan.FromDays(1));

        var letter = Assert.Single(await _rig.LettersAsync());
        Assert.Equal((ReportRig.Address, "Error: Backup of item-1 on dev-1 (mary)"), (letter.Recipient, letter.Subject));
        Assert.All([letter.Text, letter.Html!], text => Assert.Contains(failed.Id, text, StringComparison.Ordinal));
        Assert.Contains("1.50 KiB", letter.Text, StringComparison.Ordinal);
        Assert.Contains("The <disk> is full", letter.Text, StringComparison.Ordinal);
        Assert.Contains("The &lt;disk&gt; is full", letter.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwnReports_ReplaceThePolicys_WhichReplaceTheBuiltIn()
    {
        await _rig.SetAsync([ReportRig.Address, Other], reports: (Other, [Report(0, SearchClause.All)]));
        await _rig.ChangeAsync(static p => p["Policy"] = new JsonObject { ["DefaultEmailReports"] = new JsonObject { ["ShouldOverrideDefaultReports"] = true, ["Reports"] = new JsonArray() } });
        await _rig.EndAsync(JobStatus.Error);
        await _rig.LookAsync();
        Assert.Equal([Other], (await _rig.LettersAsync()).Select(static l => l.Recipient)); // the policy's list is empty

        await _rig.ClearAsync();
        await _rig.ChangeAsync(static p => p["Policy"]!["DefaultEmailReports"]!["ShouldOverrideDefaultReports"] = false);
        await _rig.EndAsync(JobStatus.Error);
        await _rig.EndAsync(JobStatus.Success);
        await _rig.LookAsync();
        Assert.Equal([ReportRig.Address, Other, Other], (await _rig.LettersAsync()).Select(static l => l.Recipient).Order());
    }

    [Theory]
    [InlineData("off")]
    [InlineData("suspended")]
    [InlineData("mail off")]
    public async Task Nobody_IsTold_NorToldLater(string why)
    {
        await _rig.ChangeAsync(p => (p["SendEmailReports"], p["IsSuspended"]) = (why != "off", why == "suspended"));
        if (why == "mail off")
        {
            _rig.Switch(MailOptions.ModeOff);
        }

        await _rig.EndAsync(JobStatus.Error);
        await _rig.LookAsync();
        await _rig.ChangeAsync(static p => (p["SendEmailReports"], p["IsSuspended"]) = (true, false));
        _rig.Switch(MailOptions.ModeStartTls);
        await _rig.LookAsync();

        Assert.Empty(_rig.Queue.All);
    }

    [Fact]
    public async Task Summary_IsSentAtItsTimeInTheUsersZone_OverARestart_AndOnceAfterALongOutage()
    {
        await _rig.ChangeAsync(static p => p["LocalTimezone"] = "Europe/Amsterdam");
        await _rig.SetAsync([ReportRig.Address], reports: (ReportRig.Address, [Report(1, SearchClause.All, Daily(8))]));
        await _rig.LookAsync();
        await _rig.EndAsync(JobStatus.Success, "first");
        await _rig.LookAtAsync("2026-03-02T06:59:59");
        Assert.Empty(_rig.Queue.All);

        await _rig.LookAtAsync("2026-03-02T07:00:00"); // 08:00 in winter
        await _rig.LookAsync(TimeSpan.FromMinutes(1));
        var letter = Assert.Single(await _rig.LettersAsync());
        Assert.Equal("Summary for mary: 1 job, all successful", letter.Subject);
        Assert.Contains("2026-03-01 13:00:00 to 2026-03-02 07:59:59", letter.Text, StringComparison.Ordinal);

        await _rig.EndAsync(JobStatus.Error, "second");
        await _rig.DownAsync();
        _rig.Clock.Advance(TimeSpan.FromDays(5));
        await _rig.UpAsync();
        await _rig.LookAsync();
        await _rig.LookAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(2, _rig.Queue.All.Count);
        var late = (await _rig.LettersAsync())[1];
        Assert.Equal("Summary for mary: 1 job, 1 unsuccessful", late.Subject);
        Assert.Contains("second", late.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("first", late.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Summary_TheClockChanges_IsStillSentAtEightByTheWall()
    {
        await _rig.ChangeAsync(static p => p["LocalTimezone"] = "Europe/Amsterdam");
        await _rig.SetAsync([ReportRig.Address], reports: (ReportRig.Address, [Report(1, SearchClause.All, Daily(8))]));
        await _rig.LookAtAsync("2026-03-28T12:00:00");
        await _rig.LookAtAsync("2026-03-29T05:59:59");
        Assert.Empty(_rig.Queue.All);
        await _rig.LookAtAsync("2026-03-29T06:00:00"); // 08:00 in summer
        Assert.Single(_rig.Queue.All);
    }

    [Fact]
    public async Task GenerateScheduledEmails_Off_HoldsScheduledReportsAlone()
    {
        await _rig.SetAsync([ReportRig.Address], reports: (ReportRig.Address, [Report(0, SearchClause.All), Report(1, SearchClause.All, Daily(8))]));
        await _rig.LookAsync();
        _rig.Settings(static root => root["AuthenticationRole"] = new JsonObject { ["GenerateScheduledEmails"] = false });
        await _rig.EndAsync(JobStatus.Success);
        await _rig.LookAsync(TimeSpan.FromDays(3));
        Assert.StartsWith("Success", Assert.Single(_rig.Queue.All).Subject, StringComparison.Ordinal);

        _rig.Settings(static root => root["AuthenticationRole"]!["GenerateScheduledEmails"] = true);
        await _rig.LookAsync();
        Assert.Equal(2, _rig.Queue.All.Count);
    }

    [Fact]
    public async Task FilterThatMeansNothing_IsTold_InsteadOfSilence_AndNotWithEachJob()
    {
        await _rig.SetAsync([ReportRig.Address], reports: (ReportRig.Address, [Report(0, SearchClause.Rule("Colour", "str_eq", "<red>")), Report(2, SearchClause.Rule("Colour", "str_eq", "red"), Daily(8))]));
        await _rig.LookAsync();
        await _rig.EndAsync(JobStatus.Error);
        await _rig.EndAsync(JobStatus.Error);
        await _rig.LookAsync();
        await _rig.EndAsync(JobStatus.Error);
        await _rig.LookAsync(TimeSpan.FromHours(1));
        Assert.Contains("unknown field “Colour”", Assert.Single(await _rig.LettersAsync()).Text, StringComparison.Ordinal);

        await _rig.EndAsync(JobStatus.Error);
        await _rig.LookAsync(TimeSpan.FromDays(1));
        var letters = await _rig.LettersAsync();
        Assert.Equal(3, letters.Count); // a second complaint, and the scheduled report's own
        Assert.All(letters, static l => Assert.Equal("Report for mary is set up wrongly", l.Subject));
    }

    [Fact]
    public async Task NamesWithMarkup_AndLineBreaks_AreTextAndNothingElse()
    {
        await _rig.ChangeAsync(static p => p["Sources"] = new JsonObject
        {
            ["item-1"] = new JsonObject { ["Engine"] = "engine1/file", ["Description"] = "<script>alert(1)</script>&\"'\r\nBcc: all@example.com\r\n\r\nYour password has expired", ["OwnerDevice"] = "dev-1" },
        });
        await _rig.EndAsync(JobStatus.Error);
        await _rig.SetAsync([ReportRig.Address, Other], reports: (Other, [Report(0, SearchClause.All), Report(1, SearchClause.All, Daily(13)), Report(2, SearchClause.All, Daily(13)), Report(3, SearchClause.All, Daily(13))]));
        await _rig.LookAsync();
        await _rig.LookAsync(TimeSpan.FromHours(2));

        var letters = await _rig.LettersAsync();
        Assert.Equal(5, letters.Count);
        Assert.All(letters, static l =>
        {
            Assert.DoesNotContain('\n', l.Subject);
            Assert.DoesNotContain("<script", l.Html, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("&lt;script&gt;", l.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("\nBcc:", l.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("\nYour password", l.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task RecentActivity_ShowsTenDaysOfEachItem_InTheUsersZone()
    {
        await _rig.ChangeAsync(static p => (p["LocalTimezone"], p["Sources"]) = ("Asia/Kathmandu", new JsonObject
        {
            ["item-1"] = new JsonObject { ["Description"] = "Office", ["OwnerDevice"] = "dev-1" },
            ["item-2"] = new JsonObject { ["Description"] = "Never run", ["OwnerDevice"] = "dev-1" },
        }));
        await _rig.SetAsync([ReportRig.Address], reports: (ReportRig.Address, [Report(3, SearchClause.All, Daily(9))]));
        await _rig.LookAsync();
        _rig.Clock.Advance(TimeSpan.FromHours(6.5)); // 18:30 UTC: the second of March there
        await _rig.EndAsync(JobStatus.Error);
        await _rig.EndAsync(JobStatus.Success);
        await _rig.LookAtAsync("2026-03-02T03:15:00");

        var text = Assert.Single(await _rig.LettersAsync()).Text;
        Assert.Contains("from 2026-02-21 on", text, StringComparison.Ordinal);
        var lines = text.Split("\r\n");
        Assert.EndsWith("03-02", Assert.Single(lines, static l => l.StartsWith("Protected Item ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.EndsWith("–      Error (2)", Assert.Single(lines, static l => l.StartsWith("Office ", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(10, Assert.Single(lines, static l => l.StartsWith("Never run ", StringComparison.Ordinal)).Count(static c => c == '–'));
    }

    [Fact]
    public async Task TimeSpan_BoundsTheJobs_AndGroupedReportsPutTheWorstFirst()
    {
        await _rig.SetAsync([ReportRig.Address], reports: (ReportRig.Address, [Report(2, SearchClause.All, Daily(13), span: 3600)]));
        await _rig.LookAsync();
        await _rig.EndAsync(JobStatus.Error, "too-old");
        _rig.Clock.Advance(TimeSpan.FromMinutes(30));
        await _rig.EndAsync(JobStatus.Success, "fine");
        await _rig.EndAsync(JobStatus.Missed, "missed");
        await _rig.LookAsync(TimeSpan.FromMinutes(31));

        var letter = Assert.Single(await _rig.LettersAsync());
        Assert.Equal("Jobs by status for mary: 2 jobs, 1 unsuccessful", letter.Subject);
        Assert.DoesNotContain("too-old", letter.Text, StringComparison.Ordinal);
        Assert.InRange(letter.Text.IndexOf("Missed: 1 job", StringComparison.Ordinal), 1, letter.Text.IndexOf("Success: 1 job", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AdministratorsReport_IsAboutAllUsers()
    {
        _rig.Settings(static root => root["Email"]![AdminReport.Field] = new JsonArray(
            new JsonObject { ["EmailReportConfig"] = Report(0, SearchClause.Rule("Status", "int_gte", "7000")), ["LocalTimezone"] = "UTC", ["Recipients"] = new JsonArray("ops@example.com") },
            new JsonObject { ["EmailReportConfig"] = Report(1, SearchClause.All, Daily(14)), ["LocalTimezone"] = "UTC", ["Recipients"] = new JsonArray("ops@example.com", "boss@example.com") }));
        await _rig.SetAsync([]);
        await _rig.LookAsync();
        await _rig.EndAsync(JobStatus.Error);
        await _rig.LookAsync(TimeSpan.FromMinutes(1));
        await _rig.LookAtAsync("2026-03-01T14:00:00");

        Assert.Equal(
            [("boss@example.com", "Summary for all users: 1 job, 1 unsuccessful"), ("ops@example.com", "Error: Backup of item-1 on dev-1 (mary)"), ("ops@example.com", "Summary for all users: 1 job, 1 unsuccessful")],
            _rig.Queue.All.Select(static m => (m.Recipient, m.Subject)).Order());
    }

    [Fact]
    public async Task FullQueue_LosesNoReport()
    {
        var filler = Enumerable.Range(0, MailQueue.MostWaiting).Select(static i => $"a{i}@example.com").ToList();
        Assert.True((await _rig.Queue.PutAsync(new(filler, "x", "x"), Ct)).Ok);
        await _rig.EndAsync(JobStatus.Error);
        await _rig.LookAsync();
        Assert.Equal(filler.Count, _rig.Queue.All.Count);

        await _rig.ClearAsync();
        await _rig.LookAsync();
        Assert.Single(_rig.Queue.All);
    }

    [Fact]
    public async Task Preview_IsWhatWouldBeSent_AndSendsNothing()
    {
        var job = await _rig.EndAsync(JobStatus.Error);
        var preview = _rig.Server.Get<PreviewReport>();

        var now = await preview.RunAsync(ReportRig.Admin, "mary", ReportConfig.Read(Report(0, SearchClause.All)), null, Ct);
        Assert.Equal(("Comet <comet@example.com>", ReportRig.Address), (now.Value!.From, now.Value.To.Single()));
        Assert.Contains(job.Id, now.Value.Html, StringComparison.Ordinal);
        Assert.Equal("Summary for mary: 1 job, 1 unsuccessful", (await preview.RunAsync(ReportRig.Admin, "mary", ReportConfig.Read(Report(1, SearchClause.All)), Other, Ct)).Value!.Subject);
        Assert.Empty(_rig.Queue.All);

        Assert.Equal(Refusal.Missing, (await preview.RunAsync(ReportRig.Admin, "nobody", ReportConfig.BuiltIn, null, Ct)).Kind);
        Assert.Equal(Refusal.Invalid, (await preview.RunAsync(ReportRig.Admin, "mary", ReportConfig.Read(Report(0, SearchClause.Rule("X", "str_eq", ""))), null, Ct)).Kind);
        Assert.Equal(Refusal.Invalid, (await preview.RunAsync(ReportRig.Admin, "mary", ReportConfig.BuiltIn, "a@b\r\nBcc: c@d", Ct)).Kind);
        Assert.Equal(Refusal.Missing, (await preview.RunAsync(new Actor(ActorKind.Administrator, "tenant") { OrganizationId = "beta" }, "mary", ReportConfig.BuiltIn, null, Ct)).Kind);
    }

    [Fact]
    public async Task Save_IsGuardedByTheHash_AndKeepsUnknownFields()
    {
        await _rig.ChangeAsync(static p => p["OverrideEmailSettings"] = new JsonObject { [ReportRig.Address] = new JsonObject { ["Reports"] = new JsonArray(), ["Later"] = 1 }, ["gone@example.com"] = new JsonObject() });
        var seen = _rig.Mary.Hash;
        Assert.True((await _rig.Server.Get<IAccountEmails>().SaveAsync(
            ReportRig.Admin, "mary", new AccountEmailsChange([ReportRig.Address], true, new Dictionary<string, JsonArray> { [ReportRig.Address] = [Report(0, SearchClause.All)] }), seen, Ct)).Ok);

        var document = (await _rig.Server.Get<Features.Accounts.AccountStore>().ReadAsync(_rig.Mary.Id, Ct))!.Root;
        Assert.Equal((1, 1), ((int)document["OverrideEmailSettings"]![ReportRig.Address]!["Later"]!, document["OverrideEmailSettings"]![ReportRig.Address]!["Reports"]!.AsArray().Count));
        Assert.False(document["OverrideEmailSettings"]!.AsObject().ContainsKey("gone@example.com"));
        var late = await _rig.Server.Get<IAccountEmails>().SaveAsync(ReportRig.Admin, "mary", new AccountEmailsChange([], false, new Dictionary<string, JsonArray>()), seen, Ct);
        Assert.Equal(Refusal.Conflict, late.Kind);
    }

    private static JsonObject Daily(int hour) => new() { ["FrequencyType"] = 8011, ["SecondsPast"] = hour * 3600 };

    private static JsonObject Report(int type, SearchClause filter, JsonObject? time = null, long span = 0) => new()
    {
        ["ReportType"] = type, ["Filter"] = filter.ToJson(), ["SummaryFrequency"] = time is null ? new JsonArray() : new JsonArray(time.DeepClone()),
        ["TimeSpan"] = new JsonObject { ["FrequencyType"] = 0, ["Seconds"] = span },
    };
}
