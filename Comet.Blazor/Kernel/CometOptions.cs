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

    /// <summary>
    /// Seconds: devices begin each planned backup up to so much later, so that they do not all come at once; the contract's GlobalOverrides.
    /// Policies, users and schedules may ask for more; the largest holds, and at most 18,000 (spec/01 §5.4).
    /// </summary>
    public long RandomDelaySecs { get; set; }

    /// <summary>Own listener of the Storage Role, such as http://127.0.0.1:8061; several separated by semicolons. Empty: it shares the server's (decisions.md 18).</summary>
    public string StorageUrls { get; set; } = "";

    /// <summary>The address under which devices reach <see cref="StorageUrls"/>, when it is not the listener's own.</summary>
    public string StoragePublicUrl { get; set; } = "";

    /// <summary>
    /// The certificate of all https addresses: a PEM file (the server's own first, then the chain; the key may stand in it) or a PFX file.
    /// Relative as <see cref="DataDirectory"/>. Read again when it changes.
    /// </summary>
    public string Certificate { get; set; } = "";

    /// <summary>PEM file with the private key of <see cref="Certificate"/>, when it is not in the same file.</summary>
    public string CertificateKey { get; set; } = "";

    /// <summary>Password of the PFX file or of the encrypted key.</summary>
    public string CertificatePassword { get; set; } = "";

    /// <summary>File with that password; one line break at its end does not count.</summary>
    public string CertificatePasswordFile { get; set; } = "";

    /// <summary>Without <see cref="Certificate"/>: the server makes itself one at its first start, for https addresses.</summary>
    public bool SelfSigned { get; set; }

    /// <summary>Tell browsers to come by https only from now on, when they come by https and the certificate is not self-signed.</summary>
    public bool Hsts { get; set; } = true;

    /// <summary>Pages that are asked for by http are answered with their https address, except on the computer itself.</summary>
    public bool HttpsRedirect { get; set; }

    /// <summary>Addresses or networks (10.0.0.0/8), separated by commas, whose X-Forwarded-For, -Proto and -Host count. Empty: nobody's.</summary>
    public string TrustedProxies { get; set; } = "";
}
