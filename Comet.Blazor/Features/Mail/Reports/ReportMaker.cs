using System.Globalization;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Mail.Reports.Languages;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Mail.Reports;

/// <summary>Makes the pages of reports. A report that can't be made as it is set up becomes a page that says so: silence would look like "no failures".</summary>
/// <param name="jobs">The jobs.</param>
/// <param name="accounts">Names.</param>
public sealed class ReportMaker(IJobSearch jobs, IAccountDirectory accounts)
{
    /// <summary>The most jobs that one report lists.</summary>
    public const int MostJobs = 500;

    /// <summary>The days of Recent Activity.</summary>
    public const int Days = 10;

    private const int MostLines = 5;
    private static readonly ReportText[] JobColumns =
        [ReportText.Status, ReportText.Started, ReportText.Duration, ReportText.Type, ReportText.ProtectedItem, ReportText.Device, ReportText.StorageVault, ReportText.Selected, ReportText.Uploaded];

    /// <summary>The page about one job that has ended; null when it does not match. Refused as <see cref="Refusal.Invalid"/> when the report is set up wrongly.</summary>
    public async Task<Outcome<ReportPage?>> OfJobAsync(ReportScope scope, ReportConfig report, string jobId, CancellationToken ct)
    {
        if (report.Problem.Length > 0)
        {
            return Outcome.Invalid(report.Problem);
        }

        var found = await jobs.MatchAsync(jobId, report.Filter, ct);
        if (!found.Ok)
        {
            return found.Plain;
        }

        return found.Value.Jobs is [var job] ? await OfJobAsync(scope, job, ct) : Outcome.Of<ReportPage?>(null);
    }

    /// <summary>The page of a report that covers a time.</summary>
    /// <param name="scope">Whom it is about.</param>
    /// <param name="report">The report; one after each job shows the newest that matches.</param>
    /// <param name="after">The time covered begins after it, Unix seconds; Recent Activity has its own.</param>
    /// <param name="until">It ends with it.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<ReportPage> OfTimeAsync(ReportScope scope, ReportConfig report, long after, long until, CancellationToken ct)
    {
        if (report.Problem.Length > 0)
        {
            return Broken(scope, report, report.Problem);
        }

        var recent = report.Type == ReportType.RecentActivity;
        var midnights = LocalDays.Last(scope.Zone, DateTimeOffset.FromUnixTimeSeconds(until), Days);
        var found = await jobs.FindAsync(
            scope.Account?.Id, id => scope.Sees(accounts.Find(id)), report.Filter, recent ? JobMoment.Started : JobMoment.Ended, recent ? midnights[0] - 1 : after, until,
            recent ? int.MaxValue : report.Type == ReportType.Immediate ? 1 : MostJobs, ct);
        return !found.Ok ? Broken(scope, report, found.Why)
            : recent ? Recent(scope, found.Value, midnights)
            : report.Type == ReportType.Immediate ? found.Value.Jobs is [var job] ? await OfJobAsync(scope, job, ct) : None(scope, report)
            : report.Type == ReportType.ByStatus ? ByStatus(scope, found.Value, after, until)
            : Summary(scope, found.Value, after, until);
    }

    /// <summary>The page of a report that can't be made. What is wrong is told in English: it is for whoever set it up.</summary>
    public static ReportPage Broken(ReportScope scope, ReportConfig report, string why)
    {
        var say = scope.Words;
        return new ReportPage(
            say.Say(ReportText.WrongSubject, scope.Name), say.Say(ReportText.WrongTitle, scope.Name),
            [new ReportCell(say.Say(ReportText.WrongWhy, say.Type(report.Type), why), ReportTone.Bad), say.Say(ReportText.WrongHelp)],
            [], Foot(scope), say.Html);
    }

