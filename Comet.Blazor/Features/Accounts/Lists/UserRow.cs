using System.Globalization;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Lists;

/// <summary>An account as the users table shows it.</summary>
/// <param name="Account">The account.</param>
/// <param name="Online">How many of its devices are connected now.</param>
public sealed record UserRow(AccountEntry Account, int Online)
{
    /// <summary>Its name.</summary>
    public string Username => Account.Ref.Username;

    /// <summary>Name of its policy; null for none.</summary>
    public string? Policy { get; init; }

    /// <summary>Name of its group; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>Name of its organization; null for the top level.</summary>
    public string? Organization { get; init; }

    /// <summary>The worst status of the backups of each of the last ten days, the oldest first, 0 for none; empty for ten days without.</summary>
    public ReadOnlyMemory<int> Days { get; init; }

    /// <summary>The last backup of an item went wrong, or a vault has a problem; not of a suspended account, where nothing runs.</summary>
    public bool NeedsAttention => !Account.Ref.IsSuspended
        && (Account.Items.Any(static i => i.LastStart > 0 && JobStatusLook.Of(i.LastStatus).Severity >= Attention) || Account.Vaults.Any(static v => v.Problem.Length > 0));

    private const int Attention = 4; // from Warning on

    /// <summary>Devices that are not connected, worst first for sorting: the share online, in percent; null without devices.</summary>
    public long? OnlinePercent => Account.Devices.Length == 0 ? null : Online * 100L / Account.Devices.Length;
}

/// <summary>What the head of a user's page shows.</summary>
/// <param name="Row">The account and how many of its devices are connected.</param>
/// <param name="Doubles">How many of its devices are connected more than once.</param>
/// <param name="Before">The user before this one in the order of names, or null.</param>
/// <param name="After">The user after this one, or null.</param>
public sealed record UserView(UserRow Row, int Doubles, string? Before, string? After)
{
    /// <summary>The jobs that began in the last 24 hours; null for those who may not see jobs.</summary>
    public JobTally? Jobs { get; init; }
}

/// <summary>A device of an account as its table shows it.</summary>
/// <param name="Device">The device.</param>
/// <param name="Links">Its live connections; more than one is a double connection.</param>
/// <param name="Items">How many Protected Items it has.</param>
/// <param name="Last">The item that was backed up last, or null.</param>
public sealed record DeviceRow(DeviceEntry Device, IReadOnlyList<LiveConnection> Links, int Items, ItemEntry? Last)
{
    /// <summary>Its Protected Items, by name.</summary>
    public IReadOnlyList<ItemRow> Protected { get; init; } = [];

    /// <summary>The worst status of its backups on each of the last ten days, the oldest first, 0 for none; empty when there was none.</summary>
    public ReadOnlyMemory<int> Days { get; init; }

    /// <summary>The row of a device of an account.</summary>
    public static DeviceRow Of(AccountEntry account, DeviceEntry device, IReadOnlyList<LiveConnection> links)
    {
        var items = account.Items.Where(i => i.Ref.DeviceId == device.Id).ToList();
        return new DeviceRow(device, links, items.Count, items.Where(static i => i.LastStart > 0).MaxBy(static i => i.LastStart))
        {
            Protected = [.. items.Select(i => new ItemRow(i, device.Name, links.Count > 0))],
        };
    }

    /// <summary>Connected now.</summary>
    public bool Online => Links.Count > 0;

    /// <summary>The connection that came last; null when there is none.</summary>
    public LiveConnection? Newest => Links.MaxBy(static l => l.Since);

    /// <summary>"Debian GNU/Linux 12, amd64"; empty when unknown.</summary>
    public string System => string.Join(", ", new[] { Device.Os.Distribution is { Length: > 0 } name ? name : Device.Os.Os, Device.Os.Arch }.Where(static t => t.Length > 0));
}

/// <summary>A Protected Item of an account as its table shows it.</summary>
/// <param name="Item">The item.</param>
/// <param name="DeviceName">Friendly name of its device.</param>
/// <param name="Online">Whether its device is connected now.</param>
public sealed record ItemRow(ItemEntry Item, string DeviceName, bool Online)
{
    /// <summary>Key.</summary>
    public string Id => Item.Ref.Id;

    /// <summary>What it protects, in words.</summary>
    public string Type => ItemTypes.Name(Item.Ref.Engine);

    /// <summary>True when nothing starts it but a person (spec/01 §5.2).</summary>
    public bool HasNoSchedule => Item.Schedules == 0 && !Item.RunsAtStart;

    /// <summary>What starts it, in words: "2 schedules".</summary>
    public string Schedules => HasNoSchedule ? "No Schedule"
        : Item.Schedules == 0 ? "at start" : string.Create(CultureInfo.InvariantCulture, $"{Item.Schedules} {(Item.Schedules == 1 ? "schedule" : "schedules")}");

    /// <summary>Whose retention counts for its snapshots: "(default)" or "keep (3 rules)".</summary>
    public string Retention => Item.RetentionRules is { } rules ? string.Create(CultureInfo.InvariantCulture, $"keep ({rules} {(rules == 1 ? "rule" : "rules")})") : "(default)";
}

/// <summary>A Storage Vault of an account as its table shows it.</summary>
/// <param name="Vault">The vault.</param>
/// <param name="Devices">Names of the devices that may use it; empty for all.</param>
/// <param name="HidesVendor">The reader may not know whose storage it is (spec/04 §3.1, HideCloudStorageBranding).</param>
public sealed record VaultRow(VaultEntry Vault, IReadOnlyList<string> Devices, bool HidesVendor = false)
{
    /// <summary>Where the data is, in words.</summary>
    public string Type => HidesVendor && Vault.Ref.Type != VaultTypes.StorageRole ? "Storage" : VaultTypes.Name(Vault.Ref.Type);
}
