using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Secrets;

namespace Comet.Blazor.Features.Policies.Store;

/// <summary>What a write did.</summary>
/// <param name="Before">As it was; null for a new policy.</param>
/// <param name="After">As it is; null for a removed one.</param>
public sealed record PolicyWrite(PolicyEntry? Before, PolicyEntry? After)
{
    /// <summary>True when profiles that follow the policy hold another copy now.</summary>
    public bool ChangesProfiles => Before is not null && After is not null && !JsonNode.DeepEquals(Before.Document.Root["Policy"], After.Document.Root["Policy"]);
}

/// <summary>What is still to be done for the profiles that follow a policy: stays on the disk until all have it.</summary>
/// <param name="PolicyId">The policy.</param>
/// <param name="DeleteSources">Items of the policy that are to be removed from the profiles (contract: PolicyOptions).</param>
public sealed record PolicyErrand(string PolicyId, IReadOnlyList<string> DeleteSources);

/// <summary>
/// All policies: documents in comet-users.db, and all of them in memory, since they are few. Together with a change that concerns profiles it
/// writes down that they have to follow, so that a server that dies in between goes on after its start.
/// </summary>
/// <param name="file">Where they are kept.</param>
/// <param name="box">Seals the secrets in them.</param>
/// <param name="log">Tells of secrets that can't be opened.</param>
public sealed partial class PolicyStore(UsersStore file, SecretBox box, ILogger<PolicyStore> log) : IOpenAtStart, IPolicyDirectory
{
    /// <summary>The refusal for a policy that does not exist, and for one that is none of the caller's business.</summary>
    public static readonly Outcome Unknown = Outcome.Missing("There is no such policy.");

    /// <summary>The refusal for a change that is based on a policy that is another one by now.</summary>
    public static readonly Outcome Stale = Outcome.Conflict("The policy was changed by someone else meanwhile. Reload it and apply your change again.");

    private const string Policies = "policies";
    private const string Errands = "policy_errands";
    private readonly ConcurrentDictionary<string, PolicyEntry> _byId = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public LiveSignal Changed { get; } = new();

    /// <summary>All policies, in no order.</summary>
    public ICollection<PolicyEntry> Entries => _byId.Values;

    private CometDb Db => file.Db;

    /// <inheritdoc />
    public Task OpenAsync(CancellationToken ct) => Db.ReadAsync(
        db =>
        {
            foreach (var record in db.Scan(Policies))
            {
                Index(PolicyEntry.Of(new PolicyDocument(record.Key.Text!, Open(record.Key.Text!, record.Json))));
            }

            return true;
        },
        ct);

    /// <summary>The policy, or null.</summary>
    public PolicyEntry? Entry(string id) => id.Length > 0 ? _byId.GetValueOrDefault(id) : null;

    /// <summary>The policy; null when there is none, or none for this caller (spec/04 §3.1, §17).</summary>
    public PolicyEntry? Entry(Actor by, string id) => Entry(id) is { } entry && by.Sees(entry.Ref.OrganizationId) && by.Limits.AllowsPolicy(id) ? entry : null;

    /// <inheritdoc />
    public PolicyRef? Find(string policyId) => Entry(policyId)?.Ref;

    /// <inheritdoc />
    public PolicyRef? Find(Actor by, string policyId) => Entry(by, policyId)?.Ref;

    /// <inheritdoc />
    public IReadOnlyList<PolicyRef> All(Actor by) => !by.May(Right.AccountsView) ? []
        : [.. Entries.Select(static e => e.Ref).Where(p => by.Sees(p.OrganizationId) && by.Limits.AllowsPolicy(p.Id)).OrderBy(static p => p.Name, StringComparer.OrdinalIgnoreCase).ThenBy(static p => p.Id, StringComparer.Ordinal)];

    /// <inheritdoc />
    public PolicyRef? Default(string organizationId) => Entries.FirstOrDefault(e => e.Ref.IsDefault && e.Ref.OrganizationId == organizationId)?.Ref;

