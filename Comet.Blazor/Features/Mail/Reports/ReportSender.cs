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
            List<OutgoingMail> mails = [];
            HashSet<string> complaints = new(StringComparer.Ordinal);
            foreach (var note in notes.Where(n => memory.At(ReportMemory.KeyOf(n)) is null))
            {
                await TellEndAsync(note, admins, mails, complaints, ct);
            }

            if (!await PutAsync(mails, [.. notes.Select(ReportMemory.KeyOf), .. complaints], clock.UnixNow(), ct))
            {
                return false;
            }
        }

        // While mail is off nobody is told of a job, and nobody is told late.
        await ended.DoneAsync(notes, ct);
        await memory.ForgetAsync([.. notes.Select(ReportMemory.KeyOf).Where(k => memory.At(k) is not null)], ct);
        return notes.Count == NotesPerTurn;
    }

    private async Task TellEndAsync(EndedNote note, IReadOnlyList<ReportPlan> admins, List<OutgoingMail> mails, HashSet<string> complaints, CancellationToken ct)
    {
        if (accounts.Find(note.Account) is not { } owner)
        {
            return; // the account is gone, and its addresses with it
        }

        foreach (var plan in ReportPlan.Of(owner.Account, owner.Settings).Concat(admins.Where(a => a.Scope.Sees(owner.Account))).Where(static p => p.Report.Type == ReportType.Immediate))
        {
            var page = await maker.OfJobAsync(plan.Scope, plan.Report, note.JobId, ct);
            if (page is { Ok: true, Value: { } told })
            {
                mails.Add(Mail(plan, plan.Recipients.Select(static r => r.Address), told));
            }
            else if (page.Kind != Refusal.None)
            {
                // Once a day: an address whose filter is wrong would else get as many complaints as jobs.
                var now = clock.UnixNow();
                List<(string Address, string Key)> due = [.. plan.Recipients.Select(static r => (r.Address, Key: ReportMemory.ComplaintOf(r.Key))).Where(r => memory.At(r.Key) is not { } last || now - last >= Day).Where(r => complaints.Add(r.Key))];
                if (due.Count > 0)
                {
                    mails.Add(Mail(plan, due.Select(static r => r.Address), ReportMaker.Broken(plan.Scope, plan.Report, page.Why)));
                }
            }
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
                var page = await maker.OfTimeAsync(plan.Scope, plan.Report, (plan.Report.Span > 0 ? now - plan.Report.Span : group.Key) - 1, now - 1, ct); // this second is not over
                if (!await PutAsync([Mail(plan, group.Select(static r => r.Address), page)], [.. group.Select(static r => r.Key)], now, ct))
                {
                    return;
                }
            }
        }

        await memory.NoteAsync(fresh, now, ct);
        await memory.ForgetAsync(memory.Gone(current), ct);
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

            if (memory.At(key) is not { } told)
            {
                fresh.Add(key); // its first time is yet to come
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

    private static OutgoingMail Mail(ReportPlan plan, IEnumerable<string> addresses, ReportPage page) =>
        new([.. addresses], page.Subject, page.ToText()) { Html = page.ToHtml(), OrganizationId = plan.Scope.OrganizationId };

    private async Task<bool> PutAsync(IReadOnlyList<OutgoingMail> mails, IReadOnlyList<string> keys, long told, CancellationToken ct)
    {
        var put = await queue.PutAllAsync(mails, db => memory.Note(db, keys, told), ct);
        if (!put.Ok)
        {
            LogRefused(put.Why); // kept, and tried again with the next look
        }

        return put.Ok;
    }

    [LoggerMessage(LogLevel.Error, "Reports could not be sent; it is tried again within a minute.")]
    private partial void LogFailed(Exception ex);

    [LoggerMessage(LogLevel.Warning, "Reports wait: the mail queue did not take them. {Why}")]
    private partial void LogRefused(string why);
}
