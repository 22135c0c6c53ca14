using System.Globalization;
using Comet.Blazor.Features.Accounts.Users.Csv;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Tables;
using Comet.Blazor.Ui.Time;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;

namespace Comet.Blazor.Features.Accounts.Pages;

/// <summary>Create multiple accounts by CSV (mission "Advanced Options"; spec/01 §10): a file is checked line by line, then created.</summary>
public sealed partial class ImportUsersPage
{
    private const double SecondsPerPassword = 0.15; // of one processor, about

    private static readonly IReadOnlyList<TableColumn<CsvVerdict>> VerdictColumns =
    [
        new("line", "Line", static v => (long)v.From.Line) { Kind = ColumnKind.Number, Priority = 2 },
        new("username", "Username", static v => v.From.Username) { IsName = true, Priority = 1 },
        new("verdict", "Verdict", static v => !v.Outcome.Ok ? v.Outcome.Why : v.From.Password.Length > 0 ? "Can be created" : "Can be created, with a password made up") { Priority = 1 },
        new("account-name", "Account name", static v => v.From.AccountName is { Length: > 0 } name ? name : null) { Priority = 3 },
        new("email", "Email", static v => v.From.Email is { Length: > 0 } email ? email : null) { Priority = 3 },
        new("policy", "Policy", static v => v.From.Policy is { Length: > 0 } policy ? policy : v.PolicyId.Length > 0 ? "default" : null) { Priority = 3 },
    ];

    private static readonly IReadOnlyList<TableColumn<CsvResult>> ResultColumns =
    [
        new("line", "Line", static r => (long)r.From.Line) { Kind = ColumnKind.Number, Priority = 2 },
        new("username", "Username", static r => r.From.Username) { IsName = true, Priority = 1 },
        new("result", "Result", static r => !r.Outcome.Ok ? r.Outcome.Why : r.Note.Length > 0 ? r.Note : "Created") { Priority = 1 },
        new("password", "Password made up", static r => r.Password is { Length: > 0 } made ? made : null) { Priority = 1, None = "" },
    ];

    private ElementReference _field;
    private IJSObjectReference? _module;
    private IBrowserFile? _file;
    private IReadOnlyList<CsvVerdict> _verdicts = [];
    private readonly List<CsvResult> _results = [];
    private readonly LiveSignal _news = new();
    private ITableSource<CsvVerdict>? _verdictSource;
    private ITableSource<CsvResult>? _resultSource;
    private CancellationTokenSource? _stop;
    private string? _wrong;
    private bool _advanced;
    private bool _recovery;
    private bool _problems;
    private bool _busy;
    private int _good;
    private int _made;
    private int _generated;
    private bool _done;

    [Inject]
    private AddCsvUsers Add { get; set; } = default!;

    [Inject]
    private IViewer Viewer { get; set; } = default!;

    [Inject]
    private IAdvancedOptions Advanced { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private BrowserClock Times { get; set; } = default!;

    private string Duration => _good * SecondsPerPassword / AddCsvUsers.Parallelism is var seconds and > 30
        ? $" It takes about {Math.Max(1, Math.Round(seconds / 60)):N0} min: passwords are protected slowly on purpose, on {AddCsvUsers.Parallelism} of {Environment.ProcessorCount} processors." : "";

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_stop is not null)
        {
            await _stop.CancelAsync();
            _stop.Dispose();
        }

        if (_module is not null)
        {
            try
            {
                await _module.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                _module = null; // the tab is gone
            }
        }
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => _advanced = await Advanced.AreOnAsync();

    private static string Key(CsvUser user) => user.Line.ToString(CultureInfo.InvariantCulture);

    private Task TakeAsync(InputFileChangeEventArgs e)
    {
        _file = e.File;
        return CheckAsync();
    }

    private async Task CheckAsync()
    {
        if (_busy)
        {
            return;
        }

        (_busy, _wrong) = (true, null);
        try
        {
            var by = await Viewer.ActorAsync();
            var bytes = await ReadAsync();
            var zone = Times.Zone.Id;
            var checkedLines = await Task.Run(() => CsvUserFile.Read(bytes) is { Ok: true, Value: var lines } ? Add.Check.Run(by, lines, _recovery ? true : null, zone) : CsvUserFile.Read(bytes).Plain);
            _wrong = checkedLines.Ok ? null : checkedLines.Why;
            _verdicts = checkedLines.Ok ? checkedLines.Value : [];
            _good = _verdicts.Count(static v => v.Outcome.Ok);
            Show(false);
        }
        catch (IOException)
        {
            _wrong = $"The file could not be read. It must have at most {ByteSize.Format(CsvUserFile.MaxBytes)}, and must not change while it is sent.";
        }
        finally
        {
            (_busy, _file) = (false, null);
        }
    }

    private async Task<byte[]> ReadAsync()
    {
        using var content = new MemoryStream();
        if (_file is { } file)
        {
            await using var upload = file.OpenReadStream(CsvUserFile.MaxBytes);
            await upload.CopyToAsync(content);
        }
        else
        {
            _module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./Features/Accounts/Pages/ImportUsersPage.razor.js");
            await using var bytes = await _module.InvokeAsync<IJSStreamReference>("text", _field);
            await using var stream = await bytes.OpenReadStreamAsync(CsvUserFile.MaxBytes);
            await stream.CopyToAsync(content);
        }

        return content.ToArray();
    }

    private void Show(bool problems)
    {
        _problems = problems;
        IReadOnlyList<CsvVerdict> shown = problems ? [.. _verdicts.Where(static v => !v.Outcome.Ok)] : _verdicts;
        _verdictSource = new ListSource<CsvVerdict>(_ => Task.FromResult(shown), VerdictColumns);
    }

    private async Task CreateAsync()
    {
        if (_stop is not null)
        {
            return;
        }

        _stop = new CancellationTokenSource();
        var (by, ct) = (await Viewer.ActorAsync(), _stop.Token);
        _resultSource = new ListSource<CsvResult>(_ => Task.FromResult<IReadOnlyList<CsvResult>>([.. _results]), ResultColumns);
        var results = await Add.RunAsync(by, _verdicts, Navigation.BaseUri, new Progress<IReadOnlyList<CsvResult>>(Take), ct);
        _results.Clear();
        (_made, _generated) = (0, 0);
        Take(results);
        _done = true;
    }

    private void Take(IReadOnlyList<CsvResult> results)
    {
        if (_done)
        {
            return; // told late: it is among all of them
        }

        _results.AddRange(results);
        _made += results.Count(static r => r.Outcome.Ok);
        _generated += results.Count(static r => r.Password.Length > 0);
        _news.Raise();
        StateHasChanged();
    }

    private void Again()
    {
        _results.Clear();
        (_verdicts, _stop, _wrong, _done, _good, _made, _generated) = ([], null, null, false, 0, 0, 0);
    }
}
