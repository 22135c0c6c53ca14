using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Parts;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Dialogs;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Features.Accounts;

/// <summary>Work on a Storage Vault as a person does it: asks, then says what came of it. One per browser tab.</summary>
/// <param name="read">Counts what leads to a vault.</param>
/// <param name="delete">Takes a vault away.</param>
/// <param name="work">Asks devices for work on a vault.</param>
/// <param name="live">Who is connected.</param>
/// <param name="viewer">The person.</param>
/// <param name="dialogs">Asks.</param>
/// <param name="toasts">Tells.</param>
public sealed class VaultByHand(ReadVault read, DeleteVault delete, IVaultWork work, ILiveConnections live, IViewer viewer, IDialogService dialogs, ISnackbar toasts)
{
    /// <summary>The newest connection of a device that may use the vault; null when none is online.</summary>
    public LiveConnection? Connection(AccountId account, VaultRef vault) =>
        live.All.Where(l => l.Account == account && vault.Serves(l.DeviceId)).MaxBy(static l => l.Since);

    /// <summary>Asks for a template and makes a vault from it.</summary>
    public async Task RequestAsync(string username)
    {
        var parameters = new DialogParameters<RequestVaultDialog> { { d => d.Username, username } };
        var dialog = await dialogs.ShowAsync<RequestVaultDialog>("Request Storage Vault", parameters, new DialogOptions { MaxWidth = MaxWidth.ExtraSmall, FullWidth = true });
        if (await dialog.Result is { Canceled: false, Data: string name })
        {
            toasts.Add($"{name} is ready for backups.", Severity.Success);
        }
    }

    /// <summary>Shows what a vault holds.</summary>
    public Task AnalysisAsync(string username, VaultRef vault) => VaultAnalysisDialog.ShowAsync(dialogs, username, vault);

    /// <summary>Asks and deletes.</summary>
    public async Task DeleteAsync(string username, VaultRef vault)
    {
        var found = await read.RunAsync(await viewer.ActorAsync(), username, vault.Id, CancellationToken.None);
        if (!found.Ok)
        {
            Tell(found.Plain, "");
            return;
        }

        var rules = found.Value.Rules;
        var with = rules switch
        {
            0 => "",
            1 => " The backup rule that leads to it is removed.",
            _ => $" The {rules} backup rules that lead to it are removed.",
        };
        var question = new ConfirmQuestion(
            $"Delete {vault.Name}?",
            $"The backups in it can't be reached any more: its encryption key is deleted with it.{with} The stored data itself stays where it is{(vault.Bucket.Length > 0 ? $", in the bucket {vault.Bucket}" : "")}. This can't be undone.",
            "Delete Storage Vault",
            "Keep Storage Vault") { TypeToConfirm = vault.Name.Trim() };
        if (await question.AskAsync(dialogs))
        {
            Tell((await delete.RunAsync(await viewer.ActorAsync(), username, vault.Id, CancellationToken.None)).Plain, $"{vault.Name} was deleted.");
        }
    }

    /// <summary>Asks a device for a retention pass.</summary>
    public Task RetentionAsync(AccountId account, VaultRef vault) =>
        WorkAsync(account, vault, "retention pass", async connection => await work.ApplyRetentionAsync(await viewer.ActorAsync(), connection, vault.Id, CancellationToken.None));

    /// <summary>Asks a device to remove stale locks.</summary>
    public async Task UnlockAsync(AccountId account, VaultRef vault)
    {
        var question = new ConfirmQuestion(
            $"Unlock {vault.Name}?",
            "Locks that a device left behind are removed, so that other work can go on. Locks of work that is going on stay.",
            "Unlock",
            "Leave locked") { Dangerous = false };
        if (await question.AskAsync(dialogs))
        {
            await WorkAsync(account, vault, "unlock", async connection => await work.UnlockAsync(await viewer.ActorAsync(), connection, vault.Id, allowUnsafe: false, CancellationToken.None));
        }
    }

    private async Task WorkAsync(AccountId account, VaultRef vault, string what, Func<string, Task<Outcome<string>>> ask)
    {
        if (Connection(account, vault) is not { } connection)
        {
            Tell(Outcome.Missing($"No device that may use {vault.Name} is online."), "");
            return;
        }

        var taken = await ask(connection.Id);
        if (taken.Ok)
        {
            toasts.Add(new MarkupString($"""The device has begun the {what}. <a href="{JobRoutes.Job(taken.Value)}">Watch the job</a>"""), Severity.Success);
        }
        else
        {
            Tell(taken.Plain, "");
        }
    }

    private void Tell(Outcome outcome, string done) =>
        toasts.Add(outcome.Ok ? done : outcome.Why, outcome.Ok ? Severity.Success : Severity.Error, o => o.RequireInteraction = !outcome.Ok);
}
