using System.Globalization;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Open;
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
    private static readonly CultureInfo English = CultureInfo.InvariantCulture;
    private static readonly string[] JobColumns = ["Status", "Started", "Duration", "Type", "Protected Item", "Device", "Storage Vault", "Selected", "Uploaded"];

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

    /// <summary>The page of a report that can't be made.</summary>
    public static ReportPage Broken(ReportScope scope, ReportConfig report, string why) => new(
        $"Report for {scope.Name} is set up wrongly", $"This report for {scope.Name} can't be made",
        [
            new ReportCell($"“{report.TypeWords}”: {why}", ReportTone.Bad),
            "Until that is corrected, this report tells nothing about the jobs. Ask your administrator to correct it, under Email reporting of the user, in the policy, or in the settings of the server.",
        ],
        [], Foot(scope));

    private async Task<ReportPage> OfJobAsync(ReportScope scope, FoundJob job, CancellationToken ct)
    {
        var status = StatusOf(job);
        var what = JobKindName.Of(job.Kind) + (job.Item.Length > 0 ? $" of {job.Item}" : "");
        List<IReadOnlyList<ReportCell>> facts =
        [
            ["Status", status], ["User", job.Username], ["Device", job.Device], ["Protected Item", Or(job.Item)], ["Storage Vault", Or(job.Vault)], ["Type", JobKindName.Of(job.Kind)],
            ["Started", Time(job.Start, scope.Zone)], ["Ended", Time(job.End, scope.Zone)], ["Duration", Span(job)], ["Files", job.Files.ToString("N0", English)],
            ["Selected", ByteSize.Format(job.Size)], ["Uploaded", ByteSize.Format(job.Uploaded)],
        ];
        if (job.Downloaded > 0)
        {
            facts.Add(["Downloaded", ByteSize.Format(job.Downloaded)]);
        }

        facts.Add(["Job", new ReportCell(job.Id, ReportTone.Quiet)]);
        List<ReportTable> tables = [new("", [], facts)];
        if (!JobStatus.IsRunning(job.Status) && job.Status >= 7000 && await jobs.ComplaintsAsync(job.Id, MostLines, ct) is { Count: > 0 } lines)
        {
            tables.Add(new("Last warnings and errors of its log", [], [.. lines.Select(l => (IReadOnlyList<ReportCell>)[Time(l.Time, scope.Zone), Cut(l.Message)])]));
        }

        return new ReportPage($"{status.Text}: {what} on {job.Device} ({job.Username})", $"{what}: {status.Text}", [], tables, Foot(scope));
    }

    private static ReportPage None(ReportScope scope, ReportConfig report) => new(
        $"No job for {scope.Name}", $"No job of {scope.Name} matches", [$"“{report.TypeWords}”: a message is sent as soon as a job that matches has ended. In the time looked at, there is none."], [], Foot(scope));

    private static ReportPage Summary(ReportScope scope, FoundJobs found, long after, long until) => new(
        $"Summary for {scope.Name}: {Figures(found)}", $"Summary for {scope.Name}", [Window(scope, after, until), Total(found)],
        found.Jobs.Count == 0 ? [] : [Table("", scope, found.Jobs.Reverse())], Foot(scope));

    private static ReportPage ByStatus(ReportScope scope, FoundJobs found, long after, long until) => new(
        $"Jobs by status for {scope.Name}: {Figures(found)}", $"Jobs by status for {scope.Name}", [Window(scope, after, until), Total(found)],
        [
            .. found.Jobs.GroupBy(static j => JobStatusLook.Of(j.Status).Text).OrderByDescending(static g => JobStatusLook.Of(g.First().Status).Severity)
                .Select(g => Table($"{g.Key}: {ReportPage.Count(g.Count(), "job")}", scope, g.Reverse())),
        ],
        Foot(scope));

    private ReportPage Recent(ReportScope scope, FoundJobs found, long[] midnights)
    {
        var backups = found.Jobs.Where(static j => j.Kind == JobKind.Backup && j.ItemId.Length > 0).ToLookup(static j => (j.Account, j.ItemId));
        var items = (scope.Account is { } one ? (IEnumerable<AccountRef>)[one] : accounts.All.Where(scope.Sees).OrderBy(static a => a.Username, StringComparer.OrdinalIgnoreCase))
            .SelectMany(a => accounts.Items(a.Id).Select(item => (Account: a, Item: item))).ToList();
        var rows = items.Take(MostJobs).Select(i => (IReadOnlyList<ReportCell>)
        [
            .. scope.Account is null ? (ReportCell[])[i.Account.Username] : [], i.Item.Name, accounts.DeviceName(i.Account.Id, i.Item.DeviceId),
            .. Enumerable.Range(0, Days).Select(day => DayOf(backups[(i.Account.Id, i.Item.Id)].Where(j => j.Start >= midnights[day] && j.Start < midnights[day + 1]).ToList())),
        ]).ToList();
        var days = Enumerable.Range(0, Days).Select(d => Local(midnights[d], scope.Zone).ToString("MM-dd", English));
        return new ReportPage(
            $"Recent Activity of {scope.Name}", $"Recent Activity of {scope.Name}",
            [
                $"Backups of the last {Days} days, from {Local(midnights[0], scope.Zone).ToString("yyyy-MM-dd", English)} on.",
                items.Count == 0 ? "There is no Protected Item." : $"{ReportPage.Count(items.Count, "Protected Item")}; {ReportPage.Count(backups.Sum(static b => b.Count()), "backup")}.",
                .. items.Count > MostJobs ? (ReportCell[])[new($"Only the first {MostJobs} items are listed.", ReportTone.Warning)] : [],
            ],
            items.Count == 0 ? [] : [new ReportTable("", [.. scope.Account is null ? (string[])["User"] : [], "Protected Item", "Device", .. days], rows)],
            Foot(scope));
    }

    private static ReportCell DayOf(List<FoundJob> jobs)
    {
        if (jobs.Count == 0)
        {
            return new ReportCell("–", ReportTone.Quiet);
        }

        var worst = jobs.MaxBy(static j => JobStatusLook.Of(j.Status).Severity)!;
        return StatusOf(worst) is var cell && jobs.Count == 1 ? cell : cell with { Text = $"{cell.Text} ({jobs.Count})" };
    }

    private static ReportTable Table(string heading, ReportScope scope, IEnumerable<FoundJob> jobs) => new(
        heading, scope.Account is null ? ["User", .. JobColumns] : JobColumns,
        [
            .. jobs.Select(j => (IReadOnlyList<ReportCell>)
            [
                .. scope.Account is null ? (ReportCell[])[j.Username] : [], StatusOf(j), Time(j.Start, scope.Zone), Span(j), JobKindName.Of(j.Kind), Or(j.Item), j.Device, Or(j.Vault),
                ByteSize.Format(j.Size), ByteSize.Format(j.Uploaded),
            ]),
        ]);

    private static ReportCell StatusOf(FoundJob job)
    {
        var look = JobStatusLook.Of(job.Status);
        return new ReportCell(look.Text, look.Severity switch { 0 => ReportTone.Good, <= 3 => ReportTone.None, <= 5 => ReportTone.Warning, _ => ReportTone.Bad });
    }

    private static string Figures(FoundJobs found) => ReportPage.Count(found.Count, "job")
        + (found.Count > found.Jobs.Count ? "" : found.Jobs.Count(static j => j.Status >= 7000) is > 0 and var bad ? $", {bad} unsuccessful" : found.Count > 0 ? ", all successful" : "");

    private static ReportCell Total(FoundJobs found) => found.Count == 0 ? "No job matches."
        : found.Count > found.Jobs.Count ? new ReportCell($"{ReportPage.Count(found.Count, "job")}; the newest {found.Jobs.Count} are listed.", ReportTone.Warning)
        : $"{Figures(found)}. Uploaded {ByteSize.Format(found.Jobs.Sum(static j => j.Uploaded))}.";

    private static ReportCell Window(ReportScope scope, long after, long until) => $"Jobs that ended from {Time(after + 1, scope.Zone)} to {Time(until, scope.Zone)}.";

    private static string[] Foot(ReportScope scope) => [$"Times are those of {scope.Zone.Id}. Sent by Comet Server."];

    /// <summary>Eleven midnights of the zone: where each of the ten days begins, the last one being today, and where it ends.</summary>
    private static DateTimeOffset Local(long unix, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(unix), zone);

    private static string Time(long unix, TimeZoneInfo zone) => UnixTime.FromUnix(unix) is { } time ? TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss", English) : "–";

    private static string Span(FoundJob job)
    {
        var span = TimeSpan.FromSeconds(Math.Max(job.End - job.Start, 0));
        return job.End == 0 ? "–" : string.Create(English, $"{(long)span.TotalHours}:{span.Minutes:00}:{span.Seconds:00}");
    }

    private static string Or(string name) => name.Length > 0 ? name : "–";

    private static string Cut(string text) => text.Length > 300 ? text[..300] + "…" : text;
}
