using System.Security.Cryptography;
using System.Text.Json;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Lockout;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.Administrators.Commands;

/// <summary>What is to be changed; null stays as it is.</summary>
public sealed record AdministratorChange
{
    /// <summary>The permissions.</summary>
    public AdministratorPermissions? Permissions { get; init; }

    /// <summary>The tenant; empty for the top level.</summary>
    public string? OrganizationId { get; init; }

    /// <summary>Addresses that may sign in; empty for any.</summary>
    public string? AllowedAddresses { get; init; }

    /// <summary>Asks for another password at the next sign-in.</summary>
    public bool? RequirePasswordChange { get; init; }

    /// <summary>The password alone opens.</summary>
    public bool? AllowPassword { get; init; }

    /// <summary>Password and TOTP code open.</summary>
    public bool? AllowTotp { get; init; }

    /// <summary>Password and security key open.</summary>
    public bool? AllowWebAuthn { get; init; }

    /// <summary>The <see cref="ChangeAdministrator.MarkOf"/> of what the person was looking at; null when nobody was.</summary>
    public string? Expected { get; init; }
}

/// <summary>Changes an administrator's permissions, organization, addresses and open ways of signing in (spec/04 §3, §3.1, §4.1).</summary>
/// <param name="administrators">The administrators.</param>
/// <param name="sessions">Ends those that have lost their ground.</param>
/// <param name="commands">Record and sessions.</param>
public sealed class ChangeAdministrator(AdministratorStore administrators, SessionStore sessions, AdministratorCommands commands)
{
    /// <summary>A mark of what this command can change: another one means that somebody has changed it meanwhile.</summary>
    public static string MarkOf(Administrator one)
    {
        var shown = one with { PasswordFormat = 0, PasswordRecord = "", Keys = [], TotpKey = null, TotpKeyFormat = 0 };
        return Convert.ToHexString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(shown, AdministratorJson.Default.Administrator)));
    }

    /// <summary>Changes one.</summary>
    /// <param name="by">Who asks.</param>
    /// <param name="name">Who is changed.</param>
    /// <param name="change">What.</param>
    /// <param name="session">Key of the session that stays when the own sign-in is changed.</param>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public async Task<Outcome> RunAsync(Actor by, string name, AdministratorChange change, string? session = null)
    {
        Administrator? before = null, after = null;
        var outcome = AdministratorGuards.MayManage(by, administrators.All) is { Ok: false } denied
            ? denied // before the name is looked up
            : administrators.Change(name, (one, all) =>
            {
                (before, after) = (one, Apply(one, change));
                return Check(by, one, after, all, change.Expected) is { Ok: false } refused ? refused : after;
            });
        if (outcome.Ok)
        {
            await EndSessionsAsync(before!, after!, session);
        }

        return await commands.RecordAsync(by, AuditActions.AdministratorChanged, name, outcome, before, after);
    }

    private static Administrator Apply(Administrator one, AdministratorChange change) => one with
    {
        Permissions = change.Permissions is { } wanted ? wanted with { Others = one.Permissions.Others } : one.Permissions,
        OrganizationId = change.OrganizationId ?? one.OrganizationId,
        AllowedAddresses = change.AllowedAddresses is { } rule ? rule.Length == 0 ? null : rule : one.AllowedAddresses,
        RequirePasswordChange = change.RequirePasswordChange ?? one.RequirePasswordChange,
        AllowPassword = change.AllowPassword ?? one.AllowPassword,
        AllowTotp = change.AllowTotp ?? one.AllowTotp,
        AllowWebAuthn = change.AllowWebAuthn ?? one.AllowWebAuthn,
    };

    private static Outcome Check(Actor by, Administrator before, Administrator after, IReadOnlyList<Administrator> all, string? expected) =>
        AdministratorGuards.MayManage(by, all) is { Ok: false } denied ? denied
        : expected is not null && expected != MarkOf(before) ? Outcome.Conflict($"{before.Name} was changed by someone else meanwhile. Reload to see how, then change it again.")
        : AdministratorFields.Check(after.OrganizationId, after.AllowedAddresses ?? "", after.Permissions) is { Ok: false } wrong ? wrong
        : before.AllowPassword && after is { AllowPassword: false, AllowTotp: true, TotpKey: not null, TotpChecked: false } and not { AllowWebAuthn: true, Keys.Count: > 0 }
            ? Outcome.Conflict($"{before.Name} has not shown yet that the codes work. Codes can be required once one was checked in My Account.")
        : AdministratorGuards.HasNoMoreThan(by, all, before) is { Ok: false } above ? above
        : AdministratorGuards.HasNoMoreThan(by, all, after) is { Ok: false } more ? more
        : by.Kind == ActorKind.Administrator && before.Name == by.Name && AdministratorGuards.ComesBack(by, after) is { Ok: false } lost ? lost
        : AdministratorGuards.LeavesSomebody(before.Name, all, all.Select(a => a == before ? after : a));

    private async Task EndSessionsAsync(Administrator before, Administrator after, string? keep)
    {
        if ((before.AllowPassword, before.AllowTotp, before.AllowWebAuthn, before.OrganizationId) != (after.AllowPassword, after.AllowTotp, after.AllowWebAuthn, after.OrganizationId))
        {
            await commands.EndSessionsAsync(after.Name, keep);
        }
        else if (before.AllowedAddresses != after.AllowedAddresses)
        {
            foreach (var session in sessions.All.Where(s => s.Owner.Kind == ActorKind.Administrator && s.Name == after.Name && !AddressRule.Admits(after.AllowedAddresses, s.Owner.Address).Ok).ToList())
            {
                await sessions.EndByIdAsync(ActorKind.Administrator, after.Name, session.Id, CancellationToken.None);
            }
        }
    }
}
