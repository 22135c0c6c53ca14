using System.Text.Json.Serialization;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Sessions;

/// <summary>A session as stored. All but the first three may be absent: sessions of an earlier version are administrators' in a browser.</summary>
/// <param name="Name">The administrator or account.</param>
/// <param name="Started">UTC.</param>
/// <param name="LastGesture">UTC.</param>
/// <param name="Kind">Whose session.</param>
/// <param name="Account">The customer's account.</param>
/// <param name="Address">The IP address that signed in.</param>
/// <param name="Device">The program that signed in, in words.</param>
/// <param name="Via">Browser or API.</param>
/// <param name="Pending">The second factor is still missing.</param>
/// <param name="StartedBy">The administrator who started a customer's session.</param>
/// <param name="Stamp">What it was opened by.</param>
public sealed record StoredSession(string Name, DateTimeOffset Started, DateTimeOffset LastGesture, ActorKind Kind = ActorKind.Administrator, string? Account = null,
    string? Address = null, string? Device = null, ActorVia Via = ActorVia.Web, bool Pending = false, string? StartedBy = null, string Stamp = "")
{
    /// <summary>Whose it is.</summary>
    [JsonIgnore]
    public SessionOwner Owner => new(Kind, Name) { Account = Account is null ? null : new AccountId(Account), Address = Address, Device = Device, Via = Via, Pending = Pending, StartedBy = StartedBy };

    /// <summary>The session as it is stored.</summary>
    public static StoredSession Of(SessionOwner owner, Session session) =>
        new(owner.Name, session.Started, session.LastGesture, owner.Kind, owner.Account?.Value, owner.Address, owner.Device, owner.Via, owner.Pending, owner.StartedBy, session.Stamp);
}

/// <summary>How sessions are written.</summary>
[JsonSerializable(typeof(StoredSession))]
public sealed partial class SessionJson : JsonSerializerContext;
