using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Features.Mail;
using Comet.Blazor.Features.Mail.Bulletins;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Kernel;
using Comet.Blazor.Kernel.Search;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Mail;

/// <summary>One customer's data, however odd, holds up no other customer's mail.</summary>
public sealed class ReportFaultTests : IAsyncLifetime
{
    private ReportRig _rig = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _rig = await ReportRig.StartAsync();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task EndlessNames_AreCut_AndEndlessListsOfAddressesToo()
    {
        var endless = new string('<', 1_500_000);
        await _rig.ChangeAsync(p => p["Sources"] = new JsonObject { ["item-1"] = new JsonObject { ["Description"] = endless, ["OwnerDevice"] = "dev-1" } });
        await _rig.SetAsync([.. Enumerable.Range(0, 2_000).Select(static i => $"u{i}@example.com")]);
        for (var i = 0; i < 26; i++)
        {
            await _rig.EndAsync(JobStatus.Error);
        }

        await _rig.LookAsync();

        Assert.Equal(26 * EmailRules.MostAddresses, _rig.Queue.All.Count);
        Assert.All(_rig.Queue.All, static m => Assert.InRange(m.Subject.Length, 1, MailText.LongestLine));
    }

    [Fact]
    public async Task SummaryOfJobsWithEndlessNames_ListsThemAll()
    {
        await _rig.ChangeAsync(static p => p["Sources"] = new JsonObject { ["item-1"] = new JsonObject { ["Description"] = new string('"', 100_000), ["OwnerDevice"] = new string('"', 100_000) } });
        await _rig.SetAsync([ReportRig.Address], reports: (ReportRig.Address, [Summary()]));
        await _rig.LookAsync();
        for (var i = 0; i < 40; i++)
        {
            await _rig.EndAsync(JobStatus.Success);
        }

        await _rig.LookAsync(TimeSpan.FromHours(3));

        var letter = Assert.Single(await _rig.LettersAsync());
        Assert.Equal("Summary for mary: 40 jobs, all successful", letter.Subject);
        Assert.InRange(letter.Text.Length + letter.Html!.Length, 1, 200_000);
    }

