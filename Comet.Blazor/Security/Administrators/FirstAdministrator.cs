using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Security.Administrators;

/// <summary>Creates the very first administrator of a server that was started without one, asking for no credentials (spec/04 §2).</summary>
/// <param name="administrators">The administrators.</param>
/// <param name="customers">A server with users is nobody's to take.</param>
/// <param name="audit">The record.</param>
public sealed class FirstAdministrator(AdministratorStore administrators, ICustomerCredentials customers, AuditLog audit)
{
    private static readonly Outcome Late = Outcome.Denied("This server has an administrator or users already. Sign in instead; a forgotten password is set anew in cometd.cfg.");

    /// <summary>True while the server has neither an administrator nor users (contract: ServerIsEmpty).</summary>
    public bool IsAwaited => administrators.All.Count == 0 && !customers.Any;

    /// <summary>Creates it. Of several calls at once exactly one succeeds.</summary>
    /// <param name="name">The name.</param>
    /// <param name="password">The password.</param>
    /// <param name="address">Where the call comes from.</param>
    /// <param name="via">Page or API.</param>
    /// <param name="ct">Cancels before anything is done.</param>
    public async Task<Outcome<Administrator>> RunAsync(string name, string password, string? address, ActorVia via, CancellationToken ct)
    {
        if (!IsAwaited)
        {
            return Late;
        }

        if (Usernames.Check(name) is { Ok: false } badName)
        {
            return badName;
        }

        if (PasswordRules.Check(password) is { Ok: false } badPassword)
        {
            return badPassword;
        }

        var first = AdministratorStore.New(name, "", await Task.Run(() => AdminPassword.Make(password), ct));
        var outcome = administrators.Add(first, all => all.Count > 0 || customers.Any ? Late : Outcome.Done);
        await audit.RecordAsync(new AuditEvent(first.ActAs(address, via), AuditActions.AdministratorCreated, AuditTarget.Administrator(name)) { Note = "The first administrator", Outcome = outcome });
        return outcome.Ok ? first : outcome;
    }
}
