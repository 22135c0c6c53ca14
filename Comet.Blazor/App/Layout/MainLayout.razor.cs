using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Ui.Theme;
using Comet.Blazor.Ui.Time;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;

namespace Comet.Blazor.App.Layout;

/// <summary>The shell: bar, menus, page. It leaves for the sign-in page when the session ends, wherever that happened.</summary>
public sealed partial class MainLayout : IAsyncDisposable
{
    private static readonly MudTheme Look = AppTheme.Create();
    private readonly CancellationTokenSource _closing = new();
    private DotNetObjectReference<MainLayout>? _self;
    private PageErrors? _errors;
    private string _name = "";
    private string _choice = "system";
    private bool _dark;
    private bool _menuOpen;
    private bool _ready;
    private bool _leaving;

    /// <summary>The theme of the first paint.</summary>
    [CascadingParameter]
    public required InitialTheme Theme { get; set; }

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private BrowserClock Times { get; set; } = default!;

    [Inject]
    private Viewer Viewer { get; set; } = default!;

    [Inject]
    private SessionStore Sessions { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    /// <summary>The viewer's computer switched between light and dark.</summary>
    [JSInvokable]
    public void DarkChanged(bool dark)
    {
        _dark = dark;
        StateHasChanged();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        await _closing.CancelAsync();
        _closing.Dispose();
        _self?.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        (_choice, _dark) = (Theme.Choice, Theme.Dark);
        Navigation.LocationChanged += OnLocationChanged;
        var key = await Viewer.KeyAsync();
        if (Sessions.Find(key) is not { } session)
        {
            Navigation.NavigateTo(SignInAgain.Address(Navigation, ""), forceLoad: true);
            return;
        }

        _name = session.Name;
        _ = LeaveAtTheEndAsync(session, key, _closing.Token);
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        _self = DotNetObjectReference.Create(this);
        try
        {
            Times.SetZone(await Js.InvokeAsync<string>("comet.start", _self)); // before any page writes a time
        }
        catch (Exception ex) when (ex is JSDisconnectedException or OperationCanceledException)
        {
            return; // the tab was closed before it stood
        }

        _ready = true;
        StateHasChanged();
    }

    private async Task ChooseAsync(string choice)
    {
        _choice = choice;
        _dark = await Js.InvokeAsync<bool>("comet.setTheme", choice);
    }

    private async Task SignOutAsync()
    {
        _leaving = true; // this tab leaves by itself; the others hear of the session's end
        await Js.InvokeVoidAsync("comet.signOut");
    }

    private async Task LeaveAtTheEndAsync(Session session, string? key, CancellationToken ct)
    {
        try
        {
            await foreach (var _ in session.Ended.TicksAsync(TimeSpan.FromSeconds(1), Clock, ct))
            {
                if (!_leaving && Sessions.Find(key) is null)
                {
                    await InvokeAsync(() => SignInAgain.GoAsync(Js, Navigation, Sessions.HasExpired(session) ? "idle" : "ended"));
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return;
        }
        catch (Exception ex)
        {
            await DispatchExceptionAsync(ex);
        }
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        _menuOpen = false;
        _errors?.Recover();
    }
}
