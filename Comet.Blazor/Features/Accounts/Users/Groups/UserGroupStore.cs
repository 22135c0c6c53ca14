using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Users.Groups;

/// <summary>A group of users (contract: UserGroup).</summary>
/// <param name="Id">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="OrganizationId">Whose it is; empty for the top level. Only users of this organization are in it.</param>
/// <param name="Created">Unix seconds UTC.</param>
public sealed record UserGroup(string Id, string Name, string OrganizationId, long Created);

/// <summary>The groups of users (spec/01 §13): all in memory, and in comet-users.db. Who is in a group stands in the profiles (GroupID).</summary>
/// <param name="file">Where they are kept.</param>
public sealed class UserGroupStore(UsersStore file) : IOpenAtStart
{
    private const string Collection = "user_groups";
    private readonly ConcurrentDictionary<string, UserGroup> _byId = new(StringComparer.Ordinal);

    /// <summary>Rings when a group was added, changed or removed.</summary>
    public LiveSignal Changed { get; } = new();

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct)
    {
        foreach (var record in await file.Db.ReadAsync(static db => db.Scan(Collection).ToList(), ct))
        {
            var fields = ProfileJson.Load(record.Json);
            _byId[record.Key.Text!] = new UserGroup(record.Key.Text!, fields.Text("Name"), fields.Text("OrganizationID"), fields.Number("CreatedAt"));
        }
    }

    /// <summary>The group; null when there is none, or none of the caller's business (spec/04 §17).</summary>
    public UserGroup? Find(Actor by, string id) => id.Length > 0 && _byId.TryGetValue(id, out var group) && by.Sees(group.OrganizationId) ? group : null;

    /// <summary>Those that are the caller's business, by name.</summary>
    public IReadOnlyList<UserGroup> All(Actor by) =>
        [.. _byId.Values.Where(g => by.Sees(g.OrganizationId)).OrderBy(static g => g.Name, StringComparer.OrdinalIgnoreCase).ThenBy(static g => g.Id, StringComparer.Ordinal)];

    /// <summary>True when another group of the organization has this name, but for capital letters.</summary>
    public bool HasName(string name, string organizationId, string exceptId) =>
        _byId.Values.Any(g => g.Id != exceptId && g.OrganizationId == organizationId && string.Equals(g.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Adds or replaces a group. Refused as <see cref="Refusal.Conflict"/> when another one of the organization has the name.</summary>
    public Task<Outcome> SaveAsync(UserGroup group) => file.Db.WriteAsync(
        db =>
        {
            if (HasName(group.Name, group.OrganizationId, group.Id))
            {
                return Outcome.Conflict($"There is a group named {group.Name} already. Choose another name.");
            }

            var fields = new JsonObject { ["CreatedAt"] = group.Created, ["OrganizationID"] = group.OrganizationId, ["Name"] = group.Name };
            db.Put(Collection, new DbRecord(group.Id, [], ProfileJson.Save(fields)));
            db.AfterCommit(() =>
            {
                _byId[group.Id] = group;
                Changed.Raise();
            });
            return Outcome.Done;
        },
        CancellationToken.None);

    /// <summary>Removes a group.</summary>
    public Task DeleteAsync(string id) => file.Db.WriteAsync(
        db =>
        {
            db.Delete(Collection, id);
            db.AfterCommit(() =>
            {
                _byId.TryRemove(id, out _);
                Changed.Raise();
            });
            return true;
        },
        CancellationToken.None);
}
