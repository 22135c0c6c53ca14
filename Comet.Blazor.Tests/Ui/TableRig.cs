using Bunit;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Tables;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Ui;

/// <summary>A customer in a table of customers.</summary>
public sealed record Customer(string Name, string? Policy, long Stored, DateTimeOffset? Seen = null);

/// <summary>The standard table without a browser, over rows that a test changes.</summary>
public sealed class TableRig : BunitContext, IViewer, ITablePreferences
{
    public static readonly IReadOnlyList<TableColumn<Customer>> Columns =
    [
        new("name", "Username", c => c.Name) { IsName = true, Priority = 1 },
        new("policy", "Policy", c => c.Policy),
        new("stored", "Stored", c => c.Stored) { Kind = ColumnKind.Size },
        new("seen", "Last seen", c => c.Seen) { Kind = ColumnKind.Time, None = "never", HiddenByDefault = true },
    ];

    private readonly Dictionary<string, TablePreference> _preferences = [];

    public TableRig(int customers = 0)
    {
        Rows = [.. Enumerable.Range(1, customers).Select(i => new Customer($"customer-{i:0000}", i % 2 == 0 ? "Standard" : null, i * 1024L))];
        Services.AddLogging();
        Services.AddSingleton<TimeProvider>(Clock);
        Services.AddSingleton<IViewer>(this);
        Services.AddSingleton<ITablePreferences>(this);
        Services.AddUi();
        JSInterop.Mode = JSRuntimeMode.Loose;
        Script = JSInterop.SetupModule("./Ui/Tables/CometTable.razor.js");
        Script.Mode = JSRuntimeMode.Loose;
        Handle = Script.SetupModule("mount", _ => true);
        Handle.Mode = JSRuntimeMode.Loose;
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 25, 13, 3, 7, TimeSpan.Zero));

    public List<Customer> Rows { get; }

    /// <summary>Requests that the source has answered.</summary>
    public List<PageRequest> Asked { get; } = [];

    public LiveSignal Live { get; } = new();

    public BunitJSModuleInterop Script { get; }

    public BunitJSModuleInterop Handle { get; }

    public string BaseAddress => "http://localhost/";

    public NavigationManager Nav => Services.GetRequiredService<NavigationManager>();

    /// <summary>What the next answers of the source wait for; an exception makes it fail.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>How long the source takes for an answer, by the clock.</summary>
    public TimeSpan Takes { get; set; }

    public ValueTask<Actor> ActorAsync() => ValueTask.FromResult(new Actor(ActorKind.Administrator, "admin"));

    public ValueTask<TablePreference?> LoadAsync(string viewer, string table, CancellationToken ct) => ValueTask.FromResult(_preferences.GetValueOrDefault($"{viewer}/{table}"));

    public Task SaveAsync(string viewer, string table, TablePreference preference, CancellationToken ct)
    {
        _preferences[$"{viewer}/{table}"] = preference;
        return Task.CompletedTask;
    }

    /// <summary>Renders the table of customers.</summary>
    public IRenderedComponent<CometTable<Customer>> Table(Action<ComponentParameterCollectionBuilder<CometTable<Customer>>>? more = null) => Render<CometTable<Customer>>(p =>
    {
        p.Add(t => t.Id, "users").Add(t => t.Caption, "Users").Add(t => t.Columns, Columns).Add(t => t.Source, NewSource()).Add(t => t.RowKey, c => c.Name)
            .Add(t => t.RowHref, c => "/users/" + c.Name).Add(t => t.Live, Live).Add(t => t.DefaultSort, "name");
        more?.Invoke(p);
    });

    public ITableSource<Customer> NewSource() => new Watched(this);

    public static IReadOnlyList<string> Names(IRenderedComponent<CometTable<Customer>> table) => [.. table.FindAll("tbody tr .ct-name").Select(c => c.TextContent)];

    public static string Where(IRenderedComponent<CometTable<Customer>> table) => table.Find(".ct-where").TextContent;

    private sealed class Watched(TableRig rig) : ITableSource<Customer>
    {
        private readonly ListSource<Customer> _list = new(_ => Task.FromResult<IReadOnlyList<Customer>>([.. rig.Rows]), TableRig.Columns);

        public async Task<PageOf<Customer>> PageAsync(PageRequest request, CancellationToken ct)
        {
            rig.Asked.Add(request);
            await rig.Gate.WaitAsync(ct);
            if (rig.Takes > TimeSpan.Zero)
            {
                rig.Clock.Advance(rig.Takes);
            }

            return await _list.PageAsync(request, ct);
        }

        public IAsyncEnumerable<IReadOnlyList<Customer>> AllAsync(PageRequest request, CancellationToken ct) => _list.AllAsync(request, ct);
    }
}
