using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Security.WebAuthn;
using Microsoft.AspNetCore.Components;

namespace Comet.Blazor.Security.SignIn;

/// <summary>The second step of signing in: a code, or a security key (spec/04 §4.4). Plain HTML, like the first.</summary>
public sealed partial class SecondStepPage
{
    private const string LatePath = SessionCookie.SignInPath + "?why=late";
    private string? _wrong;
    private bool _waits;
    private string _name = "";
    private EntranceStep? _step;
    private bool _keysWork;
    private bool _useKey;
    private string? _better;

    /// <summary>The code entered.</summary>
    [SupplyParameterFromForm(FormName = "code")]
    public string? Code { get; set; }

    /// <summary>"code" when the person prefers it to the key.</summary>
    [SupplyParameterFromQuery(Name = "with")]
    public string? With { get; set; }

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private SignInDoor Door { get; set; } = default!;

    [Inject]
    private Entrance Entrance { get; set; } = default!;

    [Inject]
    private Microsoft.Extensions.Options.IOptions<CometOptions> Options { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Door.Waiting(Http) is not { } waiting)
        {
            if (HttpMethods.IsGet(Http.Request.Method))
            {
                Navigation.NavigateTo(LatePath);
            }

            return; // a post finds its form, whose handler leads away
        }

        _name = waiting.Who.Name;
        _step = new EntranceStep(waiting.Who);
        _keysWork = KeyPlaces.Work(Http.Request);
        _useKey = _step.KeyPossible && _keysWork && !(With == "code" && _step.TotpPossible);
        _better = _keysWork ? null : KeyPlaces.Better(new Uri(Navigation.BaseUri + SessionCookie.SignInPath[1..]), Options.Value.PublicUrl);
    }

    private async Task SubmitAsync()
    {
        if (Door.Waiting(Http) is not { } waiting)
        {
            Navigation.NavigateTo(LatePath);
            return;
        }

        var checkedCode = await Entrance.CodeAsync(SignInFrom.Of(Http, ActorVia.Web), waiting.Who, Code ?? "", Http.RequestAborted);
        if (!checkedCode.Ok)
        {
            (_wrong, _waits) = (checkedCode.Why, checkedCode.Kind == Refusal.TooMany);
            return;
        }

        Navigation.NavigateTo(await Door.EnterAfterSecondAsync(Http, "Password and TOTP code") ?? LatePath);
    }

    private void Cancel()
    {
        Door.GiveUp(Http);
        Navigation.NavigateTo(SessionCookie.SignInPath);
    }
}
