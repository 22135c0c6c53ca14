using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Security.SignIn;

/// <summary>Where administrators sign in: plain HTML and a form post, because a circuit can't write a cookie (decisions.md 12).</summary>
public sealed partial class SignInPage
{
    private string? _wrong;

    /// <summary>What was entered.</summary>
    [SupplyParameterFromForm(FormName = "sign-in")]
    public Credentials? Given { get; set; }

    /// <summary>The address to go to afterwards; only one of this server counts.</summary>
    [SupplyParameterFromQuery(Name = "return")]
    public string? Return { get; set; }

    /// <summary>Why the person is here: "idle" or "ended".</summary>
    [SupplyParameterFromQuery(Name = "why")]
    public string? Why { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private LoginGuard Guard { get; set; } = default!;

    [Inject]
    private AddressGate Gate { get; set; } = default!;

    [Inject]
    private SessionStore Sessions { get; set; } = default!;

    [Inject]
    private SessionTimes Times { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string? Reason => Why switch
    {
        "idle" => $"You were signed out after {Times.IdleInWords} without activity. You will return to where you were.",
        "ended" => "You were signed out. You will return to where you were.",
        _ => null,
    };

    /// <summary>The address to return to: a path of this server, never another host ("//host", "/\host") and not this page.</summary>
    public static string LocalPath(string? address) =>
        address is ['/', ..] && (address.Length == 1 || address[1] is not ('/' or '\\')) && !address.Any(char.IsControl)
            && !address.StartsWith(SessionCookie.SignInPath, StringComparison.OrdinalIgnoreCase)
            ? address : "/";

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (HttpMethods.IsGet(Http.Request.Method) && Http.User.Identity?.IsAuthenticated == true)
        {
            Navigation.NavigateTo(LocalPath(Return));
        }
    }

    private async Task SubmitAsync()
    {
        var address = Http.Connection.RemoteIpAddress?.ToString();
        var (name, password) = (Given?.Username ?? "", Given?.Password ?? "");
        var who = await Guard.CheckAsync(address, name, () => Gate.VerifyAsync(name, password, address, Http.RequestAborted), Http.RequestAborted);
        if (!who.Ok)
        {
            _wrong = who.Why;
            return;
        }

        var key = await Sessions.StartAsync(SessionOwner.Administrator(who.Value.Name, address, null, ActorVia.Web), Http.RequestAborted);
        await Http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, SessionCookie.PrincipalOf(who.Value.Name, key), new AuthenticationProperties { IsPersistent = true });
        Navigation.NavigateTo(LocalPath(Return));
    }

    /// <summary>The form's fields.</summary>
    public sealed class Credentials
    {
        /// <summary>The name.</summary>
        public string? Username { get; set; }

        /// <summary>The password.</summary>
        public string? Password { get; set; }
    }
}
