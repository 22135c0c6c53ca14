using Comet.Blazor.Security.Administrators.Commands;
using Comet.Blazor.Ui.Tables;

namespace Comet.Blazor.Security.Administrators.Pages;

/// <summary>The columns of the list of administrators.</summary>
public static class AdministratorColumns
{
    /// <summary>All columns.</summary>
    public static IReadOnlyList<TableColumn<AdministratorRow>> All { get; } =
    [
        new("name", "Name", static r => r.Administrator.Name) { IsName = true, Priority = 1 },
        new("organization", "Organization", static r => r.Administrator.OrganizationId is { Length: > 0 } id ? id : null) { None = "top level", Priority = 2 },
        new("sign-in", "Sign-in", static r => SignInWords.Of(r.Administrator)) { Priority = 1 },
        new("restrictions", "Restrictions", static r => PermissionWords.Summary(r.Administrator)) { Priority = 1 },
        new("addresses", "Allowed addresses", static r => r.Administrator.AllowedAddresses) { None = "any", Priority = 3 },
        new("sessions", "Sessions", static r => (long)r.Sessions) { Kind = ColumnKind.Number, Priority = 2 },
        new("seen", "Last active", static r => r.LastSeen) { Kind = ColumnKind.Time, Relative = true, None = "not signed in", Priority = 2 },
        new("source", "Sign-in source", static r => r.Administrator.ExternalAuthenticationSource is { Length: > 0 } source ? source : null) { None = "this server", HiddenByDefault = true },
    ];
}
