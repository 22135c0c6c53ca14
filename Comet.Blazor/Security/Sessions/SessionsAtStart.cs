using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;

namespace Comet.Blazor.Security.Sessions;

/// <summary>Ends the sessions of administrators who were removed from the settings file, or given another password there, while the server was stopped.</summary>
/// <param name="administrators">The administrators; opened before.</param>
/// <param name="sessions">The sessions; opened before.</param>
public sealed class SessionsAtStart(AdministratorStore administrators, SessionStore sessions) : IOpenAtStart
{
    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct)
    {
        var names = sessions.All.Where(static s => s.Owner.Kind == ActorKind.Administrator).Select(static s => s.Name).Distinct(StringComparer.Ordinal).ToList();
        foreach (var name in names.Where(name => !administrators.KeptPassword(name)))
        {
            await sessions.EndOthersAsync(ActorKind.Administrator, name, null, ct);
        }
    }
}
