using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Comet.Blazor.Agent.Link;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Vaults;

/// <summary>Turns a Storage Vault of the profile into a place that restic reaches (spec/01 §6.1).</summary>
/// <param name="settings">The server's own address, for a vault that names none, and the certificates that count for it.</param>
/// <param name="ssh">Prepares SFTP.</param>
public sealed class Places(AgentSettings settings, SshPlace ssh)
{
    private static readonly string Os = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    /// <summary>The place of a vault.</summary>
    /// <exception cref="AgentFailure">This device can't use it; the sentence says why.</exception>
    public Place Of(AgentVault vault)
    {
        if (VaultTypes.Reason(vault.Type, Os) is { } reason)
        {
            throw new AgentFailure($"The Storage Vault \"{vault.Description}\" is of type {VaultTypes.Name(vault.Type)}, which this device can't use. {reason}");
        }

        var at = new VaultLocation(vault);
        if (VaultLocations.Reason(vault.Type, at.Text) is { } wrong)
        {
            throw new AgentFailure($"The Storage Vault \"{vault.Description}\" can't be used as it is set up. {wrong}");
        }

        return vault.Type switch
        {
            VaultTypes.StorageRole => StorageRole(vault),
            VaultTypes.S3 => S3(at),
            VaultTypes.Sftp => ssh.Of(at),
            VaultTypes.Azure => Azure(at),
            VaultTypes.Swift => Swift(at),
            VaultTypes.B2 => B2(at),
            VaultTypes.Smb => Share(at),
            _ => Local(at),
        };
    }

