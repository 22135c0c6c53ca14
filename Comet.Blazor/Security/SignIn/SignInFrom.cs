using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.SignIn;

/// <summary>Where a sign-in comes from.</summary>
/// <param name="Address">The IP address, when known.</param>
/// <param name="Device">The program in words, such as "Firefox on Windows", when known.</param>
/// <param name="Via">Browser or API.</param>
public sealed record SignInFrom(string? Address, string? Device, ActorVia Via)
{
    /// <summary>Where this request comes from.</summary>
    public static SignInFrom Of(HttpContext http, ActorVia via) => new(http.Connection.RemoteIpAddress?.ToString(), DeviceWords.Of(http.Request.Headers.UserAgent.ToString()), via);
}