    [Fact]
    public async Task DamagedRecord_IsTold_AndTheOthersAreToldOfTheirJobs()
    {
        var damaged = await _rig.EndAsync(JobStatus.Error, "damaged");
        await DamageAsync();
        await _rig.EndAsync(JobStatus.Error, "whole");

        await _rig.LookAsync();
        await _rig.LookAsync(TimeSpan.FromHours(1));

        Assert.Equal(["Report for mary is set up wrongly", "Error: Backup of whole on dev-1 (mary)"], (await _rig.LettersAsync()).Select(static l => l.Subject));
        Assert.Contains(damaged.Id, (await _rig.LettersAsync())[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClockThatWasAhead_SilencesNoReport()
    {
        await _rig.SetAsync([ReportRig.Address], reports: (ReportRig.Address, [Summary()]));
        await _rig.LookAsync();
        var store = _rig.Server.Get<ServerStore>();
        var keys = await store.Db.ReadAsync(static db => db.Scan("mail_reports").Select(static r => r.Key.Text!).ToList(), Ct);
        await _rig.Server.Get<ReportMemory>().NoteAsync(keys, _rig.Clock.GetUtcNow().AddYears(10).ToUnixTimeSeconds(), Ct);

        await _rig.LookAsync();
        await _rig.EndAsync(JobStatus.Success);
        await _rig.LookAsync(TimeSpan.FromDays(1));

        Assert.Single(_rig.Queue.All);
    }

    [Fact]
    public async Task SuspendedOrganization_GetsNeitherReportsNorBulletins()
    {
        await _rig.ChangeAsync(static p => p["OrganizationID"] = "beta");
        _rig.Settings(static root => root["Organizations"] = new JsonObject { ["beta"] = new JsonObject { ["IsSuspended"] = true } });
        await UntilSuspendedAsync(true);
        await _rig.SetAsync([ReportRig.Address], reports: (ReportRig.Address, [Summary(), Failures()]));
        await _rig.LookAsync();
        await _rig.EndAsync(JobStatus.Error);
        await _rig.LookAsync(TimeSpan.FromDays(1));

        Assert.Empty(_rig.Queue.All);
        var audience = _rig.Server.Get<SendBulletin>().Audience(ReportRig.Admin).Value!;
        Assert.Equal((0, 1), (audience.Addresses.Count, audience.Suspended));

        _rig.Settings(static root => root["Organizations"]!["beta"]!["IsSuspended"] = false);
        await UntilSuspendedAsync(false);
        await _rig.EndAsync(JobStatus.Error);
        await _rig.LookAsync();
        Assert.Equal("Error: Backup of item-1 on dev-1 (mary)", Assert.Single(_rig.Queue.All).Subject);
    }

    [Fact]
    public async Task Save_TakesOnlyWhatCanBeRight_AndKeepsWhatStands()
    {
        var broken = Failures();
        broken["Filter"] = SearchClause.Rule("Colour", "str_eq", "red").ToJson();
        await _rig.SetAsync(["no address", ReportRig.Address], reports: (ReportRig.Address, [broken.DeepClone()]));

        Assert.True((await SaveAsync(["no address", ReportRig.Address, "new@example.com"], (ReportRig.Address, [broken.DeepClone(), Summary()]))).Ok);
        Assert.Contains("is no e-mail address", (await SaveAsync(["nonsense"])).Why, StringComparison.Ordinal);
        Assert.Contains("at most 50 e-mail addresses", (await SaveAsync([.. Enumerable.Range(0, 51).Select(static i => $"u{i}@example.com")])).Why, StringComparison.Ordinal);
        Assert.Contains("unknown field “Colour”", (await SaveAsync(["new@example.com"], ("new@example.com", [broken.DeepClone()]))).Why, StringComparison.Ordinal);
        Assert.Contains("at most 20 reports", (await SaveAsync([ReportRig.Address], (ReportRig.Address, [.. Enumerable.Range(0, 21).Select(_ => Summary())]))).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bulletin_KeepsItsResult_WhenTheQueueIsCleared()
    {
        await _rig.SetAsync(["a@example.com", "b@example.com", "c@example.com", "d@example.com"]);
        var bulletins = _rig.Server.Get<SendBulletin>();
        Assert.True((await bulletins.RunAsync(ReportRig.Admin, "Hello", "Text", 4, Ct)).Ok);
        var ids = _rig.Queue.All.OrderBy(static m => m.Recipient, StringComparer.Ordinal).Select(static m => m.Id).ToList();
        await _rig.Queue.SentAsync(ids[0]);
        await _rig.Queue.FailedAsync([ids[1]], "No such mailbox", forGood: true);
        Assert.True((await _rig.Queue.RemoveAsync([ids[0], ids[1], ids[2]])).Ok); // sent, given up, and one that waits still

        await _rig.DownAsync();
        await _rig.UpAsync();
        var result = Assert.Single((await _rig.Server.Get<SendBulletin>().ListAsync(ReportRig.Admin, Ct)).Value!);
        Assert.Equal((1, 1, 1, 1), (result.Sent, result.GivenUp, result.Removed, result.Waiting));
    }

    [Fact]
    public void PageOfBulletins_IsNoUsersPage() => Assert.False(MailFeature.BulletinHref.StartsWith(AccountRoutes.Users + "/", StringComparison.OrdinalIgnoreCase));

    private static JsonObject Summary() => new()
    {
        ["ReportType"] = 1, ["Filter"] = new JsonObject(), ["SummaryFrequency"] = new JsonArray(new JsonObject { ["FrequencyType"] = 8011, ["SecondsPast"] = 14 * 3600 }),
    };

    private static JsonObject Failures() => new() { ["ReportType"] = 0, ["Filter"] = SearchClause.Rule("Status", "int_gte", "7000").ToJson() };

    private async Task<Outcome> SaveAsync(IReadOnlyList<string> emails, params (string Address, JsonArray Reports)[] reports) => (await _rig.Server.Get<IAccountEmails>().SaveAsync(
        ReportRig.Admin, "mary", new AccountEmailsChange(emails, true, reports.ToDictionary(static r => r.Address, static r => r.Reports)), _rig.Mary.Hash, Ct)).Plain;

    /// <summary>The accounts hear of their organization with the next tick of the clock.</summary>
    private Task UntilSuspendedAsync(bool suspended) => Wait.UntilAsync(
        () =>
        {
            _rig.Clock.Advance(TimeSpan.FromMilliseconds(100));
            return _rig.Mary.Ref.IsSuspended == suspended;
        },
        "the account follows its organization");

    /// <summary>All records of jobs lose their text, as on a disk that has gone bad.</summary>
    private async Task DamageAsync()
    {
        var path = _rig.Server.Get<DataFolder>().Jobs;
        await _rig.DownAsync();
        await using (var db = await CometDb.OpenAsync(path, DbSchema.First("jobs"), Ct))
        {
            await db.WriteAsync(
                static db =>
                {
                    foreach (var record in db.Scan(JobCollections.Jobs).ToList())
                    {
                        db.Put(JobCollections.Jobs, record with { Json = "{"u8.ToArray() });
                    }

                    return true;
                },
                Ct);
        }

        await _rig.UpAsync();
    }
}