    private async Task<ReportPage> OfJobAsync(ReportScope scope, FoundJob job, CancellationToken ct)
    {
        var say = scope.Words;
        var (status, kind) = (StatusOf(job, say), say.Kind(job.Kind));
        var what = job.Item.Length > 0 ? say.Say(ReportText.JobOfItem, kind, job.Item) : kind;
        List<IReadOnlyList<ReportCell>> facts = [];
        void Fact(ReportText name, ReportCell value) => facts.Add([say.Say(name), value]);
        Fact(ReportText.Status, status);
        Fact(ReportText.User, job.Username);
        Fact(ReportText.Device, job.Device);
        Fact(ReportText.ProtectedItem, Or(job.Item));
        Fact(ReportText.StorageVault, Or(job.Vault));
        Fact(ReportText.Type, kind);
        Fact(ReportText.Started, Time(job.Start, scope));
        Fact(ReportText.Ended, Time(job.End, scope));
        Fact(ReportText.Duration, Span(job));
        Fact(ReportText.Files, say.Number(job.Files));
        Fact(ReportText.Selected, say.Size(job.Size));
        Fact(ReportText.Uploaded, say.Size(job.Uploaded));
        if (job.Downloaded > 0)
        {
            Fact(ReportText.Downloaded, say.Size(job.Downloaded));
        }

        Fact(ReportText.Job, new ReportCell(job.Id, ReportTone.Quiet));
        List<ReportTable> tables = [new("", [], facts)];
        if (!JobStatus.IsRunning(job.Status) && job.Status >= 7000 && await jobs.ComplaintsAsync(job.Id, MostLines, ct) is { Count: > 0 } lines)
        {
            tables.Add(new(say.Say(ReportText.LogHeading), [], [.. lines.Select(l => (IReadOnlyList<ReportCell>)[Time(l.Time, scope), Cut(l.Message)])]));
        }

        return new ReportPage(
            say.Say(ReportText.JobSubject, status.Text, what, job.Device, job.Username), say.Say(ReportText.JobTitle, what, status.Text), [], tables, Foot(scope), say.Html);
    }

    private static ReportPage None(ReportScope scope, ReportConfig report)
    {
        var say = scope.Words;
        return new ReportPage(
            say.Say(ReportText.NoneSubject, scope.Name), say.Say(ReportText.NoneTitle, scope.Name), [say.Say(ReportText.NoneLine, say.Type(report.Type))], [], Foot(scope), say.Html);
    }

    private static ReportPage Summary(ReportScope scope, FoundJobs found, long after, long until)
    {
        var say = scope.Words;
        return new ReportPage(
            say.Say(ReportText.SummarySubject, scope.Name, Figures(found, say)), say.Say(ReportText.SummaryTitle, scope.Name), [Window(scope, after, until), Total(found, say)],
            found.Jobs.Count == 0 ? [] : [Table("", scope, found.Jobs.Reverse())], Foot(scope), say.Html);
    }

    private static ReportPage ByStatus(ReportScope scope, FoundJobs found, long after, long until)
    {
        var say = scope.Words;
        return new ReportPage(
            say.Say(ReportText.ByStatusSubject, scope.Name, Figures(found, say)), say.Say(ReportText.ByStatusTitle, scope.Name), [Window(scope, after, until), Total(found, say)],
            [
                .. found.Jobs.GroupBy(j => say.Status(j.Status)).OrderByDescending(static g => JobStatusLook.Of(g.First().Status).Severity)
                    .Select(g => Table(say.Say(ReportText.StatusHeading, g.Key, say.Jobs(g.Count())), scope, g.Reverse())),
            ],
            Foot(scope), say.Html);
    }

    private ReportPage Recent(ReportScope scope, FoundJobs found, long[] midnights)
    {
        var say = scope.Words;
        var backups = found.Jobs.Where(static j => j.Kind == JobKind.Backup && j.ItemId.Length > 0).ToLookup(static j => (j.Account, j.ItemId));
        var items = (scope.Account is { } one ? (IEnumerable<AccountRef>)[one] : accounts.All.Where(scope.Sees).OrderBy(static a => a.Username, StringComparer.OrdinalIgnoreCase))
            .SelectMany(a => accounts.Items(a.Id).Select(item => (Account: a, Item: item))).ToList();
        var rows = items.Take(MostJobs).Select(i => (IReadOnlyList<ReportCell>)
        [
            .. scope.Account is null ? (ReportCell[])[i.Account.Username] : [], i.Item.Name, accounts.DeviceName(i.Account.Id, i.Item.DeviceId),
            .. Enumerable.Range(0, Days).Select(day => DayOf(backups[(i.Account.Id, i.Item.Id)].Where(j => j.Start >= midnights[day] && j.Start < midnights[day + 1]).ToList(), say)),
        ]).ToList();
        var days = Enumerable.Range(0, Days).Select(d => say.Day(Local(midnights[d], scope.Zone)));
        var title = say.Say(ReportText.RecentTitle, scope.Name);
        return new ReportPage(
            title, title,
            [
                say.Say(ReportText.RecentDays, say.Number(Days), say.Date(Local(midnights[0], scope.Zone))),
                items.Count == 0 ? say.Say(ReportText.NoItem)
                    : say.Say(ReportText.RecentTotal, say.Count(ReportText.Items, items.Count), say.Count(ReportText.Backups, backups.Sum(static b => b.Count()))),
                .. items.Count > MostJobs ? (ReportCell[])[new(say.Say(ReportText.FirstItems, say.Number(MostJobs)), ReportTone.Warning)] : [],
            ],
            items.Count == 0 ? []
                : [new ReportTable("", [.. scope.Account is null ? (string[])[say.Say(ReportText.User)] : [], say.Say(ReportText.ProtectedItem), say.Say(ReportText.Device), .. days], rows)],
            Foot(scope), say.Html);
    }

