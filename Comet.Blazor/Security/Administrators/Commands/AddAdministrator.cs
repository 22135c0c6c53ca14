using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Security.Administrators.Commands;

/// <summary>What a new administrator starts with.</summary>
/// <param name="Name">The name to sign in with.</param>
/// <param name="Password">The first password.</param>
public sealed record NewAdministrator(string Name, string Password)
{
    /// <summary>The tenant; empty for the top level.</summary>
    public string OrganizationId { get; init; } = "";

    /// <summary>Asks for another password at the first sign-in.</summary>
    public bool RequirePasswordChange { get; init; }

    /// <summary>The permissions; null for those of whoever adds.</summary>
    public AdministratorPermissions? Permissions { get; init; }

    /// <summary>Addresses that may sign in; empty for any.</summary>
    public string AllowedAddresses { get; init; } = "";
}

/// <summary>Adds an administrator (spec/04 §3).</summary>
/// <param name="administrators">The administrators.</param>
/// <param name="commands">Record and sessions.</param>
public sealed class AddAdministrator(AdministratorStore administrators, AdministratorCommands commands)
{
    /// <summary>
    /// Adds one. <see cref="Refusal.Invalid"/> with the rule that failed, <see cref="Refusal.Conflict"/> for a name in use, <see cref="Refusal.Denied"/>
    /// without the right, or for more than whoever adds has.
    /// </summary>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> RunAsync(Actor by, NewAdministrator wanted, CancellationToken ct)
    {
        // The rights first: who may not add learns nothing by trying names. They are asked again under the lock.
        if (AdministratorGuards.MayManage(by, administrators.All) is { Ok: false } denied)
        {
            return await commands.RecordAsync(by, AuditActions.AdministratorCreated, wanted.Name, denied, null, null);
        }

        if (Check(wanted) is { Ok: false } wrong)
        {
            return wrong;
        }

        var record = await Task.Run(() => AdminPassword.Make(wanted.Password), ct);
        var added = AdministratorStore.New(wanted.Name, wanted.OrganizationId, record) with
        {
            RequirePasswordChange = wanted.RequirePasswordChange,
            AllowedAddresses = wanted.AllowedAddresses.Length == 0 ? null : wanted.AllowedAddresses,
            Permissions = wanted.Permissions ?? administrators.Find(by.Name)?.Permissions ?? new(),
        };
        var outcome = administrators.Add(added, all =>
            AdministratorGuards.MayManage(by, all) is { Ok: false } no ? no : AdministratorGuards.HasNoMoreThan(by, all, added));
        return await commands.RecordAsync(by, AuditActions.AdministratorCreated, wanted.Name, outcome, null, added);
    }

    /// <summary>Why a name can't be taken, for a check while typing; done when it can.</summary>
    public Outcome CheckName(string name) =>
        Usernames.Check(name) is { Ok: false } rule ? rule
        : administrators.Find(name) is not null ? Outcome.Conflict($"There is already an administrator {name}.")
        : Outcome.Done;

    private static Outcome Check(NewAdministrator wanted) =>
        Usernames.Check(wanted.Name) is { Ok: false } name ? name
        : PasswordRules.Check(wanted.Password) is { Ok: false } password ? password
        : AdministratorFields.Check(wanted.OrganizationId, wanted.AllowedAddresses, wanted.Permissions ?? new());
}
