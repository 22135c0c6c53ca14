using Comet.Blazor.Features.Devices.Asking;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Features.Devices.Parts;

/// <summary>Asks one live device for work and says what it answered. "Accepted" is not "succeeded": it links to the job.</summary>
public sealed partial class DeviceWorkDialog
{
    private LiveConnection? _connection;
    private bool _here;
    private DeviceOffer _offer = DeviceOffer.Nothing;
    private string _target = "";
    private string _typed = "";
    private bool _unsafe;
    private bool _asking;
    private bool _done;
    private string? _job;
    private string? _refused;

    /// <summary>Who asks.</summary>
    [Parameter, EditorRequired]
    public required Actor By { get; set; }

    /// <summary>The live connection.</summary>
    [Parameter, EditorRequired]
    public required string ConnectionId { get; set; }

    /// <summary>What for.</summary>
    [Parameter, EditorRequired]
    public required DeviceWork Work { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Inject]
    private DeviceErrands Errands { get; set; } = default!;

    [Inject]
    private ILiveConnections Connections { get; set; } = default!;

    private string Title => Work switch
    {
        DeviceWork.Rule => "Run a backup rule now",
        DeviceWork.Retention => "Apply retention rules now",
        DeviceWork.Refresh => "Refresh the profile",
        _ => "Unlock a Storage Vault",
    };

    private string Verb => Work switch
    {
        DeviceWork.Rule => "Run backup rule",
        DeviceWork.Retention => "Apply retention rules",
        DeviceWork.Refresh => "Refresh profile",
        _ => _unsafe ? "Remove all locks" : "Remove stale locks",
    };

    private string Explanation => Work switch
    {
        DeviceWork.Rule => "The device backs up at once, with the rule's own options and commands. The rule's schedule stays as it is.",
        DeviceWork.Retention => "The device deletes the backups that no retention rule of the vault keeps, and frees their space. What is deleted can't be brought back.",
        DeviceWork.Refresh => "The device reads its settings from the server again. Devices hear of changes by themselves; this shows that one does.",
        _ => "The device removes locks that interrupted runs have left behind. Locks that are in use stay.",
    };

    private string Who => _connection is { } c ? $"{_offer.Device}, {_offer.Username}, {DeviceLook.Platform(c.Os.Os, c.Os.Arch)}, version {c.Version}" : "";

    private (string Id, string Name)[] Choices => Work switch
    {
        DeviceWork.Refresh => [],
        DeviceWork.Rule => _offer.Rules,
        _ => _offer.Vaults,
    };

    private string TargetName => Choices.FirstOrDefault(c => c.Id == _target).Name ?? "";

    private string? Lacking => _connection is null ? "This device is not connected any more. Its owner must switch it on, or it connects again by itself."
        : Work == DeviceWork.Refresh || Choices.Length > 0 ? null
        : Work == DeviceWork.Rule ? "This device has no backup rule. Add one to a Protected Item on the user's page."
        : "The user has no Storage Vault for this device. Add one on the user's page.";

    private string? CannotRun => !_here ? "The device is not connected any more."
        : Lacking ?? (_unsafe && _typed.Trim() != TargetName.Trim() ? "Type the Storage Vault's name to confirm." : null);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Follow(Connections.Changed, LookAgainAsync);
        if (await Errands.OfferAsync(By, ConnectionId, Closing) is { } offer)
        {
            (_connection, _offer, _here) = (Connections.Find(ConnectionId), offer, Connections.Find(ConnectionId) is not null);
            _target = Choices.FirstOrDefault().Id ?? "";
        }
    }

    private void Retype() => _typed = "";

    private async Task RunAsync()
    {
        if (_asking || CannotRun is not null)
        {
            return;
        }

        (_asking, _done, _job, _refused) = (true, false, null, null);
        try
        {
            var outcome = await Errands.RunAsync(By, ConnectionId, Work, _target, _unsafe, Closing);
            (_done, _job) = (outcome.Ok, outcome.Value is { Length: > 0 } job ? job : null);
            _refused = outcome.Ok ? null : RunBackupDialog.Sentence(outcome.Plain);
            _typed = "";
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            return; // the dialog was closed; whatever the device answers stands in the job
        }
        finally
        {
            _asking = false;
        }
    }

    private Task LookAgainAsync()
    {
        _here = _connection is not null && Connections.Find(ConnectionId) is not null;
        StateHasChanged();
        return Task.CompletedTask;
    }
}
