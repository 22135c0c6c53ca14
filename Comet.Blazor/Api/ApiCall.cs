using Comet.Blazor.Kernel;

namespace Comet.Blazor.Api;

/// <summary>Who makes a call, and how that was proved.</summary>
/// <param name="By">The caller.</param>
/// <param name="SessionKey">Key of the session that the call was made with; null when it was made with a password.</param>
/// <param name="Password">The right password of the caller that came with the call; null for a session.</param>
public sealed record ApiCaller(Actor By, string? SessionKey, string? Password)
{
    /// <summary>What was proved just now, in words; empty for a session.</summary>
    public string Factors { get; init; } = "";

    /// <summary>Asks again whether what was proved still holds: a session that starts while the password is being changed must not outlive the old one.</summary>
    public Func<CancellationToken, Task<bool>> StillHolds { get; init; } = static _ => Task.FromResult(true);

    /// <summary>Nothing but changing the password is open (spec/04 §4.4).</summary>
    public bool MustChangePassword { get; init; }
}

/// <summary>One authenticated call of the HTTP API: who, and the form fields (spec/06 §1, §2).</summary>
/// <param name="http">The request.</param>
/// <param name="form">The form's fields.</param>
/// <param name="caller">The caller.</param>
public sealed class ApiCall(HttpContext http, IFormCollection form, ApiCaller caller) : ApiRequest(http, form)
{
    /// <summary>The caller.</summary>
    public Actor By => Caller.By;

    /// <summary>The caller and how that was proved.</summary>
    public ApiCaller Caller { get; } = caller;
}
