using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>A Protected Item and its backup rules as they shall stand (spec/01 §5.2).</summary>
/// <param name="Id">The item's key in the profile; a new one makes an item.</param>
/// <param name="Source">The whole SourceConfig; null to leave the item as it is.</param>
/// <param name="Rules">All its backup rules by their keys, those not here are removed; null to leave them as they are.</param>
public sealed record ItemChange(string Id, JsonObject? Source, IReadOnlyDictionary<string, JsonObject>? Rules = null)
{
    /// <summary>Paths may be those of another operating system than the device's, as in an item pasted from elsewhere.</summary>
    public bool OfAnySystem { get; init; }
}

/// <summary>Creates or changes a Protected Item of any type together with its backup rules, in one step.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="policies">Name the policy in a refusal.</param>
/// <param name="audit">Puts it on record.</param>
/// <param name="clock">The clock.</param>
public sealed class SaveProtectedItem(AccountStore accounts, IPolicyDirectory policies, ProfileAudit audit, TimeProvider clock)
{
    private const string Modified = "ModifyTime";

    /// <summary>
    /// Saves and answers the profile's new state. Refused as <see cref="Refusal.Conflict"/> when the profile has another hash than
    /// <paramref name="requireHash"/>, as <see cref="Refusal.Missing"/> for an unknown user, device or item, as <see cref="Refusal.Invalid"/> with
    /// what is wrong, as <see cref="Refusal.Denied"/> without the right or, for a customer, against the policy.
    /// </summary>
    /// <param name="by">Who asks.</param>
    /// <param name="username">The account.</param>
    /// <param name="change">What shall stand. Type and device of an existing item can't be changed: its snapshots belong to them.</param>
    /// <param name="requireHash">The hash that the editor saw; null for any.</param>
    /// <param name="ct">Obeyed before the first step.</param>
    public Task<Outcome<AccountEntry>> RunAsync(Actor by, string username, ItemChange change, string? requireHash, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var standing = accounts.EntryByName(username)?.Items.FirstOrDefault(i => i.Ref.Id == change.Id);
        var name = change.Source?.Text("Description") is { Length: > 0 } given ? given : standing?.Ref.Name;
        var action = standing is null ? AuditActions.ProtectedItemAdded : AuditActions.ProtectedItemChanged;
        return audit.RunAsync(
            new AuditEvent(by, action, AuditTarget.ProtectedItem(username, change.Id, name)), trace => SaveAsync(by, username, change, requireHash, trace));
    }

    private async Task<Outcome<AccountEntry>> SaveAsync(Actor by, string username, ItemChange change, string? requireHash, ProfileTrace trace)
    {
        var target = ItemTarget.Find(accounts, by, username, Right.AccountsManage);
        return !target.Ok ? target.Plain
            : ItemCheck.Shape(change.Id, change.Source, change.Rules) is { Ok: false } shape ? shape
            : await accounts.ChangeAsync(target.Value.Id, requireHash, document => CustomerRules.Guard(by, document.Root, policies, () => Apply(document, change)), tellDevices: true, trace, CancellationToken.None);
    }

    private Outcome Apply(AccountDocument document, ItemChange change)
    {
        var before = document.Item(change.Id);
        var after = change.Source is { } source ? Next(before, source) : (JsonObject?)before?.DeepClone();
        if (after is null)
        {
            return Outcome.Missing("The Protected Item does not exist any more.");
        }

        if (change.Source is not null && CheckItem(document, before, after, change.OfAnySystem) is { Ok: false } wrong)
        {
            return wrong;
        }

        document.Items[change.Id] = after;
        if (change.Rules is null)
        {
            return Outcome.Done;
        }

        if (ItemCheck.Rules(document, change.Id, change.Rules) is { Ok: false } rule)
        {
            return rule;
        }

        PutRules(document, change.Id, change.Rules);
        return Outcome.Done;
    }

    // What the caller left out gets the contract's zero value; Statistics are the server's own.
    private JsonObject Next(JsonObject? before, JsonObject source)
    {
        var next = (JsonObject)source.DeepClone();
        var template = ProfileTemplates.Item();
        next["Statistics"] = (before?["Statistics"] ?? template["Statistics"])?.DeepClone();
        foreach (var (field, value) in template.ToArray())
        {
            next[field] ??= value?.DeepClone();
        }

        if (before is not null)
        {
            next["CreateTime"] = before["CreateTime"]?.DeepClone() ?? 0L;
            next["OwnerDevice"] = next.Text("OwnerDevice") is { Length: > 0 } device ? device : before.Text("OwnerDevice");
        }
        else if (next.Number("CreateTime") == 0)
        {
            next["CreateTime"] = clock.UnixNow();
        }

        if (before is null || !IsSame(before, next))
        {
            next[Modified] = clock.UnixNow();
        }

        return next;
    }

    private static Outcome CheckItem(AccountDocument document, JsonObject? before, JsonObject after, bool anySystem)
    {
        if (before is not null && before.Text("Engine") is { Length: > 0 } engine && engine != after.Text("Engine"))
        {
            return Outcome.Invalid($"A Protected Item of type {ItemTypes.Name(engine)} can't be changed into {ItemTypes.Name(after.Text("Engine"))}. Add a new one.");
        }

        if (before is not null && before.Text("OwnerDevice") is { Length: > 0 } device && device != after.Text("OwnerDevice"))
        {
            return Outcome.Invalid("A Protected Item can't be moved to another device. Copy it and paste it there.");
        }

        return document.Devices[after.Text("OwnerDevice")] is JsonObject owner
            ? ItemCheck.Item(after, anySystem ? "" : owner.Map("PlatformVersion").Text("os"))
            : Outcome.Missing("The device is not registered with this user any more.");
    }

    private void PutRules(AccountDocument document, string itemId, IReadOnlyDictionary<string, JsonObject> rules)
    {
        var standing = document.Root.Entries("BackupRules").Where(r => r.Value.Text("Source") == itemId).ToDictionary(static r => r.Key, static r => r.Value, StringComparer.Ordinal);
        foreach (var gone in standing.Keys.Where(id => !rules.ContainsKey(id)))
        {
            document.Rules.Remove(gone);
        }

        foreach (var (id, rule) in rules)
        {
            var next = (JsonObject)rule.DeepClone();
            next["Source"] = itemId;
            var before = standing.GetValueOrDefault(id);
            if (next.Number("CreateTime") == 0)
            {
                next["CreateTime"] = before?.Number("CreateTime") is > 0 and var made ? made : clock.UnixNow();
            }

            // Runs planned before a rule's last change do not count, so a change without its time would make devices run at once.
            if (next.Number(Modified) == (before?.Number(Modified) ?? 0) && (before is null || !IsSame(before, next)))
            {
                next[Modified] = clock.UnixNow();
            }

            document.Rules[id] = next;
        }
    }

    private static bool IsSame(JsonObject a, JsonObject b)
    {
        var (left, right) = ((JsonObject)a.DeepClone(), (JsonObject)b.DeepClone());
        left.Remove(Modified);
        right.Remove(Modified);
        return JsonNode.DeepEquals(left, right);
    }
}
