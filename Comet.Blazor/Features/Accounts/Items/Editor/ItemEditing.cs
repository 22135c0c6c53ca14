using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Items.Forms;
using Comet.Blazor.Features.Accounts.Lists;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Documents;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items.Editor;

/// <summary>A Protected Item while a person edits it: the fields, and the state of the profile that they are based on.</summary>
/// <param name="isNew">Not saved yet.</param>
/// <param name="form">The fields.</param>
/// <param name="profile">The whole profile when it was read.</param>
/// <param name="hash">Its hash.</param>
/// <param name="devices">The user's devices.</param>
/// <param name="policies">Name the user's policy.</param>
public sealed class ItemEditing(bool isNew, ItemForm form, AccountDocument profile, string hash, IReadOnlyList<DeviceRow> devices, IPolicyDirectory policies)
{
    private JsonObject _began = Document(form);

    /// <summary>Not saved yet: type and device can be chosen.</summary>
    public bool IsNew { get; } = isNew;

    /// <summary>The fields.</summary>
    public ItemForm Form { get; private set; } = form;

    /// <summary>The hash of the profile that the fields are based on; null for a new item, which changes nothing that somebody else could have changed.</summary>
    public string? Hash { get; private set; } = isNew ? null : hash;

    /// <summary>The whole profile when it was read.</summary>
    public AccountDocument Profile { get; private set; } = profile;

    /// <summary>The user's devices.</summary>
    public IReadOnlyList<DeviceRow> Devices { get; set; } = devices;

    /// <summary>The item's device, or null.</summary>
    public DeviceRow? Device => Devices.FirstOrDefault(d => d.Device.Id == Form.DeviceId);

    /// <summary>True when there is something to save.</summary>
    public bool IsChanged => !JsonNode.DeepEquals(_began, Document(Form));

    /// <summary>Why the user's policy forbids this page's work; null when it does not.</summary>
    public string? Prevented => IsNew ? Rules.NoAdd() : Rules.NoEdit;

    /// <summary>Why the user's policy forbids a retention of the item's own; null when it does not.</summary>
    public string? RetentionPrevented => Rules.NoRetention;

    /// <summary>The types of a new item, each with why the policy forbids it, or null.</summary>
    public IReadOnlyList<(string Engine, string? Prevented)> Types =>
        [.. ItemTypes.Offered.Select(e => (e, Rules.NoAdd(e)))];

    /// <summary>Exclusions that the policy adds on the item's device.</summary>
    public IReadOnlyList<string> Mandatory => Form.Engine != ItemEngines.File ? [] :
    [
        .. UserPolicy.Of(Profile.Root).Exclusions.Where(e => Device?.Device.Os is not { Os.Length: > 0 } os || e.AppliesTo(os.Os, os.Arch))
            .Select(static e => e.Exclude + (e.IsRegex ? " (regular expression)" : "")),
    ];

    /// <summary>Where and for whom the item is edited.</summary>
    /// <param name="viewerZone">The zone of the person.</param>
    /// <param name="now">Unix seconds UTC.</param>
    public EditorPlace Place(TimeZoneInfo viewerZone, long now)
    {
        var device = Device;
        // What the live connection says is newer than what the profile has kept.
        var named = device?.Links.MaxBy(static l => l.Since)?.TimeZone is { Length: > 0 } live ? live : device?.Device.TimeZone ?? "";
        var known = TimeZoneInfo.TryFindSystemTimeZoneById(named, out var zone) && named.Length > 0;
        return new EditorPlace(
            Form.DeviceId, device?.Device.Name ?? "", device?.Device.Os.Os ?? "", known ? zone! : TimeZoneInfo.Utc, known, viewerZone, DeviceRules.ImposedDelay(Profile.Root), now,
            Vaults(Form.DeviceId)) { Policy = UserPolicy.Of(Profile.Root) };
    }

    /// <summary>What both did since this person began.</summary>
    public MergeResult Against(ItemView now) => DocumentMerge.Of(_began, Document(ItemForm.Of(Form.Id, now.Source, now.Rules)), Document(Form));

    /// <summary>Puts this person's changes on what stands now.</summary>
    public void Rebase(ItemView now)
    {
        var merged = Against(now).Merged;
        _began = Document(ItemForm.Of(Form.Id, now.Source, now.Rules));
        Form = ItemForm.Of(Form.Id, merged.Map("Item"), merged.Entries("BackupRules").ToDictionary(static r => r.Key, static r => r.Value, StringComparer.Ordinal));
        (Hash, Profile) = (now.Hash, now.Profile);
    }

    private ItemRules Rules => ItemRules.Of(Profile.Root, policies);

    private static JsonObject Document(ItemForm form) => new()
    {
        ["Item"] = form.Source.DeepClone(),
        ["BackupRules"] = new JsonObject(form.Rules.Select(static r => KeyValuePair.Create(r.Id, (JsonNode?)r.Json.DeepClone()))),
    };

    private IReadOnlyList<VaultRef> Vaults(string deviceId) =>
    [
        .. Profile.Root.Entries("Destinations").Where(v => deviceId.Length == 0 || AccountDocument.VaultServes(v.Value, deviceId))
            .Select(static v => new VaultRef(v.Key, v.Value.Text("Description"), (int)v.Value.Number("DestinationType"), v.Value.Text("CometBucket"), v.Value.Texts("AssociatedDevices")))
            .OrderBy(static v => v.Name, StringComparer.OrdinalIgnoreCase),
    ];
}
