using Comet.Blazor.Data;

namespace Comet.Blazor.Security.Sessions;

/// <summary>
/// Ends the sessions whose account was removed, or got another password or factor, without them having been ended: while the server was stopped,
/// by a hand in the settings file, or because the power failed in between.
/// </summary>
/// <param name="sessions">The sessions; opened before, as administrators and accounts.</param>
public sealed class SessionsAtStart(SessionStore sessions) : IOpenAtStart
{
    /// <inheritdoc />
    public Task OpenAsync(CancellationToken ct) => sessions.EndOutdatedAsync(ct);
}
