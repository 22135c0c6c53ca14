using Comet.Blazor.Features.Accounts.Users.Addresses;
using Comet.Blazor.Features.Accounts.Users.Bulk;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Tables;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Features.Accounts.Pages;

/// <summary>Bulk replace addresses (mission "Advanced Options", "Client address failover"; spec/01 §10).</summary>
public sealed partial class ReplaceAddressesPage
{
    private static readonly IReadOnlyList<TableColumn<AddressChange>> ChangeColumns =
    [
        new("username", "Username", static c => c.Username) { IsName = true, Priority = 1 },
        new("vault", "Storage Vault", static c => c.Vault) { Priority = 2 },
        new("field", "Field", static c => c.Hit.Field) { Priority = 3 },
        new("before", "Now", static c => c.Hit.Before) { Priority = 1 },
        new("after", "Then", static c => c.Hit.After) { Priority = 1 },
    ];

    private static readonly IReadOnlyList<TableColumn<BulkLine>> LineColumns =
    [
        new("username", "Username", static l => l.Username) { IsName = true, Priority = 1 },
        new("result", "Result", static l => l.Outcome.Ok ? "Replaced" : l.Outcome.Why) { Priority = 1 },
    ];

    private readonly CancellationTokenSource _closing = new();
    private AddressRule? _rule;
    private IReadOnlyList<AddressChange>? _changes;
    private IReadOnlyList<BulkLine>? _lines;
    private ITableSource<AddressChange>? _changeSource;
    private ITableSource<BulkLine>? _lineSource;
    private CancellationTokenSource? _stop;
    private string _find = "";
    private string _replace = "";
    private string? _wrong;
    private bool _all;
    private bool _advanced;
    private bool _busy;
    private int _through;
    private int _users;
    private int _done;

    [Inject]
    private ReplaceAddresses Replace { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private IAdvancedOptions Advanced { get; set; } = default!;

    /// <summary>Leaving the page ends what runs, after the users that are being changed.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        _closing.Dispose();
        _stop?.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => _advanced = await Advanced.AreOnAsync();

    private async Task LookAsync()
    {
        var rule = AddressRule.Make(_find, _replace, _all);
        if (_busy || !rule.Ok)
        {
            _wrong = rule.Ok ? _wrong : rule.Why;
            return;
        }

        (_busy, _wrong, _through, _rule) = (true, null, 0, rule.Value);
        try
        {
            var found = await Replace.LookAsync(await Viewer.ActorAsync(), rule.Value, Steps(50), _closing.Token);
            (_changes, _wrong) = (found.Value, found.Ok ? null : found.Why);
            _users = _changes?.DistinctBy(static c => c.Account).Count() ?? 0;
            var shown = _changes ?? [];
            _changeSource = new ListSource<AddressChange>(_ => Task.FromResult(shown), ChangeColumns);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            return; // the page was left
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task ReplaceAsync()
    {
        if (_stop is not null || _changes is null || _rule is null)
        {
            return;
        }

        _through = 0;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
        var outcome = await Replace.RunAsync(await Viewer.ActorAsync(), _rule, _changes, Steps(1), _stop.Token);
        _stop = null;
        (_lines, _wrong) = (outcome.Value, outcome.Ok ? null : outcome.Why);
        _done = _lines?.Count(static l => l.Outcome.Ok) ?? 0;
        var shown = _lines ?? [];
        _lineSource = new ListSource<BulkLine>(_ => Task.FromResult(shown), LineColumns);
    }

    private Progress<int> Steps(int each) => new(n =>
    {
        if (n % each == 0 || n == _users)
        {
            _through = n;
            StateHasChanged();
        }
    });

    private void Again() => (_changes, _lines, _stop, _wrong) = (null, null, null, null);
}
