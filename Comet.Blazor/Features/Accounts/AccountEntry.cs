using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Emails;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Accounts;

/// <summary>What the index in memory keeps of an account: enough for every list, for sign-in and for the directory. Derived from the profile alone.</summary>
/// <param name="Ref">Id, names, organization, suspended.</param>
/// <param name="Hash">The profile's hash (spec/06 §4).</param>
/// <param name="Created">Unix seconds UTC.</param>
/// <param name="PasswordFormat">Format of <paramref name="PasswordHash"/>.</param>
/// <param name="PasswordHash">What proves the password.</param>
/// <param name="SignIn">What sign-in needs to know besides.</param>
/// <param name="Devices">The devices, by friendly name.</param>
/// <param name="Items">The Protected Items, by name.</param>
/// <param name="Vaults">The Storage Vaults, by name.</param>
public sealed record AccountEntry(
    AccountRef Ref, string Hash, long Created, long PasswordFormat, string PasswordHash, SignInEntry SignIn,
    ImmutableArray<DeviceEntry> Devices, ImmutableArray<ItemEntry> Items, ImmutableArray<VaultEntry> Vaults)
{
    /// <summary>The account's id.</summary>
    public AccountId Id => Ref.Id;

    /// <summary>The policy that the account follows; empty for none.</summary>
    public string PolicyId { get; init; } = "";

    /// <summary>The Storage Template from which each new device gets a vault of its own; empty for none.</summary>
    public string AutoTemplate { get; init; } = "";

    /// <summary>Names that it had before it was renamed; devices may still sign in with them.</summary>
    public ImmutableArray<FormerName> FormerNames { get; init; } = [];

    /// <summary>Addresses and reports.</summary>
    public AccountEmails Emails { get; init; } = AccountEmails.None;

    /// <summary>What lists show besides.</summary>
    public AccountFacts Facts { get; init; } = AccountFacts.None;

    // Lists sort and filter thousands of accounts by these at each key that is pressed, so they are added up once.

    /// <summary>Bytes in all vaults, as last measured.</summary>
    public long Stored { get; } = Vaults.Sum(static v => v.Stored ?? 0);

    /// <summary>Bytes selected by the last backups of all items that stored something; null when there was none.</summary>
    public long? Selected { get; } = Items.Any(static i => i.Size is not null) ? Items.Sum(static i => i.Size ?? 0) : null;

    /// <summary>The item that was backed up last, or null.</summary>
    public ItemEntry? LastBackup { get; } = Items.Where(static i => i.LastStart > 0).MaxBy(static i => i.LastStart);

    /// <summary>The profile's own flag says that the account is suspended, whatever its organization is.</summary>
    public bool IsSuspendedItself { get; init; }

    /// <summary>The entry while these organizations are suspended.</summary>
    internal AccountEntry In(IReadOnlySet<string> suspended)
    {
        var along = suspended.Contains(Ref.OrganizationId);
        return along == Ref.WithOrganization ? this : this with { Ref = Ref with { WithOrganization = along, IsSuspended = along || IsSuspendedItself } };
    }

    /// <summary>The device, or null.</summary>
    public DeviceEntry? Device(string deviceId) => Devices.FirstOrDefault(d => d.Id == deviceId);

    /// <summary>Reads the entry out of a profile.</summary>
    public static AccountEntry From(AccountId id, ReadOnlyMemory<byte> profile)
    {
        using var document = JsonDocument.Parse(profile);
        var root = document.RootElement;
        var rules = root.Entries("BackupRules").ToLookup(static r => r.Value.Text("Source"), static r => r.Value, StringComparer.Ordinal);
        return new AccountEntry(
            new AccountRef(id, root.Text("Username"), root.Text("AccountName"), root.Text("OrganizationID"), root.Flag("IsSuspended")),
            ProfileJson.Hash(root), root.Number("CreateTime"), root.Number("PasswordFormat"), root.Text("PasswordHash"), SignInEntry.From(root),
            [.. root.Entries("Devices").Select(static d => DeviceEntry.From(d.Key, d.Value)).OrderBy(static d => d.Name, StringComparer.OrdinalIgnoreCase)],
            [.. root.Entries("Sources").Select(s => ItemEntry.From(s.Key, s.Value, rules)).OrderBy(static i => i.Ref.Name, StringComparer.OrdinalIgnoreCase)],
            [.. root.Entries("Destinations").Select(static v => VaultEntry.From(v.Key, v.Value)).OrderBy(static v => v.Ref.Name, StringComparer.OrdinalIgnoreCase)])
        {
            IsSuspendedItself = root.Flag("IsSuspended"),
            PolicyId = root.Text("PolicyID"),
            AutoTemplate = root.Text("AutoStorageTemplateGUID"),
            FormerNames = Profiles.FormerNames.In(root),
            Emails = ProfileEmails.Read(root),
            Facts = new AccountFacts(
                root.Text("GroupID"), root.Flag("SendEmailReports"), root.Texts("Emails").Length, root.Text("LanguageCode"), root.Text("LocalTimezone"), root.Text("CreationGUID"),
                root.Flag("AllProtectedItemsQuotaEnabled") ? root.Number("AllProtectedItemsQuotaBytes") : null, root.Number("MaximumDevices"))
            {
                Office365 = root.Number("QuotaOffice365ProtectedAccounts"),
                HyperV = root.Number("QuotaHyperVGuests"),
                VMware = root.Number("QuotaVMwareGuests"),
            },
        };
    }
}

