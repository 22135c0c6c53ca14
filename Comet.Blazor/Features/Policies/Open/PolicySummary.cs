using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;
using Comet.Blazor.Wire.Retention;

namespace Comet.Blazor.Features.Policies.Open;

/// <summary>A policy in sentences: only what it enforces (spec/01 §4.1).</summary>
public static class PolicySummary
{
    /// <summary>The sentences, in the order of the editor; none for a policy that restricts nothing.</summary>
    public static IReadOnlyList<string> Of(JsonObject policy)
    {
        var read = new UserPolicy(policy);
        return
        [
            .. PolicyCatalogue.Switches.Where(s => policy.Flag(s.Field)).Select(static s => s.Sentence),
            .. List("Only these types of Storage Vaults can be added", read.VaultTypes?.Select(static t => VaultTypes.Name((int)Math.Clamp(t, 0, int.MaxValue)))),
            .. List("Only these types of Protected Items can be created", read.ItemEngines?.Select(Engine)),
            .. PolicyCatalogue.Modes.Select(m => policy.Number(m.Field) switch { 3 => m.On, 4 => m.Off, _ => null }).OfType<string>(),
            .. Exclusions(read.Exclusions.Count),
            .. Reports(read.DefaultReports?.Count),
            .. read.DefaultRetention is { } retention && RetentionPolicy.Read(retention).Deletes && !read.EnforceStorageVaultRetention
                ? new[] { "New Storage Vaults start with the policy's retention." } : [],
            .. read.DefaultNewStorageVault is VaultModes.ServerControlled || VaultModes.Template(read.DefaultNewStorageVault) is not null ? new[] { "New devices get a Storage Vault of their own." } : [],
            .. Items(read.NewItems.Count),
        ];
    }

    /// <summary>An item's type for people.</summary>
    public static string Engine(string engine) => engine switch
    {
        ItemEngines.File => "Files and Folders",
        ItemEngines.Stdout => "Program Output",
        ItemEngines.MySql => "MySQL",
        "engine1/mssql" => "Microsoft SQL Server",
        "engine1/exchangeedb" => "Microsoft Exchange Server",
        "engine1/hyperv" => "Microsoft Hyper-V",
        "engine1/winmsofficemail" => "Microsoft Office 365",
        "engine1/mongodb" => "MongoDB",
        "engine1/proxmox" => "Proxmox",
        "engine1/systemstate" => "Windows Server System State",
        "engine1/vmware" => "VMware",
        "engine1/vsswriter" => "Application-Aware Writer",
        "engine1/windisk" => "Disk Image",
        "engine1/windowssystem" => "Windows System Backup",
        _ => engine,
    };

    /// <summary>All engines of the contract, in the order in which people look for them.</summary>
    public static IReadOnlyList<string> Engines { get; } =
    [
        ItemEngines.File, ItemEngines.Stdout, ItemEngines.MySql, "engine1/mssql", "engine1/mongodb", "engine1/exchangeedb", "engine1/winmsofficemail", "engine1/hyperv",
        "engine1/vmware", "engine1/proxmox", "engine1/windisk", "engine1/systemstate", "engine1/windowssystem", "engine1/vsswriter",
    ];

    private static IEnumerable<string> List(string what, IEnumerable<string>? names) => names is null ? []
        : names.Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } some ? [$"{what}: {string.Join(", ", some)}."] : [$"{what}: none."];

    private static IEnumerable<string> Exclusions(int count) => count == 0 ? [] : [$"Backups of files always leave out {count} {(count == 1 ? "pattern" : "patterns")}."];

    private static IEnumerable<string> Reports(int? count) => count switch
    {
        null => [],
        0 => ["Users get no email reports by default."],
        1 => ["Users get one email report of the policy by default."],
        _ => [$"Users get {count} email reports of the policy by default."],
    };

    private static IEnumerable<string> Items(int count) => count == 0 ? [] : [$"New devices get {count} {(count == 1 ? "Protected Item" : "Protected Items")}."];
}
