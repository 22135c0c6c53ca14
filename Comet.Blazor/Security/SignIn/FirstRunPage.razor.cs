using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Sessions;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Security.SignIn;

/// <summary>Creates the first administrator of a server that was started without one (spec/04 §2, decisions.md 1).</summary>
public sealed partial class FirstRunPage
{
    /// <summary>The page's address.</summary>
    public const string Path = "/first-run";

    private const string Differ = "The two passwords differ.";
    private string? _wrong;

    /// <summary>What was entered.</summary>
    [SupplyParameterFromForm(FormName = "first")]
    public Wish? Given { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private FirstAdministrator First { get; set; } = default!;

    [Inject]
    private SignInDoor Door { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (HttpMethods.IsGet(Http.Request.Method) && !First.IsAwaited)
        {
            Navigation.NavigateTo(SessionCookie.SignInPath);
        }
    }

    private async Task SubmitAsync()
    {
        if (Given?.Password != Given?.Repeated)
        {
            _wrong = Differ;
            return;
        }

        var made = await First.RunAsync(Given?.Username ?? "", Given?.Password ?? "", Http.Connection.RemoteIpAddress?.ToString(), ActorVia.Web, Http.RequestAborted);
        if (!made.Ok)
        {
            _wrong = made.Why;
            return;
        }

        Navigation.NavigateTo(await Door.EnterAsync(Http, made.Value, "Password") ? "/" : SessionCookie.SignInPath);
    }

    /// <summary>The form's fields.</summary>
    public sealed class Wish
    {
        /// <summary>The name.</summary>
        public string? Username { get; set; }

        /// <summary>The password.</summary>
        public string? Password { get; set; }

        /// <summary>The password again.</summary>
        public string? Repeated { get; set; }
    }
}