/// <summary>Facts of an account that lists show.</summary>
/// <param name="GroupId">The user group; empty for none.</param>
/// <param name="EmailReports">Reports are sent.</param>
/// <param name="Emails">How many addresses they go to.</param>
/// <param name="Language">Such as en_US.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="CreationGuid">Tells accounts of one name apart that existed one after the other.</param>
/// <param name="Quota">Most bytes that all Protected Items together may select; null for any.</param>
/// <param name="MaximumDevices">Most devices; 0 for any number.</param>
public sealed record AccountFacts(string GroupId, bool EmailReports, int Emails, string Language, string TimeZone, string CreationGuid, long? Quota, long MaximumDevices)
{
    /// <summary>Most Office 365 accounts; 0 for any number.</summary>
    public long Office365 { get; init; }

    /// <summary>Most Hyper-V guests; 0 for any number.</summary>
    public long HyperV { get; init; }

    /// <summary>Most VMware guests; 0 for any number.</summary>
    public long VMware { get; init; }

    /// <summary>Of an account that has none of it.</summary>
    public static AccountFacts None { get; } = new("", false, 0, "", "", "", null, 0);
}

/// <summary>How an account may be signed in to.</summary>
/// <param name="AllowsPassword">By password alone.</param>
/// <param name="AllowsTotp">By password and TOTP code.</param>
/// <param name="TotpKey">The secret of the codes, sealed; null for none.</param>
/// <param name="MustChangePassword">The password has to be changed first.</param>
/// <param name="PreventsWeb">The policy keeps the account out of the web.</param>
/// <param name="PreventsPasswordChange">The policy keeps the customer from changing the password.</param>
public sealed record SignInEntry(bool AllowsPassword, bool AllowsTotp, string? TotpKey, bool MustChangePassword, bool PreventsWeb, bool PreventsPasswordChange)
{
    internal static SignInEntry From(JsonElement root) => new(
        root.Flag("AllowPasswordLogin"), root.Flag("AllowPasswordAndTOTPLogin"), root.Text("TOTPKey") is { Length: > 0 } key ? key : null,
        root.Flag("RequirePasswordChange"), root.At("Policy").Flag("PreventOpenWebUI"), root.At("Policy").Flag("PreventChangeAccountPassword"));
}

/// <summary>A device of an account.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Friendly name; the id when it has none.</param>
/// <param name="Version">The agent's version at its last connect; empty when unknown.</param>
/// <param name="Os">Operating system; empty texts when unknown.</param>
/// <param name="TimeZone">IANA name; empty when unknown.</param>
/// <param name="Registered">Unix seconds UTC; 0 when unknown.</param>
public sealed record DeviceEntry(string Id, string Name, string Version, OsInfo Os, string TimeZone, long Registered)
{
    internal static DeviceEntry From(string id, JsonElement at)
    {
        var os = at.At("PlatformVersion");
        return new DeviceEntry(
            id, at.Text("FriendlyName") is { Length: > 0 } name ? name : id, at.Text("ClientVersion"),
            new OsInfo(os.Text("os"), os.Text("arch"), os.Text("distribution"), os.Text("version")), at.Text("DeviceTimezone"), at.Number("RegistrationTime"));
    }
}

/// <summary>A Protected Item of an account.</summary>
/// <param name="Ref">Id, name, device, engine.</param>
/// <param name="LastJob">Id of its last backup job; empty for none.</param>
/// <param name="LastStatus">Status of its last backup job; 0 for none.</param>
/// <param name="LastStart">Unix seconds UTC when that job started; 0 for none.</param>
/// <param name="LastEnd">Unix seconds UTC when that job ended; 0 for none.</param>
/// <param name="Size">Bytes selected by the last backup that ended as Success, or as Warning with a snapshot; null for none.</param>
public sealed record ItemEntry(ItemRef Ref, string LastJob, int LastStatus, long LastStart, long LastEnd, long? Size)
{
    /// <summary>How many backup rules start from it.</summary>
    public int Rules { get; init; }

