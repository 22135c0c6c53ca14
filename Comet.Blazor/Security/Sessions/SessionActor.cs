using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Sessions;

/// <summary>Who acts by a session: the permissions are those of this moment, not of when it began.</summary>
public static class SessionActor
{
    /// <summary>The actor; null when there is no session, its second factor is missing, or its administrator is gone or suspended.</summary>
    public static Actor? Of(Session? session, IAdministrators administrators) => session?.Owner switch
    {
        null or { Pending: true } => null,
        { Kind: ActorKind.Administrator } owner => administrators.Find(owner.Name) is { IsSuspended: false } who ? who.ActAs(owner.Address, owner.Via) : null,
        { Kind: ActorKind.Customer } owner => new Actor(ActorKind.Customer, owner.Name, owner.Account, owner.Address) { Via = owner.Via, Behind = owner.StartedBy },
        _ => null,
    };
}
