using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Security.Sessions;

/// <summary>
/// "Login as user" (mission "Advanced Options"; spec/01 §11): an administrator looks at a customer's own pages in another tab. It is a session of the
/// customer that the administrator has started, so it ends with whatever ends the customer's sessions; it hangs on the administrator's own sign-in, and
/// its key is known to nobody, so it opens nothing else. The password is not involved: what needs it stays closed.
/// </summary>
/// <param name="sessions">The sessions.</param>
/// <param name="customers">The accounts.</param>
/// <param name="audit">The record.</param>
/// <param name="clock">The clock.</param>
public sealed class UserViews(SessionStore sessions, ICustomerCredentials customers, AuditLog audit, TimeProvider clock)
{
    /// <summary>Where a view stands.</summary>
    /// <param name="id">As <see cref="StartAsync"/> answered.</param>
    public static string Address(string id) => $"/as-user/{id}";

    /// <summary>
    /// Why this administrator can't look at this user's pages; done when he can. <see cref="Refusal.Denied"/> without <see cref="Right.AccountsManage"/>, for a
    /// suspended user, and for one whose policy closes the web; <see cref="Refusal.Missing"/> for an unknown one.
    /// </summary>
    public Outcome MayEnter(Actor by, string username) =>
        !by.May(Right.AccountsManage) ? Outcome.Denied("You may not sign in as a user.")
        : customers.FindByName(username) is not { } user || !by.Sees(user.OrganizationId) ? Outcome.Missing($"There is no user named {username}.")
        : user.MayUseWeb;

    /// <summary>Opens the user's pages and answers the id of the view. Refused as <see cref="MayEnter"/> says.</summary>
    /// <exception cref="IOException">It could not be stored.</exception>
    public async Task<Outcome<string>> StartAsync(Actor by, string username, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.AccountEnteredAs, AuditTarget.Account(username));
        var may = MayEnter(by, username);
        if (!may.Ok || customers.FindByName(username) is not { } user)
        {
            return await audit.RecordAsync(happened, may);
        }

        var owner = new SessionOwner(ActorKind.Customer, user.Username) { Account = user.Id, Address = by.Address, Via = ActorVia.Web, StartedBy = by.Name };
        var key = await sessions.StartAsync(owner, ct);
        if (MayEnter(by, username) is { Ok: false } meanwhile)
        {
            await sessions.EndAsync(key, CancellationToken.None); // suspended at this moment
            return await audit.RecordAsync(happened, meanwhile);
        }

        try
        {
            await audit.RecordAsync(happened, Outcome.Done);
        }
        catch
        {
            await sessions.EndAsync(key, CancellationToken.None); // nobody looks unseen
            throw;
        }

        return SessionStore.IdOfKey(key);
    }

    /// <summary>The customer as whom this administrator looks, and prolongs the view. Refused as <see cref="Refusal.Denied"/> when the view is over, or is none of his.</summary>
    public Outcome<Actor> Enter(Actor by, string id)
    {
        if (by.Kind != ActorKind.Administrator || Of(by, id) is not { Owner.Account: { } account } session || customers.Find(account) is not { } user)
        {
            return Outcome.Denied("This view is over. Open it again from the user's page.");
        }

        if (MayEnter(by, user.Username) is { Ok: false } refused)
        {
            return refused;
        }

        session.LastGesture = clock.GetUtcNow(); // it lives as long as somebody looks
        return user.ActAs(by.Address, ActorVia.Web) with { Behind = by.Name };
    }

    /// <summary>Closes the view.</summary>
    public async Task EndAsync(Actor by, string id)
    {
        if (Of(by, id) is { } session)
        {
            await sessions.EndByIdAsync(ActorKind.Customer, session.Name, id, CancellationToken.None);
        }
    }

    private Session? Of(Actor by, string id) => sessions.All.FirstOrDefault(s => s.Id == id && s.Owner is { Kind: ActorKind.Customer, Via: ActorVia.Web } && s.Owner.StartedBy == by.Name);
}