    /// <summary>How many schedules those have.</summary>
    public int Schedules { get; init; }

    /// <summary>Whether one of them starts it with the computer.</summary>
    public bool RunsAtStart { get; init; }

    /// <summary>How many retention rules it has of its own, over all Storage Vaults; null when the vaults' own count.</summary>
    public int? RetentionRules { get; init; }

    internal static ItemEntry From(string id, JsonElement at, ILookup<string, JsonElement> allRules)
    {
        var rules = allRules[id].ToArray();
        var overrides = at.Entries("OverrideDestinationRetention").Select(static o => o.Value).ToArray();
        var last = at.At("Statistics").At("LastBackupJob");
        var good = at.At("Statistics").At("LastSuccessfulBackupJob");
        return new ItemEntry(
            new ItemRef(id, at.Text("Description"), at.Text("OwnerDevice"), at.Text("Engine")),
            last.Text("GUID"), (int)last.Number("Status"), last.Number("StartTime"), last.Number("EndTime"),
            Selected(last, good))
        {
            Rules = rules.Length,
            Schedules = rules.Sum(static r => Count(r.At("Schedules"))),
            RunsAtStart = rules.Any(static r => r.At("EventTriggers").Flag("OnPCBoot")),
            RetentionRules = overrides.Length > 0 ? overrides.Sum(static o => Count(o.At("Ranges"))) : null,
        };

        // A backup that ends with a warning has stored what it could: it selects as much as one without.
        static long? Selected(JsonElement last, JsonElement good) =>
            last.Number("Status") == JobStatus.Warning && last.Text("SnapshotID").Length > 0 && last.Number("StartTime") >= good.Number("StartTime") ? last.Number("TotalSize")
            : good.Number("StartTime") > 0 ? good.Number("TotalSize")
            : null;

        static int Count(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.GetArrayLength() : 0;
    }
}

/// <summary>A Storage Vault of an account. Its keys are not here.</summary>
/// <param name="Ref">Id, name, type, bucket, devices.</param>
/// <param name="Created">Unix seconds UTC.</param>
/// <param name="Initialised">Unix seconds UTC when its key was made; 0 when no device has used it.</param>
/// <param name="Stored">Bytes stored, as last measured; null when never.</param>
/// <param name="Measured">Unix seconds UTC of that measurement.</param>
/// <param name="Limit">Quota in bytes; null for none.</param>
/// <param name="Problem">What the last retention pass complained about; empty for nothing.</param>
public sealed record VaultEntry(VaultRef Ref, long Created, long Initialised, long? Stored, long Measured, long? Limit, string Problem)
{
    /// <summary>What stays in it.</summary>
    public RetentionPolicy Retention { get; private init; } = RetentionPolicy.KeepEverything;

    /// <summary>Unix seconds UTC of its last analysis (spec/01 §6.2); 0 when there is none.</summary>
    public long Analysed { get; private init; }

    /// <summary>Unix seconds UTC of the end of its last successful deep verify; 0 for never.</summary>
    public long DeepVerified { get; private init; }

    /// <summary>True when customers are not told whose storage it is.</summary>
    public bool Rebranded { get; private init; }

    internal static VaultEntry From(string id, JsonElement at)
    {
        var content = at.At("Statistics").At("ClientProvidedContent");
        var size = at.At("Statistics").At("ClientProvidedSize");
        var type = at.Number("DestinationType");
        return new VaultEntry(
            new VaultRef(id, at.Text("Description"), type is > 0 and <= int.MaxValue ? (int)type : 0, at.Text("CometBucket"), at.Texts("AssociatedDevices")),
            at.Number("CreateTime"), at.Number("RepoInitTimestamp"), size.Number("MeasureCompleted") > 0 ? size.Number("Size") : null,
            size.Number("MeasureCompleted"), at.Flag("StorageLimitEnabled") ? at.Number("StorageLimitBytes") : null, at.Text("RetentionError"))
        {
            Retention = at.At("DefaultRetention") is { ValueKind: JsonValueKind.Object } retention ? RetentionPolicy.Read(JsonObject.Create(retention)) : RetentionPolicy.KeepEverything,
            Analysed = content.At("Components") is { ValueKind: JsonValueKind.Array } components && components.GetArrayLength() > 0 ? content.Number("MeasureCompleted") : 0,
            DeepVerified = at.At("Statistics").Number("LastSuccessfulDeepVerify_EndTime"),
            Rebranded = at.Flag("RebrandStorage"),
        };
    }
}
