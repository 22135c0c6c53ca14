using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Mail.Reports;

/// <summary>
/// Sends the reports: those of ended jobs as soon as they have ended, the scheduled ones at their times. What a report tells and that it was told are stored
/// together. After a long outage a scheduled report is sent once, over all the time.
/// </summary>
/// <param name="accounts">Who gets reports.</param>
/// <param name="ended">Jobs that nobody was told of yet.</param>
/// <param name="maker">Makes the pages.</param>
/// <param name="memory">What was sent.</param>
/// <param name="queue">Where they go.</param>
/// <param name="settings">The settings.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
public sealed partial class ReportSender(
    IAccountEmails accounts, IEndedJobs ended, ReportMaker maker, ReportMemory memory, MailQueue queue, SettingsFile settings, TimeProvider clock, ILogger<ReportSender> log) : BackgroundService
{
    /// <summary>How often the times of sending are looked at.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    private const int NotesPerTurn = 50;
    private const long Day = 86400;
    private const long Ahead = 300;
    private readonly Dictionary<AccountId, (AccountRef Account, AccountEmails Settings, IReadOnlyList<ReportPlan> Plans)> _plans = [];
    private readonly Dictionary<(string Key, long Told), long?> _due = [];

    /// <summary>Looks once.</summary>
    public async Task LookAsync(CancellationToken ct)
    {
        while (await TellEndsAsync(ct))
        {
            ct.ThrowIfCancellationRequested();
        }

        await SendScheduledAsync(ct);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var bell = new SemaphoreSlim(0); // not disposed of: the listener may ring once more
            _ = ListenAsync(bell, stoppingToken);
            while (true)
            {
                await LookSafelyAsync(stoppingToken);
                using var time = new CancellationTokenSource(Every, clock);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, time.Token);
                await WaitAsync(bell, both.Token, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private static async Task WaitAsync(SemaphoreSlim bell, CancellationToken until, CancellationToken stop)
    {
        try
        {
            await bell.WaitAsync(until);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return; // the time has come
        }
    }

    private async Task ListenAsync(SemaphoreSlim bell, CancellationToken ct)
    {
        await foreach (var _ in ended.Changed.TicksAsync(TimeSpan.FromMilliseconds(200), TimeProvider.System, ct))
        {
            bell.Release();
        }
    }

    private async Task LookSafelyAsync(CancellationToken ct)
    {
        try
        {
            await LookAsync(ct);
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            LogFailed(ex); // a full disk, settings that can't be read: the next look tries again
        }
    }

    /// <summary>True when there may be more.</summary>
    private async Task<bool> TellEndsAsync(CancellationToken ct)
    {
        var notes = await ended.WaitingAsync(NotesPerTurn, ct);
        if (notes.Count == 0)
        {
            return false;
        }

        if (settings.Read(MailOptions.Read).IsOn)
        {
            var admins = AdminPlans();
            List<Told> told = [];
            HashSet<string> complaints = new(StringComparer.Ordinal);
            foreach (var note in notes.Where(n => memory.At(ReportMemory.KeyOf(n)) is null))
            {
                told.Add(await TellEndAsync(note, admins, complaints, ct));
            }

            // All at once; when the queue refuses that, one after the other: what it does not take must not hold up what it takes.
            if (!await PutAsync(new Told([.. told.SelectMany(static t => t.Mails)], [.. told.SelectMany(static t => t.Keys)]), dropsUnsendable: false, ct))
            {
                foreach (var one in told)
                {
                    if (!await PutAsync(one, dropsUnsendable: true, ct))
                    {
                        return false;
                    }
                }
            }
        }

        // While mail is off nobody is told of a job, and nobody is told late.
        await ended.DoneAsync(notes, ct);
        await memory.ForgetAsync([.. notes.Select(ReportMemory.KeyOf).Where(k => memory.At(k) is not null)], ct);
        return notes.Count == NotesPerTurn;
    }

    private async Task<Told> TellEndAsync(EndedNote note, IReadOnlyList<ReportPlan> admins, HashSet<string> complaints, CancellationToken ct)
    {
        var told = new Told([], [ReportMemory.KeyOf(note)]);
        if (accounts.Find(note.Account) is not { } owner)
        {
            return told; // the account is gone, and its addresses with it
        }

        foreach (var plan in ReportPlan.Of(owner.Account, owner.Settings).Concat(admins.Where(a => a.Scope.Sees(owner.Account))).Where(static p => p.Report.Type == ReportType.Immediate))
        {
            var page = await PageOfEndAsync(plan, note.JobId, ct);
            if (page is { Ok: true, Value: { } found })
            {
                told.Mails.Add(ReportMail.Of(plan.Scope, plan.Report, found, plan.Recipients.Select(static r => r.Address)));
            }
            else if (page.Kind != Refusal.None)
            {
                // Once a day: an address whose filter is wrong would else get as many complaints as jobs.
                var now = clock.UnixNow();
                List<(string Address, string Key)> due = [.. plan.Recipients.Select(static r => (r.Address, Key: ReportMemory.ComplaintOf(r.Key))).Where(r => memory.At(r.Key) is not { } last || now - last >= Day || last > now + Ahead).Where(r => complaints.Add(r.Key))];
                if (due.Count > 0)
                {
                    told.Mails.Add(ReportMail.Of(plan.Scope, plan.Report, ReportMaker.Broken(plan.Scope, plan.Report, page.Why), due.Select(static r => r.Address)));
                    told.Keys.AddRange(due.Select(static r => r.Key));
                }
            }
        }

        return told;
    }

    // A job whose record is damaged must not keep all others from being told of.
    private async Task<Outcome<ReportPage?>> PageOfEndAsync(ReportPlan plan, string jobId, CancellationToken ct)
    {
        try
        {
            return await maker.OfJobAsync(plan.Scope, plan.Report, jobId, ct);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            LogJob(jobId, ex);
            return Outcome.Invalid($"The job {jobId} has ended, and its record can't be read. The log of the server says why.");
        }
    }

    private async Task SendScheduledAsync(CancellationToken ct)
    {
        if (!settings.Read(MailOptions.Read).IsOn || !settings.Read(Scheduled))
        {
            return;
        }

        var now = clock.UnixNow();
        List<string> fresh = [];
        HashSet<string> current = new(StringComparer.Ordinal);
        foreach (var plan in Plans())
        {
            foreach (var group in Due(plan, now, current, fresh).GroupBy(static r => r.Told))
            {
                var page = await PageOfTimeAsync(plan, (plan.Report.Span > 0 ? now - plan.Report.Span : group.Key) - 1, now - 1, ct); // this second is not over
                if (!await PutAsync(new Told([ReportMail.Of(plan.Scope, plan.Report, page, group.Select(static r => r.Address))], [.. group.Select(static r => r.Key)]), dropsUnsendable: true, ct))
                {
                    return;
                }
            }
        }

        await memory.NoteAsync(fresh, now, ct);
        await memory.ForgetAsync(memory.Gone(current), ct);
    }

    private async Task<ReportPage> PageOfTimeAsync(ReportPlan plan, long after, long until, CancellationToken ct)
    {
        try
        {
            return await maker.OfTimeAsync(plan.Scope, plan.Report, after, until, ct);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            LogReport(plan.Scope.Name, ex);
            return ReportMaker.Broken(plan.Scope, plan.Report, "The record of a job can't be read. The log of the server says why.");
        }
    }

    private IEnumerable<(string Address, string Key, long Told)> Due(ReportPlan plan, long now, HashSet<string> current, List<string> fresh)
    {
        List<(string Address, string Key, long Told)> due = [];
        foreach (var (address, key) in plan.Recipients)
        {
            current.Add(key);
            if (plan.Report.Type == ReportType.Immediate || plan.Report.Times.Count == 0)
            {
                continue;
            }

            if (memory.At(key) is not { } told || told > now + Ahead)
            {
                fresh.Add(key); // its first time is yet to come; or it was noted while this computer's clock was ahead
                continue;
            }

            if (!_due.TryGetValue((key, told), out var time))
            {
                if (_due.Count > 100_000)
                {
                    _due.Clear();
                }

                _due[(key, told)] = time = plan.Due(key, told);
            }

            if (time <= now)
            {
                due.Add((address, key, told));
            }
        }

        return due;
    }

    private IEnumerable<ReportPlan> Plans()
    {
        HashSet<AccountId> there = [];
        foreach (var (account, emails) in accounts.All)
        {
            there.Add(account.Id);
            if (!_plans.TryGetValue(account.Id, out var known) || known.Account != account || !ReferenceEquals(known.Settings, emails))
            {
                _plans[account.Id] = known = (account, emails, ReportPlan.Of(account, emails));
            }

            foreach (var plan in known.Plans)
            {
                yield return plan;
            }
        }

        foreach (var gone in _plans.Keys.Where(k => !there.Contains(k)).ToList())
        {
            _plans.Remove(gone);
        }

        foreach (var plan in AdminPlans())
        {
            yield return plan;
        }
    }

    private IReadOnlyList<ReportPlan> AdminPlans() => ReportPlan.Of("", AdminReport.Of(settings));

    /// <summary>AuthenticationRole.GenerateScheduledEmails; settings without the field send.</summary>
    private static bool Scheduled(System.Text.Json.Nodes.JsonObject root) =>
        root["AuthenticationRole"]?["GenerateScheduledEmails"] is not System.Text.Json.Nodes.JsonValue flag || !flag.TryGetValue<bool>(out var on) || on;

    /// <summary>Stores messages and that they were told. False when the queue takes none now; what can never be sent is left out then, and the log says so.</summary>
    private async Task<bool> PutAsync(Told told, bool dropsUnsendable, CancellationToken ct)
    {
        var now = clock.UnixNow();
        var put = await queue.PutAllAsync(told.Mails, db => memory.Note(db, told.Keys, now), ct);
        if (put.Ok)
        {
            return true;
        }

        if (!dropsUnsendable || put.Kind != Refusal.Invalid)
        {
            LogRefused(put.Why); // kept, and tried again with the next look
            return false;
        }

        LogDropped(put.Why);
        await memory.NoteAsync(told.Keys, now, ct);
        return true;
    }

    private sealed record Told(List<OutgoingMail> Mails, List<string> Keys);

    [LoggerMessage(LogLevel.Error, "Reports could not be sent; it is tried again within a minute.")]
    private partial void LogFailed(Exception ex);

    [LoggerMessage(LogLevel.Warning, "Reports wait: the mail queue did not take them. {Why}")]
    private partial void LogRefused(string why);

    [LoggerMessage(LogLevel.Error, "The report of the job {JobId} could not be made.")]
    private partial void LogJob(string jobId, Exception ex);

    [LoggerMessage(LogLevel.Error, "A report for {Name} could not be made.")]
    private partial void LogReport(string name, Exception ex);

    [LoggerMessage(LogLevel.Error, "A report is not sent: the mail queue can't take it. {Why}")]
    private partial void LogDropped(string why);
}
