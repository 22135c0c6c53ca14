using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.Account;

/// <summary>A session in words.</summary>
public static class SessionWords
{
    /// <summary>What signed in, such as "Firefox on Windows" or "curl/8.5.0 (API)".</summary>
    public static string Device(Session session) => session.Owner.Via == ActorVia.Api
        ? (session.Owner.Device ?? "A program") + " (API)"
        : session.Owner.Device ?? "A browser";
}