    private static ReportCell DayOf(List<FoundJob> jobs, ReportWords say)
    {
        if (jobs.Count == 0)
        {
            return new ReportCell("–", ReportTone.Quiet);
        }

        var worst = jobs.MaxBy(static j => JobStatusLook.Of(j.Status).Severity)!;
        return StatusOf(worst, say) is var cell && jobs.Count == 1 ? cell : cell with { Text = $"{cell.Text} ({say.Number(jobs.Count)})" };
    }

    private static ReportTable Table(string heading, ReportScope scope, IEnumerable<FoundJob> jobs) => new(
        heading, [.. (scope.Account is null ? JobColumns.Prepend(ReportText.User) : JobColumns).Select(c => scope.Words.Say(c))],
        [
            .. jobs.Select(j => (IReadOnlyList<ReportCell>)
            [
                .. scope.Account is null ? (ReportCell[])[j.Username] : [], StatusOf(j, scope.Words), Time(j.Start, scope), Span(j), scope.Words.Kind(j.Kind), Or(j.Item), j.Device, Or(j.Vault),
                scope.Words.Size(j.Size), scope.Words.Size(j.Uploaded),
            ]),
        ]);

    private static ReportCell StatusOf(FoundJob job, ReportWords say) => new(
        say.Status(job.Status), JobStatusLook.Of(job.Status).Severity switch { 0 => ReportTone.Good, <= 3 => ReportTone.None, <= 5 => ReportTone.Warning, _ => ReportTone.Bad });

    private static string Figures(FoundJobs found, ReportWords say)
    {
        var count = say.Jobs(found.Count);
        return found.Count > found.Jobs.Count || found.Count == 0 ? count
            : found.Jobs.Count(static j => j.Status >= 7000) is > 0 and var bad ? say.Count(ReportText.JobsBad, bad, count) : say.Say(ReportText.JobsGood, count);
    }

    private static ReportCell Total(FoundJobs found, ReportWords say) => found.Count == 0 ? say.Say(ReportText.NoJob)
        : found.Count > found.Jobs.Count ? new ReportCell(say.Say(ReportText.NewestJobs, say.Jobs(found.Count), say.Number(found.Jobs.Count)), ReportTone.Warning)
        : say.Say(ReportText.Total, Figures(found, say), say.Size(found.Jobs.Sum(static j => j.Uploaded)));

    private static ReportCell Window(ReportScope scope, long after, long until) => scope.Words.Say(ReportText.Window, Time(after + 1, scope), Time(until, scope));

    private static string[] Foot(ReportScope scope) => [scope.Words.Say(ReportText.Foot, scope.Zone.Id)];

    private static DateTimeOffset Local(long unix, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(unix), zone);

    private static string Time(long unix, ReportScope scope) => UnixTime.FromUnix(unix) is { } time ? scope.Words.Time(TimeZoneInfo.ConvertTime(time, scope.Zone)) : "–";

    private static string Span(FoundJob job)
    {
        var span = TimeSpan.FromSeconds(Math.Max(job.End - job.Start, 0));
        return job.End == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}");
    }

    private static string Or(string name) => name.Length > 0 ? name : "–";

    private static string Cut(string text) => text.Length > 300 ? text[..300] + "…" : text;
}
