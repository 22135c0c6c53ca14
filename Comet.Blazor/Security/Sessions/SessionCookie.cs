using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Security.Sessions;

/// <summary>
/// The browser's half of a session: an encrypted cookie that carries the session's key and nothing else that counts. Its name is the data
/// folder's, because cookies know no ports and two servers on one computer would sign each other's people out.
/// </summary>
/// <param name="folder">The data folder.</param>
public sealed class SessionCookie(DataFolder folder) : IConfigureNamedOptions<CookieAuthenticationOptions>
{
    /// <summary>Claim with the session's key.</summary>
    public const string KeyClaim = "sid";

    /// <summary>Where people sign in.</summary>
    public const string SignInPath = "/sign-in";

    /// <summary>The cookie's name.</summary>
    public string Name { get; } = "comet-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder.Path)))[..12];

    /// <summary>The session's key that the cookie brought, or null.</summary>
    public static string? KeyOf(ClaimsPrincipal user) => user.FindFirstValue(KeyClaim);

    /// <summary>The name of the cookie that belongs to forms (antiforgery).</summary>
    public string FormName => Name + "-form";

    /// <summary>The principal of a session.</summary>
    public static ClaimsPrincipal PrincipalOf(string name, string key) => new(new ClaimsIdentity(
        [new Claim(ClaimTypes.Name, name), new Claim(KeyClaim, key)],
        CookieAuthenticationDefaults.AuthenticationScheme));

    /// <inheritdoc />
    public void Configure(string? name, CookieAuthenticationOptions options) => Configure(options);

    /// <inheritdoc />
    public void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = Name;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax; // a link from a mail must find the reader signed in; changes need a header of ours
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = SessionTimes.Longest;
        options.SlidingExpiration = false;
        options.LoginPath = SignInPath;
        options.ReturnUrlParameter = "return";
        options.Events.OnValidatePrincipal = static async context =>
        {
            var sessions = context.HttpContext.RequestServices.GetRequiredService<SessionStore>();
            if (sessions.Find(context.Principal?.FindFirstValue(KeyClaim)) is null)
            {
                context.RejectPrincipal();
                if (!context.HttpContext.Request.Path.StartsWithSegments("/api")) // takes no cookies and gives none
                {
                    await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
                }
            }
        };
    }
}
