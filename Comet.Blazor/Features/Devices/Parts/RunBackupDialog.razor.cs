using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui.Time;
using Comet.Blazor.Wire;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Comet.Blazor.Features.Devices.Parts;

/// <summary>Chooses a Protected Item and a Storage Vault, asks the device, and says what it answered. "Accepted" is not "succeeded": it links to the job.</summary>
public sealed partial class RunBackupDialog
{
    private const int MaxKibPerSecond = 100_000_000;
    private const int MaxMinutes = 525_600;

    private LiveConnection? _connection;
    private bool _here;
    private ItemRef[] _items = [];
    private VaultRef[] _vaults = [];
    private string _item = "";
    private string _vault = "";
    private bool _skip = true;
    private bool _limit;
    private int _kibPerSecond = 1024;
    private bool _stop;
    private int _minutes = 120;
    private bool _asking;
    private string? _job;
    private string _acceptedAt = "";
    private string? _refused;

    /// <summary>Who asks.</summary>
    [Parameter, EditorRequired]
    public required Actor By { get; set; }

    /// <summary>The live connection.</summary>
    [Parameter, EditorRequired]
    public required string ConnectionId { get; set; }

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = default!;

    [Inject]
    private IRunBackup RunBackup { get; set; } = default!;

    [Inject]
    private ILiveConnections Connections { get; set; } = default!;

    [Inject]
    private IAccountDirectory Accounts { get; set; } = default!;

    [Inject]
    private BrowserClock Time { get; set; } = default!;

    private string Who => _connection is { } c
        ? $"{Accounts.DeviceName(c.Account, c.DeviceId)}, {Accounts.Find(c.Account)?.Username}, {DeviceLook.Platform(c.Os.Os, c.Os.Arch)}, version {c.Version}"
        : "";

    private string Lacking => _connection is null ? "This device is not connected any more. Its owner must switch it on, or it connects again by itself."
        : _items.Length == 0 ? "This device has no Protected Item. Add one on the user's page."
        : "The user has no Storage Vault for this device. Add one on the user's page.";

    private string? CannotRun => !_here ? "The device is not connected any more." : _items.Length == 0 || _vaults.Length == 0 ? Lacking : null;

    private string? Twice
    {
        get
        {
            if (_connection is not { } c || Connections.Of(c.Account, c.DeviceId) is not { Count: > 1 } all)
            {
                return null;
            }

            var which = c.Since >= all.Max(static l => l.Since) ? "newest" : c.Since <= all.Min(static l => l.Since) ? "oldest" : "one in the middle";
            return $"This device is connected {all.Count} times. The command goes to this connection only, the {which}.";
        }
    }

    /// <summary>Opens the dialog for one live connection.</summary>
    public static Task<IDialogReference> ShowAsync(IDialogService dialogs, Actor by, string connectionId) => dialogs.ShowAsync<RunBackupDialog>(
        null,
        new DialogParameters<RunBackupDialog> { { d => d.By, by }, { d => d.ConnectionId, connectionId } },
        new DialogOptions { CloseOnEscapeKey = true, BackdropClick = false, CloseOnNavigation = false, MaxWidth = MaxWidth.False });

    /// <summary>A refusal as a person reads it.</summary>
    public static string Sentence(Outcome refused) => refused.Kind switch
    {
        Refusal.DeviceRefused => $"The device refused: {refused.Why}",
        Refusal.Missing => refused.Why.Replace("ERR_UNKNOWN_DEVICE: ", "", StringComparison.Ordinal),
        _ => refused.Why,
    };

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        _connection = Connections.Find(ConnectionId) is { } found && Accounts.Sees(By, found.Account) ? found : null;
        _here = _connection is not null;
        if (_connection is { } c)
        {
            _items = [.. Accounts.Items(c.Account).Where(i => i.DeviceId == c.DeviceId).OrderBy(static i => i.Name, StringComparer.OrdinalIgnoreCase)];
            _vaults = [.. Accounts.Vaults(c.Account).Where(v => v.Serves(c.DeviceId)).OrderBy(static v => v.Name, StringComparer.OrdinalIgnoreCase)];
            _item = _items.FirstOrDefault()?.Id ?? "";
            _vault = _vaults.FirstOrDefault()?.Id ?? "";
        }

        Follow(Connections.Changed, LookAgainAsync);
    }

    private static string NameOf(string name, string id) => name.Length > 0 ? name : id;

    private async Task RunAsync()
    {
        if (_asking || CannotRun is not null)
        {
            return;
        }

        (_asking, _job, _refused) = (true, null, null);
        try
        {
            var options = new BackupOptions(
                _skip, _limit ? Math.Clamp(_kibPerSecond, 1, MaxKibPerSecond) * 1024L : 0, _stop ? Math.Clamp(_minutes, 1, MaxMinutes) * 60L : 0);
            var outcome = await RunBackup.RunAsync(By, ConnectionId, _item, _vault, options, Closing);
            _job = outcome.Value;
            _refused = outcome.Ok ? null : Sentence(outcome.Plain);
            _acceptedAt = Time.Local(Clock.GetUtcNow()).ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
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
