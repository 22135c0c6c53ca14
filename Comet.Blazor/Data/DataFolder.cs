namespace Comet.Blazor.Data;

/// <summary>The server's data folder; all file names of the product's stores stand here (decisions.md 22).</summary>
/// <param name="Path">Absolute path.</param>
public sealed record DataFolder(string Path)
{
    /// <summary>Accounts and policies.</summary>
    public string Users => File("comet-users.db");

    /// <summary>Jobs, job logs, last sequence per device.</summary>
    public string Jobs => File("comet-jobs.db");

    /// <summary>Buckets.</summary>
    public string Buckets => File("cometd-buckets.db");

    /// <summary>Sessions, table preferences and other things of the server itself.</summary>
    public string Server => File("comet-server.db");

    /// <summary>Settings and administrators.</summary>
    public string Settings => File("cometd.cfg");

    /// <summary>Folder of the buckets' data.</summary>
    public string Storage => File("storage");

    /// <summary>Folder of the server's logs.</summary>
    public string Logs => File("logs");

    /// <summary>
    /// Folder of data-protection keys and other secrets of this server: beside the data, so that a copy of the data holds none of them.
    /// "{data folder}-keys" unless Comet:KeyDirectory names another.
    /// </summary>
    public string Keys { get; init; } = System.IO.Path.TrimEndingDirectorySeparator(Path) + "-keys";

    /// <summary>Where the keys were before they moved out of the data folder; <see cref="KeyFolder"/> moves them.</summary>
    public string FormerKeys => File("keys");

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
