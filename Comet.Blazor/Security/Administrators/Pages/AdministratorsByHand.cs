using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Security.Settings;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Dialogs;
using MudBlazor;

namespace Comet.Blazor.Security.Administrators.Pages;

/// <summary>What a person does to an administrator from a menu: asks where it disturbs, acts, says what came of it. One per browser tab.</summary>
/// <param name="delete">Deletes.</param>
/// <param name="sessions">Ends sessions.</param>
/// <param name="viewer">The person.</param>
/// <param name="dialogs">Asks.</param>
/// <param name="toasts">Tells.</param>
public sealed class AdministratorsByHand(DeleteAdministrator delete, AllSessions sessions, IViewer viewer, IDialogService dialogs, ISnackbar toasts)
{
    /// <summary>Asks with the name to type, then deletes.</summary>
    public async Task DeleteAsync(AdministratorRow row)
    {
        var name = row.Administrator.Name;
        var ends = row.Sessions switch
        {
            0 => "",
            1 => " and the session that is open now ends",
            var n => $" and the {n} sessions that are open now end",
        };
        var question = new ConfirmQuestion(
            $"Delete {name}?",
            $"{name} can't sign in any more{ends}. What {name} did stays in the audit log. This can't be undone.",
            "Delete administrator",
            "Keep administrator") { TypeToConfirm = name };
        if (await question.AskAsync(dialogs))
        {
            await TellAsync(async () => await delete.RunAsync(await viewer.ActorAsync(), name), $"{name} was deleted.");
        }
    }

    /// <summary>Asks, then ends all sessions.</summary>
    public async Task EndSessionsAsync(AdministratorRow row)
    {
        var name = row.Administrator.Name;
        var question = new ConfirmQuestion(
            $"End {(row.Sessions == 1 ? "the session" : $"{row.Sessions} sessions")} of {name}?",
            "Whoever works there has to sign in again, and loses what is not saved.",
            row.Sessions == 1 ? "End session" : "End sessions",
            row.Sessions == 1 ? "Keep session" : "Keep sessions");
        if (await question.AskAsync(dialogs))
        {
            await TellAsync(async () => await sessions.EndAllOfAsync(await viewer.ActorAsync(), name), $"The sessions of {name} have ended.");
        }
    }

    /// <summary>Asks for a new password and resets.</summary>
    public async Task ResetAsync(string name)
    {
        var parameters = new DialogParameters<ResetAdministratorDialog> { { d => d.Name, name } };
        var dialog = await dialogs.ShowAsync<ResetAdministratorDialog>("Reset password", parameters, new DialogOptions { MaxWidth = MaxWidth.Small, FullWidth = true, BackdropClick = false });
        if (await dialog.Result is { Canceled: false })
        {
            toasts.Add($"{name} signs in with the new password now.", Severity.Success);
        }
    }

    private async Task TellAsync(Func<Task<Outcome>> act, string done)
    {
        var outcome = await Saving.TryAsync(act);
        toasts.Add(outcome.Ok ? done : outcome.Why, outcome.Ok ? Severity.Success : Severity.Error, o => o.RequireInteraction = !outcome.Ok);
    }
}
