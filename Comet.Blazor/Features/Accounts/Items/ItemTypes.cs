using Comet.Blazor.Features.Accounts.Items.Engines;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>Types of Protected Items in the words of the manual (spec/01 §5.1).</summary>
public static class ItemTypes
{
    private static readonly (string Engine, string Name)[] Known =
    [
        (ItemEngines.File, "Files and Folders"), (ItemEngines.Stdout, "Program Output"), (ItemEngines.MySql, "MySQL"), ("engine1/mssql", "Microsoft SQL Server"),
        ("engine1/mongodb", "MongoDB"), ("engine1/systemstate", "Windows System State"), ("engine1/windowssystem", "Windows System Backup"),
        ("engine1/vsswriter", "Application-Aware Writer"), ("engine1/windisk", "Disk Image"), ("engine1/hyperv", "Hyper-V"), ("engine1/vmware", "VMware"),
        ("engine1/proxmox", "Proxmox"), ("engine1/exchangeedb", "Microsoft Exchange Server"), ("engine1/winmsofficemail", "Office 365"),
    ];

    /// <summary>The types that a person can make anew: those with an editor of their own.</summary>
    public static IReadOnlyList<string> Offered { get; } = [ItemEngines.File, ItemEngines.Stdout, ItemEngines.MySql];

    /// <summary>"Files and Folders"; the engine's own name when it is none of the known ones.</summary>
    public static string Name(string engine) => Known.FirstOrDefault(k => k.Engine == engine).Name ?? (engine.Length > 0 ? engine : "No type");

    /// <summary>True when the editor of this type shows the setting as a field of its own.</summary>
    public static bool Knows(string engine, string key) => engine switch
    {
        ItemEngines.File => FileSelection.Knows(key),
        ItemEngines.Stdout => ProgramSelection.Knows(key),
        ItemEngines.MySql => MySqlSelection.Knows(key),
        _ => false,
    };
}
