using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Comet.Blazor.Security.SignIn;

/// <summary>The browser's side of signing in: cookies of the second step and of the session.</summary>
/// <param name="administrators">What a sign-in asks for at this moment.</param>
/// <param name="entrance">Checks.</param>
/// <param name="pending">Who is between the steps.</param>
/// <param name="sessions">The sessions.</param>
/// <param name="cookie">Names the cookies.</param>
public sealed class SignInDoor(IAdministrators administrators, Entrance entrance, PendingSignIns pending, SessionStore sessions, SessionCookie cookie)
{
    /// <summary>The page of the second step.</summary>
    public const string SecondPath = "/sign-in/second";

    private string PendingCookie => cookie.Name + "-second";

    /// <summary>Somebody's right password needs a second step: the browser gets a number that stands for it.</summary>
    public void Await(HttpContext http, Administrator who, string returnTo) =>
        http.Response.Cookies.Append(PendingCookie, pending.Begin(who, returnTo), Options(http, PendingSignIns.Patience));

    /// <summary>Who this browser's second step is for, or null.</summary>
    public (PendingSignIn Pending, Administrator Who)? Waiting(HttpContext http) => pending.Find(http.Request.Cookies[PendingCookie]);

    /// <summary>Gives the second step up.</summary>
    public void GiveUp(HttpContext http)
    {
        if (http.Request.Cookies[PendingCookie] is { } id)
        {
            pending.End(id);
        }

        http.Response.Cookies.Delete(PendingCookie, Options(http, null));
    }

    /// <summary>Ends the second step in a session; null when it was over already, so that a step counts once.</summary>
    /// <param name="http">The request.</param>
    /// <param name="factors">What was checked, for the record.</param>
    /// <returns>Where to go.</returns>
    public async Task<string?> EnterAfterSecondAsync(HttpContext http, string factors)
    {
        if (http.Request.Cookies[PendingCookie] is not { } id || pending.Find(id) is not { } waiting || !pending.End(id))
        {
            return null;
        }

        http.Response.Cookies.Delete(PendingCookie, Options(http, null));
        return await EnterAsync(http, waiting.Who, factors) ? waiting.Pending.Return : null;
    }

    /// <summary>Opens the session and gives the browser its cookie; a session that the browser had before ends.</summary>
    /// <returns>False when password or factors were changed since they were checked: the change ended all sessions, and this one must not slip past it.</returns>
    public async Task<bool> EnterAsync(HttpContext http, Administrator who, string factors)
    {
        var from = SignInFrom.Of(http, ActorVia.Web);
        await sessions.EndAsync(SessionCookie.KeyOf(http.User), http.RequestAborted);
        var key = await sessions.StartAsync(SessionOwner.Administrator(who.Name, from.Address, from.Device, ActorVia.Web), http.RequestAborted);
        if (administrators.Find(who.Name)?.SignsInLike(who) != true)
        {
            await sessions.EndAsync(key, CancellationToken.None);
            return false;
        }

        try
        {
            await entrance.EnteredAsync(from, who, factors);
        }
        catch
        {
            await sessions.EndAsync(key, CancellationToken.None); // nobody comes in unseen
            throw;
        }

        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, SessionCookie.PrincipalOf(who.Name, key), new AuthenticationProperties { IsPersistent = true });
        return true;
    }

    private static CookieOptions Options(HttpContext http, TimeSpan? age) => new()
    {
        Path = SessionCookie.SignInPath,
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        MaxAge = age,
        IsEssential = true,
    };
}
