using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Dialogs;
using MudBlazor;

namespace Comet.Blazor.Features.Jobs;

/// <summary>Cancel as a person does it: asks, waits for the device, says what came of it. One per browser tab.</summary>
/// <param name="cancel">The command.</param>
/// <param name="viewer">The person.</param>
/// <param name="dialogs">Asks.</param>
/// <param name="toasts">Tells.</param>
public sealed class CancelByHand(CancelRunningJob cancel, IViewer viewer, IDialogService dialogs, ISnackbar toasts)
{
    /// <summary>Why the person can't cancel the job now; null when it is possible.</summary>
    public string? Obstacle(Actor by, JobRow job) => cancel.Obstacle(by, job);

    /// <summary>Why the person can't cancel the job now; null when it is possible.</summary>
    public string? Obstacle(Actor by, JobDetail job) => cancel.Obstacle(by, job);

    /// <summary>Asks and cancels.</summary>
    public Task RunAsync(JobRow job) => RunAsync(job, static () => { });

    /// <summary>As <see cref="RunAsync(JobRow)"/>; <paramref name="agreed"/> is called before the device is asked.</summary>
    public async Task RunAsync(JobRow job, Action agreed)
    {
        var what = job.Item is { } item ? $"the {job.Type.ToLowerInvariant()} of {item}" : $"this {job.Type.ToLowerInvariant()}";
        var question = new ConfirmQuestion(
            $"Cancel {what}?",
            $"{job.Device} stops as soon as it can. What it has uploaded stays, and the next run goes on from there.",
            "Cancel job",
            "Let it run");
        if (!await question.AskAsync(dialogs))
        {
            return;
        }

        agreed();

        // The wait outlives the page: the person is told even after having gone on to another one.
        var outcome = await cancel.RunAsync(await viewer.ActorAsync(), null, job.Id, CancellationToken.None);
        if (outcome.Ok)
        {
            toasts.Add($"{job.Device} confirmed and is stopping {what}.", Severity.Normal);
        }
        else
        {
            toasts.Add($"The job was not cancelled. {outcome.Why}", Severity.Error, static o => o.RequireInteraction = true);
        }
    }
}
