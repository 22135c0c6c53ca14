using AngleSharp.Dom;
using Bunit;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Jobs.Pages;
using Comet.Blazor.Features.Jobs.Parts;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Tables;
using Comet.Blazor.Ui.Time;
using Comet.Blazor.Wire;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace Comet.Blazor.Tests.Jobs;

/// <summary>Job History and the page of one job, over a real store.</summary>
public sealed class JobPagesTests
{
    private const string One = "11111111-1111-4111-8111-111111111111";

    [Fact]
    public async Task Job_Running_ShowsItsProgressAndFollowsTheDevice()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);
        await rig.SendAsync(rig.Started(1, One));
        var page = web.Job(One);
        page.WaitForAssertion(() => Assert.Contains("Waiting for the first report", page.Markup, StringComparison.Ordinal));
        Assert.Empty(page.FindAll(".job-percent"));

        rig.Buckets.Uploaded["bucket-ann"] = 300 << 20;
        rig.Intake.Report(rig.Ann, "dev-1", new JobProgress(One, 1, rig.Now, 715L << 20, 1000L << 20, 861_340, 1_204_118, ["/srv/shares/a.doc"]));

        page.WaitForAssertion(() => Assert.Equal("71.5%", page.Find(".job-percent").TextContent));
        Assert.Equal("71", page.Find("[role=progressbar]").GetAttribute("aria-valuenow"));
        Assert.Contains("861,340 of 1,204,118 files", page.Markup, StringComparison.Ordinal);
        Assert.Contains("estimating", page.Markup, StringComparison.Ordinal); // no time left in the first 20 seconds
        Assert.Contains("300.00 MiB", page.Markup, StringComparison.Ordinal);
        Assert.Equal("71% Files 1 of ann", page.FindComponent<PageHead>().Instance.DocumentTitle);
        Assert.Equal("71%", page.Find(".head .st").TextContent);

        rig.Clock.Advance(TimeSpan.FromSeconds(90));
        page.WaitForAssertion(() => Assert.Contains("no report for 1 min", page.Markup, StringComparison.Ordinal));

        await rig.SendAsync(new JobFinished(2, One, JobStatus.Warning, rig.Now, new JobResult("ab12cd34ef", 3, 40, 5000, 6, 600, 70)));
        await TickUntilAsync(rig, () => page.FindAll(".job-progress").Count == 0);
        Assert.Equal("Warning", page.Find(".head .st").TextContent);
        Assert.DoesNotContain(page.FindAll("button"), static b => b.TextContent.Contains("Cancel", StringComparison.Ordinal));
        Assert.Contains("ab12cd34", page.Find(".job-facts").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_Remaining_IsTheDevicesTotalOverItsRate()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);
        await rig.SendAsync(rig.Started(1, One));
        for (var i = 1; i <= 30; i++)
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(1));
            rig.Intake.Report(rig.Ann, "dev-1", new JobProgress(One, i, rig.Now, i * 1000L, 100_000, i, 100, []));
        }

        var page = web.Job(One);

        page.WaitForAssertion(() => Assert.Contains("about 2 min left", page.Markup, StringComparison.Ordinal));
        Assert.Contains("ends near 12:01", page.Markup, StringComparison.Ordinal);
        Assert.Contains("1000 B/s", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_Log_GrowsAndIsFiltered()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);
        await rig.SendAsync(rig.Started(1, One));
        await rig.SendAsync(new JobLog(2, One, [new LogLine(rig.Now, "I", "Scanning D:"), new LogLine(rig.Now, "W", "ledger.accdb is locked <b>")]));
        var page = web.Job(One);
        page.WaitForAssertion(() => Assert.Equal(["Scanning D:", "ledger.accdb is locked <b>"], Lines(page)));

        await rig.SendAsync(new JobLog(3, One, [new LogLine(rig.Now, "E", "Access denied to E:")]));
        await TickUntilAsync(rig, () => Lines(page).Length == 3);
        Assert.Contains("3 entries, 1 warning, 1 error", page.Find(".job-log").TextContent, StringComparison.Ordinal);

        await page.InvokeAsync(() => page.FindAll(".segments button")[2].Click());
        page.WaitForAssertion(() => Assert.Equal(["ledger.accdb is locked <b>", "Access denied to E:"], Lines(page)));
        await page.InvokeAsync(() => page.FindAll(".segments button")[0].Click());
        Type(page, "DENIED");
        await TickUntilAsync(rig, () => Lines(page) is ["Access denied to E:"]);
        Type(page, "nowhere");
        await TickUntilAsync(rig, () => page.Markup.Contains("None of 3 lines fits.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Job_LongLog_OpensAtItsEndAndShowsEarlierLinesOnRequest()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);
        await rig.SendAsync(rig.Started(1, One));
        await rig.SendAsync(new JobLog(2, One, [.. Enumerable.Range(0, 500).Select(i => new LogLine(rig.Now, "I", $"line {i}"))]));
        var page = web.Job(One);

        page.WaitForAssertion(() => Assert.Equal(JobLogPanel.PageLines, Lines(page).Length));
        Assert.Equal("line 499", Lines(page)[^1]);
        await page.InvokeAsync(() => page.Find(".job-older").Click());
        page.WaitForAssertion(() => Assert.Equal(500, Lines(page).Length));
        Assert.Equal("line 0", Lines(page)[0]);
        Assert.Empty(page.FindAll(".job-older"));
        await page.InvokeAsync(() => page.Find(".job-newest").Click());
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".job-newest")));
    }

    [Fact]
    public async Task Job_ScrolledAway_OffersTheNewestAndFollowsAgain()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);
        await rig.SendAsync(rig.Started(1, One));
        var page = web.Job(One);
        page.WaitForAssertion(() => Assert.True(page.Find("[role=switch]").HasAttribute("checked")));

        await page.FindComponent<JobLogPanel>().Instance.ScrolledAsync(atEnd: false);
        Assert.False(page.Find("[role=switch]").HasAttribute("checked"));
        await page.InvokeAsync(() => page.Find(".job-newest").Click());

        page.WaitForAssertion(() => Assert.True(page.Find("[role=switch]").HasAttribute("checked")));
        Assert.Empty(page.FindAll(".job-newest"));
    }

    [Fact]
    public async Task Cancel_DeviceIsAway_DisabledWithTheReason_ThenAsksFirst()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);
        await rig.SendAsync(rig.Started(1, One));
        var page = web.Job(One);
        page.WaitForAssertion(() => Assert.True(CancelButton(page).HasAttribute("disabled")));
        Assert.Contains("ann-pc1 is not connected", page.Find("#why-not").TextContent, StringComparison.Ordinal);

        rig.Connections.Add(rig.Ann, "dev-1");
        await TickUntilAsync(rig, () => !CancelButton(page).HasAttribute("disabled"));
        var asking = page.InvokeAsync(() => CancelButton(page).ClickAsync(new()));
        web.Dialogs.WaitForAssertion(() => Assert.Contains("Cancel the backup of Files 1 of ann?", web.Dialogs.Markup, StringComparison.Ordinal));
        Assert.Empty(rig.Dispatcher.Asked);
        rig.Dispatcher.Answer = Outcome.Refuse(Refusal.DeviceRefused, "Not now.");
        await web.Dialogs.InvokeAsync(() => web.Dialogs.Find("form").SubmitAsync());
        await asking;

        Assert.Equal(("link-0", AgentProtocol.Actions.CancelJob), (rig.Dispatcher.Asked.Single().Connection, rig.Dispatcher.Asked.Single().Action));
        Assert.Contains(web.Services.GetRequiredService<ISnackbar>().ShownSnackbars, static s => s.Message == "The job was not cancelled. Not now.");
        Assert.Equal(JobStatus.Running, (await rig.JobAsync(One)).Status);
    }

    [Fact]
    public async Task Cancel_NotOfferedByTheDevice_SaysSo()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);
        rig.Connections.Add(rig.Ann, "dev-1");
        await rig.SendAsync(rig.Started(1, One, cancel: ""));
        var page = web.Job(One);

        page.WaitForAssertion(() => Assert.Contains("does not offer", page.Find("#why-not").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Job_UnknownId_SaysSoAndLeadsToTheList()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);

        var page = web.Job("nonsense");

        page.WaitForAssertion(() => Assert.Contains("There is no job nonsense.", page.Find("h1").TextContent, StringComparison.Ordinal));
        Assert.Equal(JobRoutes.History, page.Find(".state a").GetAttribute("href"));
    }

    [Fact]
    public async Task Job_EarlierJobsOfTheItem_AreLinked_AndThePageLetsGoOfItsWatch()
    {
        await using var rig = await JobsRig.OpenAsync();
        var web = new Web(rig);
        var docs = Enumerable.Range(1, 7).Select(i => JobHistoryTests.Doc("item-1", JobsRig.Start.AddDays(-i).ToUnixTimeSeconds(), JobStatus.Success)).ToList();
        await JobHistoryTests.AddAsync(rig, [.. docs.Select(d => (rig.Ann, d)), (rig.Ann, JobHistoryTests.Doc("item-2", JobsRig.Start.AddHours(-1).ToUnixTimeSeconds(), JobStatus.Error))]);
        await rig.SendAsync(rig.Started(1, One));
        var page = web.Job(One);

        page.WaitForAssertion(() => Assert.Equal([.. docs.Take(5).Select(d => JobRoutes.Job(d.Id))], page.FindAll(".job-earlier a").Select(a => a.GetAttribute("href"))));
        Assert.Equal((1, "/jobs?user=ann&item=item-1"), (rig.Store.Signals.Count, page.FindAll(".job-facts p a")[^1].GetAttribute("href")));
        await web.DisposeAsync();
        Assert.Equal(0, rig.Store.Signals.Count);
    }

    [Fact]
    public async Task Job_StepsThroughTheCustomersHistory_AndLearnsOfNewJobs()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);
        var day = JobsRig.Start.ToUnixTimeSeconds();
        var (old, middle, others) = (JobHistoryTests.Doc("item-1", day - 900, JobStatus.Error), JobHistoryTests.Doc("item-2", day - 600, JobStatus.Success) with { Classification = JobKind.Restore }, JobHistoryTests.Doc("item-1", day - 700, JobStatus.Error));
        await JobHistoryTests.AddAsync(rig, [(rig.Ann, old), (rig.Ann, middle), (rig.Accounts.Bob.Id, others)]);
        var page = web.Job(middle.Id);

        page.WaitForAssertion(() => Assert.Equal([JobRoutes.Job(old.Id)], Steps(page)));
        Assert.Equal("Older job of ann: Backup Files 1 of ann, Error, 15 min ago", page.Find(".head a.icon-button").GetAttribute("aria-label"));
        Assert.Contains(page.FindAll(".head button"), static b => b.GetAttribute("aria-label") == "Newer job: there is none" && b.HasAttribute("disabled"));

        await rig.SendAsync(rig.Started(1, One));
        await TickUntilAsync(rig, () => Steps(page).Contains(JobRoutes.Job(One)));

        page.Render(p => p.Add(j => j.Id, One));
        page.WaitForAssertion(() => Assert.Equal([JobRoutes.Job(middle.Id)], Steps(page)));
    }

    [Fact]
    public async Task History_AddressNarrowsTheList_AndChipsTakeItBack()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);
        var day = JobsRig.Start.ToUnixTimeSeconds();
        await JobHistoryTests.AddAsync(rig,
        [
            (rig.Ann, JobHistoryTests.Doc("item-1", day, JobStatus.Error)), (rig.Ann, JobHistoryTests.Doc("item-1", day, JobStatus.Success)), (rig.Ann, JobHistoryTests.Doc("item-2", day, JobStatus.Error)),
            (rig.Ann, JobHistoryTests.Doc("item-1", day - 86400, JobStatus.Error)), (rig.Accounts.Bob.Id, JobHistoryTests.Doc("item-1", day, JobStatus.Error)),
        ]);

        var page = web.History("/jobs?user=ann&item=item-1&status=unsuccessful&from=2026-03-01&to=2026-03-01");

        page.WaitForAssertion(() => Assert.Equal(["Error"], Statuses(page)));
        Assert.Equal(["User is ann, remove", "Protected Item is Files 1 of ann, remove"], page.FindAll(".chip").Select(c => c.TextContent));
        Assert.Equal(["All 2", "Unsuccessful 1", "Running 0"], page.FindAll(".tabs a").Select(a => a.TextContent.Trim()));
        Assert.DoesNotContain("user=", page.FindAll(".chip")[0].GetAttribute("href"), StringComparison.Ordinal);
        Assert.Contains("item=item-1", page.FindAll(".chip")[0].GetAttribute("href"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_UnknownUser_SaysSo()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);

        var page = web.History("/jobs?user=Ann");

        page.WaitForAssertion(() => Assert.Contains("There is no user Ann", page.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public async Task History_OneUsersPart_ShowsOnlyTheirJobsWithoutTheirName()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);
        await JobHistoryTests.AddAsync(rig, [(rig.Ann, JobHistoryTests.Doc("item-1", 1, JobStatus.Error)), (rig.Accounts.Bob.Id, JobHistoryTests.Doc("item-1", 1, JobStatus.Success))]);

        var part = web.Render<DynamicComponent>(p => p
            .Add(d => d.Type, typeof(AccountJobs)).Add(d => d.Parameters, new Dictionary<string, object> { ["Account"] = rig.Ann, ["Username"] = "ann" }));

        part.WaitForAssertion(() => Assert.Equal(["Error"], part.FindAll("tbody .st").Select(s => s.TextContent)));
        Assert.DoesNotContain(part.FindComponent<CometTable<JobRow>>().Instance.Columns, static c => c.Key == JobColumns.User);
    }

    [Fact]
    public async Task History_CancelInTheMenu_OnlyOfRunningJobs()
    {
        await using var rig = await JobsRig.OpenAsync();
        await using var web = new Web(rig);
        rig.Connections.Add(rig.Ann, "dev-1");
        await rig.SendAsync(rig.Started(1, One));
        var page = web.History("/jobs");
        page.WaitForAssertion(() => Assert.Single(Statuses(page)));
        var cancel = page.FindComponent<CometTable<JobRow>>().Instance.RowActions.Single(static a => a.Dangerous);
        var row = (await JobHistoryTests.PageAsync(rig, PageRequest.First())).Rows[0];

        Assert.True(cancel.Visible(row));
        Assert.Null(cancel.DisabledBecause(row));
        Assert.False(cancel.Visible(row with { Status = JobStatus.Success }));
        rig.Connections.Links.Clear();
        Assert.Contains("not connected", cancel.DisabledBecause(row)!, StringComparison.Ordinal);
    }

    private static string[] Lines(IRenderedComponent<JobPage> page) => [.. page.FindAll(".job-text").Select(static l => l.TextContent)];

    private static void Type(IRenderedComponent<JobPage> page, string text) =>
        _ = page.InvokeAsync(() => page.Find(".job-log input[type=search]").InputAsync(new ChangeEventArgs { Value = text }));

    private static string[] Statuses(IRenderedComponent<JobsPage> page) => [.. page.FindAll("tbody .st").Select(static s => s.TextContent)];

    private static IElement CancelButton(IRenderedComponent<JobPage> page) => page.FindAll(".head .btn-danger").Single();

    // Time passes for the page in steps of a second, as its bells and its typing wait for it.
    private static Task TickUntilAsync(JobsRig rig, Func<bool> condition) => Support.Wait.UntilAsync(
        () =>
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        "the page shows it");

    private static IEnumerable<string?> Steps(IRenderedComponent<JobPage> page) => page.FindAll(".head a.icon-button").Select(static a => a.GetAttribute("href"));

    private sealed class Web : BunitContext
    {
        public Web(JobsRig rig)
        {
            DefaultWaitTimeout = TimeSpan.FromSeconds(30); // other tests keep the processors busy meanwhile
            JSInterop.Mode = JSRuntimeMode.Loose;
            Services.AddMudServices().AddLogging();
            Services.AddSingleton<TimeProvider>(rig.Clock).AddSingleton<BrowserClock>();
            Services.AddSingleton<IAccountDirectory>(rig.Accounts).AddSingleton(rig.History).AddSingleton(rig.Details).AddSingleton(rig.Cancel).AddScoped<CancelByHand>();
            Services.AddSingleton<IViewer, Admin>().AddSingleton<ITablePreferences, Forgetful>();
            Services.AddUi();
            Dialogs = Render<MudDialogProvider>();
            Render<MudPopoverProvider>();
        }

        public IRenderedComponent<MudDialogProvider> Dialogs { get; }

        public IRenderedComponent<JobPage> Job(string id) => Render<JobPage>(p => p.Add(j => j.Id, id));

        public IRenderedComponent<JobsPage> History(string address)
        {
            Services.GetRequiredService<NavigationManager>().NavigateTo(address);
            return Render<JobsPage>();
        }
    }

    private sealed class Admin : IViewer
    {
        public string BaseAddress => "http://localhost/";

        public ValueTask<Actor> ActorAsync() => ValueTask.FromResult(new Actor(ActorKind.Administrator, "admin"));
    }

    private sealed class Forgetful : ITablePreferences
    {
        public ValueTask<TablePreference?> LoadAsync(string viewer, string table, CancellationToken ct) => ValueTask.FromResult<TablePreference?>(null);

        public Task SaveAsync(string viewer, string table, TablePreference preference, CancellationToken ct) => Task.CompletedTask;
    }
}
