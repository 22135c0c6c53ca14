using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Sessions;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Security.SignIn;

/// <summary>Where administrators sign in: plain HTML and a form post, because a circuit can't write a cookie (decisions.md 12).</summary>
public sealed partial class SignInPage
{
    private string? _wrong;
    private bool _waits;

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
    private Entrance Entrance { get; set; } = default!;

    [Inject]
    private SignInDoor Door { get; set; } = default!;

    [Inject]
    private FirstAdministrator First { get; set; } = default!;

    [Inject]
    private SessionTimes Times { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private string? Reason => Why switch
    {
        "idle" => $"You were signed out after {Times.IdleInWords} without activity. You will return to where you were.",
        "late" => "The time for the second step is over. Sign in again.",
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
        else if (First.IsAwaited)
        {
            Navigation.NavigateTo(FirstRunPage.Path);
        }
    }

    private async Task SubmitAsync()
    {
        var checkedPassword = await Entrance.PasswordAsync(SignInFrom.Of(Http, ActorVia.Web), Given?.Username ?? "", Given?.Password ?? "", Http.RequestAborted);
        if (!checkedPassword.Ok)
        {
            (_wrong, _waits) = (checkedPassword.Why, checkedPassword.Kind == Refusal.TooMany);
            return;
        }

        var who = checkedPassword.Value.Administrator;
        if (checkedPassword.Value.IsIn)
        {
            if (!await Door.EnterAsync(Http, who, "Password"))
            {
                _wrong = "How you sign in was changed at this moment. Sign in again.";
                return;
            }

            Navigation.NavigateTo(LocalPath(Return));
        }
        else
        {
            Door.Await(Http, who, LocalPath(Return));
            Navigation.NavigateTo(SignInDoor.SecondPath);
        }
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
