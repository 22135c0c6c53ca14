using System.Text.Json;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Features.Jobs.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Jobs;

/// <summary>
/// Asks a device to end a running job (spec/02 §3.5). Done means that the device has confirmed; the status Cancelled comes from the device.
/// </summary>
/// <param name="store">The jobs.</param>
/// <param name="connections">Links of devices.</param>
/// <param name="dispatcher">Asks devices.</param>
/// <param name="accounts">Names.</param>
/// <param name="audit">Puts on record who asked.</param>
/// <param name="clock">The clock.</param>
public sealed class CancelRunningJob(JobStore store, ILiveConnections connections, IDeviceDispatcher dispatcher, IAccountDirectory accounts, AuditLog audit, TimeProvider clock)
{
    /// <summary>Time that the device has to confirm.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Cancels. Refusals: <see cref="Refusal.Denied"/> without <see cref="Right.DevicesAct"/>, <see cref="Refusal.Missing"/> when there is no such
    /// job of that user, <see cref="Refusal.Conflict"/> when it does not run or can't be cancelled, <see cref="Refusal.DeviceRefused"/> when the
    /// device is away or refuses, <see cref="Refusal.TimedOut"/>.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">The job's user; null for whichever.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="ct">Cancels the wait; a device that was told cancels the job all the same.</param>
    public async Task<Outcome> RunAsync(Actor by, string? username, string jobId, CancellationToken ct)
    {
        if (by.Needs(Right.DevicesAct) is { Ok: false } denied)
        {
            return await audit.RecordAsync(new AuditEvent(by, AuditActions.JobCancelled, AuditTarget.Job(username ?? "", jobId)), denied);
        }

        if (!store.TryFind(jobId, out var figures) || !accounts.Sees(by, new AccountId(store.Index.Names[figures.Account])) || await store.GetAsync(figures.Key, ct) is not { } job)
        {
            return Outcome.Missing("There is no job with this id.");
        }

        var account = new AccountId(store.Index.Names[figures.Account]);
        if (username is not null && accounts.Find(account)?.Username != username)
        {
            return Outcome.Missing($"The user {username} has no job with this id.");
        }

        if (Obstacle(account, job.DeviceId, job.Status) is { } obstacle)
        {
            return obstacle;
        }

        return job.CancellationId is { Length: > 0 } cancellation
            ? await AskOnRecordAsync(by, account, job, cancellation, ct)
            : Outcome.Conflict("The device does not offer to cancel this job.");
    }

    /// <summary>Why the caller can't cancel the job of a row now; null when the device can be asked.</summary>
    public string? Obstacle(Actor by, JobRow job) => by.Needs(Right.DevicesAct) is { Ok: false } denied ? denied.Why : Obstacle(job.Account, job.DeviceId, job.Status)?.Why;

    /// <summary>Why the caller can't cancel the job now; null when the device can be asked.</summary>
    public string? Obstacle(Actor by, JobDetail job) =>
        Obstacle(by, job.Row) ?? (job.Job.CancellationId is { Length: > 0 } ? null : "The device does not offer to cancel this job.");

    private Outcome? Obstacle(AccountId account, string deviceId, int status)
    {
        if (!JobStatus.IsRunning(status))
        {
            return Outcome.Conflict("The job has ended already.");
        }

        if (status == JobStatus.NotYetStarted)
        {
            return Outcome.Conflict("The device has not begun this job yet.");
        }

        return connections.Of(account, deviceId).Count == 0
            ? Outcome.Refuse(Refusal.DeviceRefused, $"The device {accounts.DeviceName(account, deviceId)} is not connected, so it can't be told to cancel.")
            : null;
    }

    private async Task<Outcome> AskOnRecordAsync(Actor by, AccountId account, Job job, string cancellation, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.JobCancelled, AuditTarget.Job(accounts.Find(account)?.Username ?? "", job.Id))
        {
            Note = $"On the device {accounts.DeviceName(account, job.DeviceId)}",
        };
        try
        {
            var outcome = await AskAsync(account, job, cancellation, ct);
            await audit.RecordAsync(happened with { Outcome = outcome });
            return outcome;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await audit.RecordAsync(happened with { Note = happened.Note + "; nobody waited for its answer" });
            throw;
        }
    }

    private async Task<Outcome> AskAsync(AccountId account, Job job, string cancellation, CancellationToken ct)
    {
        var body = JsonSerializer.SerializeToElement(new CancelJob(job.Id, cancellation), AgentJson.Default.CancelJob);
        var begun = clock.GetTimestamp();
        var refusal = Outcome.Refuse(Refusal.DeviceRefused, "The device disconnected before it could be asked.");

        // A device that is connected twice runs the job in one of its processes: the other one refuses.
        foreach (var link in connections.Of(account, job.DeviceId).OrderByDescending(static l => l.Since))
        {
            var left = Limit - clock.GetElapsedTime(begun);
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            var answer = await dispatcher.AskAsync(link.Id, AgentProtocol.Actions.CancelJob, body, left, ct);
            if (answer.Ok)
            {
                return Outcome.Done;
            }

            refusal = answer.Kind == Refusal.Missing ? refusal : answer.Plain;
        }

        return refusal;
    }
}
