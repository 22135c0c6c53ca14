using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>A Protected Item with its backup rules and the hash on which a change can be based.</summary>
/// <param name="Profile">The whole profile; belongs to the caller.</param>
/// <param name="Hash">The hash of this profile.</param>
/// <param name="Source">SourceConfig, a part of <paramref name="Profile"/>.</param>
/// <param name="Rules">Its rules by their keys, parts of <paramref name="Profile"/>.</param>
public sealed record ItemView(AccountDocument Profile, string Hash, JsonObject Source, IReadOnlyDictionary<string, JsonObject> Rules);

/// <summary>Reads one Protected Item with its rules.</summary>
/// <param name="accounts">The accounts.</param>
public sealed class ReadProtectedItem(AccountStore accounts)
{
    /// <summary>Refused as <see cref="Refusal.Missing"/> for an unknown user or item, as <see cref="Refusal.Denied"/> without the right to look.</summary>
    public async Task<Outcome<ItemView>> RunAsync(Actor by, string username, string itemId, CancellationToken ct)
    {
        var target = ItemTarget.Find(accounts, by, username, Right.AccountsView);
        if (!target.Ok)
        {
            return target.Plain;
        }

        return await accounts.ReadAsync(target.Value.Id, ct) is not { } document ? ReadProfile.Unknown(username)
            : document.Item(itemId) is not { } item ? Outcome.Missing("The Protected Item does not exist any more.")
            : new ItemView(document, AccountEntry.From(document.Id, ProfileJson.Save(document.Root)).Hash, item, Rules(document, itemId));
    }

    /// <summary>The backup rules that start from an item, by their keys.</summary>
    public static IReadOnlyDictionary<string, JsonObject> Rules(AccountDocument document, string itemId) =>
        document.Root.Entries("BackupRules").Where(r => r.Value.Text("Source") == itemId).ToDictionary(static r => r.Key, static r => r.Value, StringComparer.Ordinal);
}
