using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security;

/// <summary>Checks the credentials of administrators, for web and API.</summary>
public interface IAdministrators
{
    /// <summary>True while the first administrator still has the password "admin".</summary>
    bool DefaultPasswordInUse { get; }

    /// <summary>
    /// The actor behind name and password. <see cref="Refusal.Unauthenticated"/> for a wrong password and an unknown name alike, in text and in time.
    /// </summary>
    Task<Outcome<Actor>> VerifyAsync(string username, string password, string? address, CancellationToken ct);

    /// <summary>Changes one's own password; the current one is required.</summary>
    Task<Outcome> ChangePasswordAsync(Actor by, string current, string replacement, CancellationToken ct);
}