    private Place StorageRole(AgentVault vault)
    {
        var start = vault.Address.Length > 0 ? vault.Address : settings.Server.AbsoluteUri;
        if (vault.Bucket.Length == 0 || !Uri.TryCreate(start.TrimEnd('/') + "/", UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
        {
            throw new AgentFailure($"The Storage Vault \"{vault.Description}\" has no usable address. Correct it in the user's profile.");
        }

        var address = new Uri(server, $"storage/{Uri.EscapeDataString(vault.Bucket)}/");
        var key = Uri.EscapeDataString(vault.BucketKey);
        return new Place("rest", $"rest:{new UriBuilder(address) { UserName = Uri.EscapeDataString(vault.Bucket), Password = key }.Uri.AbsoluteUri}", address.AbsoluteUri)
        {
            // By HTTP/2 the storage's reasons (quota, full disk) would not arrive.
            Environment = new Dictionary<string, string> { ["GODEBUG"] = "http2client=0" },
            Options = ServerTrust.IsOwn(settings.Server, address.IdnHost) && settings.Ca is { } ca ? ["--cacert", ca] : [],
            Secrets = [vault.BucketKey, key],
            Bucket = new Bucket(address, new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{vault.Bucket}:{vault.BucketKey}")))),
        };
    }

    private static Place S3(VaultLocation at)
    {
        var host = at.Need("S3Server", "the server").TrimEnd('/');
        host = host.Contains("://", StringComparison.Ordinal) ? host[(host.IndexOf("://", StringComparison.Ordinal) + 3)..] : host;
        var path = Joined(at.Need("S3BucketName", "the bucket"), at.Text("S3Subdir"));
        var address = $"{(at.Flag("S3UsesTLS") ? "https" : "http")}://{host}/{path}";
        var region = at.Text("S3CustomRegion");
        return new Place("s3", $"s3:{address}", address)
        {
            Environment = new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = at.Need("S3AccessKey", "the access key"), ["AWS_SECRET_ACCESS_KEY"] = at.Need("S3SecretKey", "the secret key") },
            Options = region.Length > 0 ? ["-o", Option("s3.region", region)] : [],
            Secrets = [at.Text("S3SecretKey")],
        };
    }

    private static Place B2(VaultLocation at)
    {
        var bucket = at.Need("B2.Bucket", "the bucket");
        var prefix = at.Text("B2.Prefix").Trim('/');
        return new Place("b2", $"b2:{bucket}:{prefix}", Joined($"b2:{bucket}", prefix))
        {
            Environment = new Dictionary<string, string> { ["B2_ACCOUNT_ID"] = at.Need("B2.AccountID", "the account id"), ["B2_ACCOUNT_KEY"] = at.Need("B2.Key", "the application key") },
            Secrets = [at.Text("B2.Key")],
            Connections = at.Number("B2.MaxConnections"),
        };
    }

    private static Place Azure(VaultLocation at)
    {
        var container = at.Need("AZBContainer", "the container");
        return new Place("azure", $"azure:{container}:/{at.Text("AZBPrefix").Trim('/')}", Joined($"azure:{container}", at.Text("AZBPrefix")))
        {
            Environment = new Dictionary<string, string> { ["AZURE_ACCOUNT_NAME"] = at.Need("AZBAccountName", "the account name"), ["AZURE_ACCOUNT_KEY"] = at.Need("AZBAccountKey", "the account key") },
            Secrets = [at.Text("AZBAccountKey")],
        };
    }

    private static Place Swift(VaultLocation at)
    {
        (string Variable, string Field)[] variables =
        [
            ("OS_AUTH_URL", "Swift.AuthURL"), ("OS_USERNAME", "Swift.Username"), ("OS_PASSWORD", "Swift.APIKey"), ("OS_REGION_NAME", "Swift.Region"), ("OS_USER_DOMAIN_NAME", "Swift.Domain"),
            ("OS_PROJECT_NAME", "Swift.Tenant"), ("OS_PROJECT_DOMAIN_NAME", "Swift.TenantDomain"), ("OS_TENANT_ID", "Swift.TenantID"), ("OS_TRUST_ID", "Swift.TrustID"),
            ("OS_AUTH_TOKEN", "Swift.AuthToken"), ("SWIFT_DEFAULT_CONTAINER_POLICY", "Swift.DefaultContainerPolicy"),
        ];
        at.Need("Swift.AuthURL", "the address for signing in");
        var environment = variables.Where(v => at.Text(v.Field).Length > 0).ToDictionary(static v => v.Variable, v => at.Text(v.Field));

        // Version 1 of the sign-in has variables of its own.
        if (at.Text("Swift.AuthURL").TrimEnd('/').EndsWith("/v1.0", StringComparison.Ordinal) || at.Text("Swift.AuthURL").TrimEnd('/').EndsWith("/v1", StringComparison.Ordinal))
        {
            environment = new Dictionary<string, string> { ["ST_AUTH"] = at.Text("Swift.AuthURL"), ["ST_USER"] = at.Text("Swift.Username"), ["ST_KEY"] = at.Text("Swift.APIKey") };
        }

        var container = at.Need("Swift.Container", "the container");
        return new Place("swift", $"swift:{container}:/{at.Text("Swift.Prefix").Trim('/')}", Joined($"swift:{container}", at.Text("Swift.Prefix")))
        {
            Environment = environment,
            Secrets = [at.Text("Swift.APIKey"), at.Text("Swift.AuthToken")],
        };
    }

    private static Place Local(VaultLocation at) => Folder(at, at.Need("LocalcopyPath", "the path"));

    private static Place Share(VaultLocation at)
    {
        var share = $@"\\{at.Need("SMB.SMBServer", "the server").Trim('\\', '/')}\{at.Need("SMB.SMBShare", "the share").Trim('\\', '/')}";
        var folder = at.Text("SMB.SMBDirectory").Trim('\\', '/').Replace('/', '\\');
        return Folder(at, folder.Length > 0 ? $@"{share}\{folder}" : share);
    }

    private static Place Folder(VaultLocation at, string path) => Path.IsPathFullyQualified(path)
        ? new Place("local", path, path)
        : throw at.Complaint($"is at {path}, which is no full path on this device. Correct it, such as {(OperatingSystem.IsWindows() ? @"D:\Backup" : "/mnt/backup")}");

    private static string Joined(string first, string rest) => rest.Trim('/') is { Length: > 0 } more ? $"{first.Trim('/')}/{more}" : first.Trim('/');

    /// <summary>An extended option. restic reads its options as a line of CSV.</summary>
    internal static string Option(string name, string value) => $"\"{name}={value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>How many connections restic may open at a time.</summary>
    internal static string Connections(Place place, int count) => string.Create(CultureInfo.InvariantCulture, $"{place.Kind}.connections={count}");
}

/// <summary>The location fields of a vault.</summary>
/// <param name="vault">The vault.</param>
public sealed class VaultLocation(AgentVault vault)
{
    /// <summary>The vault's id.</summary>
    public string VaultId => vault.Id;

    /// <summary>A text; empty when it is not set.</summary>
    public string Text(string field) => vault.Location?.GetValueOrDefault(field) ?? "";

    /// <summary>A flag.</summary>
    public bool Flag(string field) => Text(field) == "true";

    /// <summary>A number; 0 when it is not set.</summary>
    public int Number(string field) => int.TryParse(Text(field), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>A text that must be there.</summary>
    /// <exception cref="AgentFailure">It is not.</exception>
    public string Need(string field, string name) => Text(field) is { Length: > 0 } text ? text : throw Complaint($"lacks {name}. Add it to the vault's settings");

    /// <summary>Why the vault can't be used.</summary>
    public AgentFailure Complaint(string what) => new($"The Storage Vault \"{vault.Description}\" {what}.");
}
