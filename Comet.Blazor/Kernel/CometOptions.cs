namespace Comet.Blazor.Kernel;

/// <summary>The section "Comet" of the configuration: appsettings.json, environment (Comet__DataDirectory), command line (--Comet:DataDirectory).</summary>
public sealed class CometOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Comet";

    /// <summary>
    /// Folder of all data. A relative one counts from the nearest parent folder of the executable that holds Comet.Blazor.sln, else from
    /// the executable's own folder (decisions.md 22).
    /// </summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// A fresh data folder gets the administrator admin with the password admin (the mission's first use). False: the first visitor creates
    /// one instead, on the page /first-run or by the API (spec/04 §2).
    /// </summary>
    public bool DefaultAdmin { get; set; } = true;

    /// <summary>Folder of the server's keys; relative as <see cref="DataDirectory"/>. Empty: beside the data folder, with "-keys" after its name.</summary>
    public string KeyDirectory { get; set; } = "";

    /// <summary>The address under which devices and people reach this server, when it is not the one that a caller used. Empty: the caller's.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Own listener of the Storage Role, such as http://127.0.0.1:8061; several separated by semicolons. Empty: it shares the server's (decisions.md 18).</summary>
    public string StorageUrls { get; set; } = "";

    /// <summary>The address under which devices reach <see cref="StorageUrls"/>, when it is not the listener's own.</summary>
    public string StoragePublicUrl { get; set; } = "";
}
