using System.Security.Claims;
using Comet.Blazor.Kernel;
using Comet.Blazor.Ui;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Comet.Blazor.Security.Sessions;

/// <summary>The person in front of a tab, as long as the session lives: a circuit outlives its cookie, so every question asks the store.</summary>
/// <param name="state">Who opened the circuit.</param>
/// <param name="sessions">The sessions.</param>
/// <param name="administrators">Their permissions of this moment.</param>
/// <param name="navigation">Knows the tab's address.</param>
public sealed class Viewer(AuthenticationStateProvider state, SessionStore sessions, IAdministrators administrators, NavigationManager navigation) : IViewer
{
    /// <inheritdoc />
    public string BaseAddress => navigation.BaseUri;

    /// <inheritdoc />
    public async ValueTask<Actor> ActorAsync() => await FindActorAsync() ?? throw new UnauthorizedAccessException("The session is over. Sign in again.");

    /// <summary>The actor, or null when the session is over: for what is drawn around pages and must not fail.</summary>
    public async ValueTask<Actor?> FindActorAsync() => SessionActor.Of(sessions.Find(await KeyAsync()), administrators);

    /// <summary>The session's key, or null when nobody is signed in.</summary>
    public async ValueTask<string?> KeyAsync() => (await state.GetAuthenticationStateAsync()).User.FindFirstValue(SessionCookie.KeyClaim);
}
