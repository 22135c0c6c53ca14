using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Ui.Tables;

/// <summary>What the viewer does with rows: menu, ticks, bulk actions, exports; and the table's script.</summary>
public sealed partial class CometTable<TRow>
{
    private const string Bulk = "bulk";

    private readonly string _columnsId = $"ct-{Guid.NewGuid():N}";
    private readonly string _exportId = $"ct-{Guid.NewGuid():N}";
    private readonly HashSet<string> _acting = []; // what runs: actions on rows, and one on ticked rows
    private ElementReference _root;
    private TableScript? _script;
    private bool _openMenu;
    private bool _exporting;
    private string? _focusColumn;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (_script is not null)
        {
            await _script.DisposeAsync();
        }
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        WriteAddress();
        if (firstRender)
        {
            _script = new TableScript(Js);
            await _script.MountAsync(_root);
        }

        if (_openMenu && _script is not null)
        {
            _openMenu = false;
            await _script.OpenMenuAsync();
        }

        if (_focusColumn is { } column && _script is not null)
        {
            _focusColumn = null;
            await _script.FocusColumnAsync(column);
        }
    }

    private void AskMenu(TRow row)
    {
        _menuRow = row;
        _openMenu = true;
    }

    private Task RunAsync((RowAction<TRow> Action, TRow Row) chosen) =>
        ActAsync($"{RowKey(chosen.Row)} {chosen.Action.Text}", $"{chosen.Action.Text} for {NameOf(chosen.Row)} failed.", async () =>
        {
            await chosen.Action.Run(chosen.Row);
            return null;
        });

    private Task RunBulkAsync(BulkAction action) => ActAsync(Bulk, $"{action.Text} failed.", async () =>
    {
        var summary = await action.Run([.. _selection.Keys]);
        if (summary is not null)
        {
            _selection.Clear();
        }

        return summary;
    });

    /// <summary>
    /// Runs an action, which may take long; the same one on the same row only once at a time. Afterwards the rows are loaded anew, because the
    /// viewer acted.
    /// </summary>
    private async Task ActAsync(string what, string failed, Func<Task<string?>> act)
    {
        if (!_acting.Add(what))
        {
            return;
        }

        try
        {
            _notice = await act() is { } summary ? (summary, false) : null;
        }
        catch (OperationCanceledException) when (Closing.IsCancellationRequested)
        {
            return; // the page was left
        }
        catch (Exception ex)
        {
            _notice = ($"{failed} Reference {Log(ex, failed)}", true);
        }
        finally
        {
            _acting.Remove(what);
        }

        if (!Closing.IsCancellationRequested)
        {
            await LoadAsync();
        }
    }

    private void Tick((string Key, bool Range) click)
    {
        _selection.Toggle(click.Key, click.Range, PageKeys);
        _notice = null;
        Draw();
    }

    private void TickPage()
    {
        _selection.TogglePage(PageKeys);
        Draw();
    }

    private void ClearSelection()
    {
        _selection.Clear();
        Draw();
    }

    private async Task SelectAllAsync()
    {
        _acting.Add(Bulk);
        try
        {
            await foreach (var rows in Source.AllAsync(Request, Closing))
            {
                _selection.Add(rows.Select(RowKey));
            }
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            Fail(ex, "The rows could not be selected.");
        }
        finally
        {
            _acting.Remove(Bulk);
            Draw();
        }
    }
}
