using System.Net.Http.Headers;
using System.Text;
using Comet.Blazor.Agent.Link;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Vaults;

/// <summary>Where a Storage Vault's restic repository is and what opens it. Its text never shows a secret.</summary>
public sealed class Repository
{
    /// <summary>DESTINATIONTYPE of a bucket of a Storage Role.</summary>
    public const int StorageRole = 1003;

    private readonly AgentVault _vault;
    private readonly string _password;
    private readonly string _cache;

    private Repository(AgentVault vault, Uri address, string password, string cache, string? ca)
    {
        Options = ca is null ? [] : ["--cacert", ca];
        _vault = vault;
        _password = password;
        _cache = cache;
        Address = address;
    }

    /// <summary>Base address of the bucket, with trailing slash and without credentials.</summary>
    public Uri Address { get; }

    /// <summary>The vault's id.</summary>
    public string VaultId => _vault.Id;

    /// <summary>Arguments that every call of restic on it begins with.</summary>
    public IReadOnlyList<string> Options { get; }

    /// <summary>For calls that the agent makes itself.</summary>
    public AuthenticationHeaderValue Authorization => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_vault.Bucket}:{_vault.BucketKey}")));

    /// <summary>What restic is told: by the environment, because arguments are seen by every user of the computer.</summary>
    public IReadOnlyDictionary<string, string> Environment => EnvironmentFor(
        $"rest:{new UriBuilder(Address) { UserName = Uri.EscapeDataString(_vault.Bucket), Password = Uri.EscapeDataString(_vault.BucketKey) }.Uri.AbsoluteUri}");

    /// <summary>As <see cref="Environment"/>, for a repository in a folder of this computer.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentFor(string repository) => new Dictionary<string, string>
    {
        ["RESTIC_REPOSITORY"] = repository,
        ["RESTIC_PASSWORD"] = _password,
        ["RESTIC_CACHE_DIR"] = _cache,
        ["RESTIC_PROGRESS_FPS"] = "1",
        ["GODEBUG"] = "http2client=0", // by HTTP/2 the storage's reasons (quota, full disk) would not arrive
    };

    /// <summary>Puts a vault's parts together.</summary>
    /// <param name="vault">From the profile.</param>
    /// <param name="settings">The server's own address, for a vault that names none, and the certificates that count for it.</param>
    /// <param name="password">The repository's password.</param>
    /// <param name="cache">Folder of restic's cache.</param>
    /// <exception cref="AgentFailure">The vault is of a kind that this agent can't use.</exception>
    public static Repository Of(AgentVault vault, AgentSettings settings, string password, string cache)
    {
        if (vault.Type != StorageRole)
        {
            throw new AgentFailure($"The Storage Vault \"{vault.Description}\" is of type {vault.Type}, which this version can't use. Use one on a Storage Role (type {StorageRole}).");
        }

        var start = vault.Address.Length > 0 ? vault.Address : settings.Server.AbsoluteUri;
        if (vault.Bucket.Length == 0 || !Uri.TryCreate(start.TrimEnd('/') + "/", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new AgentFailure($"The Storage Vault \"{vault.Description}\" has no usable address. Correct it in the user's profile.");
        }

        return new Repository(vault, new Uri(address, $"storage/{Uri.EscapeDataString(vault.Bucket)}/"), password, cache, ServerTrust.IsOwn(settings.Server, address.IdnHost) ? settings.Ca : null);
    }

    /// <summary>The text with whatever opens the vault made unreadable.</summary>
    public string WithoutSecrets(string text)
    {
        foreach (var secret in new[] { _vault.BucketKey, Uri.EscapeDataString(_vault.BucketKey), _password })
        {
            text = secret.Length > 0 ? text.Replace(secret, "***", StringComparison.Ordinal) : text;
        }

        return text;
    }

    /// <summary>The address alone.</summary>
    public override string ToString() => Address.AbsoluteUri;
}