    /// <summary>
    /// Adds or replaces a policy in one step; the change decides on the store's owner what shall stand. When it becomes its organization's default,
    /// the one before ceases to be.
    /// </summary>
    /// <param name="id">The key.</param>
    /// <param name="change">Given what stands, or null, answers what shall stand, or a refusal.</param>
    /// <param name="deleteSources">Items of the policy that are to be removed from the profiles that follow it.</param>
    public Task<Outcome<PolicyWrite>> SaveAsync(string id, Func<PolicyEntry?, Outcome<JsonObject>> change, IReadOnlyList<string> deleteSources) => Db.WriteAsync<Outcome<PolicyWrite>>(
        db =>
        {
            var before = Entry(id);
            var next = change(before);
            if (!next.Ok)
            {
                return next.Plain;
            }

            var after = PolicyEntry.Of(new PolicyDocument(id, (JsonObject)next.Value.DeepClone()));
            var write = new PolicyWrite(before, after);
            Put(db, after);
            if (after.Ref.IsDefault && Entries.FirstOrDefault(e => e.Id != id && e.Ref.IsDefault && e.Ref.OrganizationId == after.Ref.OrganizationId) is { } former)
            {
                var root = (JsonObject)former.Document.Root.DeepClone();
                root["DefaultUserPolicy"] = false;
                Put(db, PolicyEntry.Of(new PolicyDocument(former.Id, root)));
            }

            if (write.ChangesProfiles || deleteSources.Count > 0)
            {
                // What an earlier change left undone is done along with this one.
                var left = db.Get(Errands, id) is { } waiting ? Errand(waiting).DeleteSources : [];
                var all = new JsonArray([.. left.Union(deleteSources, StringComparer.Ordinal).Select(static s => (JsonNode)s)]);
                db.Put(Errands, new DbRecord(id, [], PolicyJson.Save(new JsonObject { ["DeleteSources"] = all })));
            }

            db.AfterCommit(Changed.Raise);
            return write;
        },
        CancellationToken.None);

    /// <summary>Removes a policy. Refused as <see cref="Refusal.Missing"/>, or with what <paramref name="check"/> says on the store's owner.</summary>
    public Task<Outcome<PolicyWrite>> RemoveAsync(string id, Func<PolicyEntry, Outcome> check) => Db.WriteAsync<Outcome<PolicyWrite>>(
        db =>
        {
            if (Entry(id) is not { } entry)
            {
                return Unknown;
            }

            if (check(entry) is { Ok: false } refused)
            {
                return refused;
            }

            db.Delete(Policies, id);
            db.Delete(Errands, id);
            db.AfterCommit(() =>
            {
                _byId.TryRemove(id, out _);
                Changed.Raise();
            });
            return new PolicyWrite(entry, null);
        },
        CancellationToken.None);

    /// <summary>What is still to be done for profiles.</summary>
    public Task<List<PolicyErrand>> ErrandsAsync(CancellationToken ct) => Db.ReadAsync(db => db.Scan(Errands).Select(Errand).ToList(), ct);

    /// <summary>The errand of one policy, or null.</summary>
    public Task<PolicyErrand?> ErrandAsync(string id, CancellationToken ct) => Db.ReadAsync(db => db.Get(Errands, id) is { } record ? Errand(record) : null, ct);

    /// <summary>All profiles have followed: nothing is left to do, unless the policy was changed again since.</summary>
    /// <param name="id">The policy.</param>
    /// <param name="hash">The policy's hash that they followed.</param>
    public Task<bool> DoneAsync(string id, string? hash) => Db.WriteAsync(
        db =>
        {
            if (Entry(id)?.Hash != hash)
            {
                return false;
            }

            db.Delete(Errands, id);
            return true;
        },
        CancellationToken.None);

    private static PolicyErrand Errand(DbRecord record) => new(record.Key.Text!, PolicyJson.Load(record.Json).Texts("DeleteSources"));

    private static string Purpose(string id) => "policy:" + id;

    private void Put(DbWriter db, PolicyEntry entry)
    {
        var stored = (JsonObject)entry.Document.Root.DeepClone();
        JsonSecrets.Rewrite(stored, text => SecretBox.IsSealed(text) ? text : box.Seal(Purpose(entry.Id), text));
        db.Put(Policies, new DbRecord(entry.Id, [], PolicyJson.Save(stored)));
        db.AfterCommit(() => Index(entry));
    }

    private JsonObject Open(string id, byte[] stored)
    {
        var root = PolicyJson.Load(stored);
        JsonSecrets.Rewrite(root, text =>
        {
            try
            {
                return SecretBox.IsSealed(text) ? box.Open(Purpose(id), text) : text;
            }
            catch (SecretLostException ex)
            {
                // It works again with the keys folder put back.
                LogLost(id, ex.Message);
                return text;
            }
        });
        return root;
    }

    private void Index(PolicyEntry entry) => _byId[entry.Id] = entry;

    [LoggerMessage(LogLevel.Error, "A secret in the policy {Policy} can't be opened: {Why}")]
    private partial void LogLost(string policy, string why);
}
