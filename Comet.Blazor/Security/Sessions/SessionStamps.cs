using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Sessions;

/// <summary>Tells whether a stored session was opened by what opens its account now.</summary>
public interface ISessionStamps
{
    /// <summary>The stamp of password, TOTP secret and security keys as they are now; says nothing about them. Empty when the account is gone.</summary>
    string Of(SessionOwner owner);
}

/// <summary>
/// Stamps of administrators and customers. A change of password or factors stands in one file and the sessions that it ends in another: if the
/// power fails between the two writes, the sessions of before are still there at the next start, with another stamp.
/// </summary>
/// <param name="administrators">The administrators.</param>
/// <param name="customers">The accounts.</param>
public sealed class SessionStamps(IAdministrators administrators, ICustomerCredentials customers) : ISessionStamps
{
    /// <inheritdoc />
    public string Of(SessionOwner owner) => owner.StartedBy is { } behind
        ? OfAdministrator(behind) is { Length: > 0 } first && OfCustomer(owner.Account) is { Length: > 0 } second ? Hash([first, second]) : ""
        : owner.Kind == ActorKind.Administrator ? OfAdministrator(owner.Name) : OfCustomer(owner.Account);

    private string OfAdministrator(string name) => administrators.Find(name) is { } one
        ? Hash([one.PasswordRecord, one.TotpKey ?? "", .. one.Keys.Select(static k => Convert.ToBase64String(k.Id)).Order(StringComparer.Ordinal)])
        : "";

    private string OfCustomer(AccountId? account) => account is { } id && customers.Find(id) is { } one ? Hash([one.PasswordRecord, one.TotpKey ?? ""]) : "";

    private static string Hash(IEnumerable<string> parts) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 16));
}
