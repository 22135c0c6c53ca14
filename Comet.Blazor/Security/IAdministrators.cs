using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;

namespace Comet.Blazor.Security;

/// <summary>The administrators as sign-in and sessions see them.</summary>
public interface IAdministrators
{
    /// <summary>True while the first administrator still has the password "admin".</summary>
    bool DefaultPasswordInUse { get; }

    /// <summary>The administrator of this name, or null.</summary>
    Administrator? Find(string name);

    /// <summary>
    /// The administrator behind name and password, and nothing about second factors. <see cref="Refusal.Unauthenticated"/> for a wrong
    /// password and an unknown name alike, in text and in time.
    /// </summary>
    Task<Outcome<Administrator>> VerifyAsync(string username, string password, CancellationToken ct);
}
