using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Users.Bulk;

/// <summary>Switches a user's email reports on or off.</summary>
/// <param name="users">Changes users.</param>
public sealed class SetEmailReports(ChangeUser users)
{
    /// <summary>Switches them. Refused as <see cref="ChangeUser"/> refuses.</summary>
    public Task<Outcome> RunAsync(Actor by, string username, bool on, CancellationToken ct) => users.RunAsync(
        by,
        username,
        new UserChange(AuditActions.AccountChanged, document =>
        {
            document.Root["SendEmailReports"] = on;
            return Outcome.Done;
        }),
        ct);
}
