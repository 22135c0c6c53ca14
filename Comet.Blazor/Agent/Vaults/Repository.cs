using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Vaults;

/// <summary>Where a Storage Vault's restic repository is and what opens it. Its text never shows a secret. Dispose it after use: some kinds need a file meanwhile.</summary>
/// <param name="vault">From the profile.</param>
/// <param name="place">Where it is.</param>
/// <param name="password">The repository's password.</param>
/// <param name="cache">Folder of restic's cache.</param>
public sealed class Repository(AgentVault vault, Place place, string password, string cache) : IDisposable
{
    /// <summary>Where it is.</summary>
    public Place Place => place;

    /// <summary>The vault's id.</summary>
    public string VaultId => vault.Id;

    /// <summary>The vault.</summary>
    public AgentVault Vault => vault;

    /// <summary>The repository's password.</summary>
    public string Password => password;

    /// <summary>Arguments that every call of restic on it begins with.</summary>
    public IReadOnlyList<string> Options => place.Connections > 0 ? [.. place.Options, "-o", Places.Connections(place, place.Connections)] : place.Options;

    /// <summary>What restic is told: by the environment, because arguments are seen by every user of the computer.</summary>
    public IReadOnlyDictionary<string, string> Environment => With(place.Repository, password);

    /// <summary>As <see cref="Environment"/>, for a repository in a folder of this computer.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentFor(string folder) => With(folder, password);

    /// <summary>As <see cref="Environment"/>, with another password.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentWith(string other) => With(place.Repository, other);

    /// <summary>Arguments that set the number of connections for one call.</summary>
    public IReadOnlyList<string> ConnectionsOf(int count) => count > 0 ? ["-o", Places.Connections(place, count)] : [];

    /// <summary>The text with whatever opens the vault made unreadable.</summary>
    public string WithoutSecrets(string text)
    {
        foreach (var secret in place.Secrets.Append(password))
        {
            text = secret.Length > 0 ? text.Replace(secret, "***", StringComparison.Ordinal) : text;
        }

        return text;
    }

    /// <summary>The address alone.</summary>
    public override string ToString() => place.Shown;

    /// <summary>Removes the files that were made for it.</summary>
    public void Dispose()
    {
        foreach (var file in place.Files)
        {
            File.Delete(file);
        }
    }

    private Dictionary<string, string> With(string repository, string opener) => new(place.Environment)
    {
        ["RESTIC_REPOSITORY"] = repository,
        ["RESTIC_PASSWORD"] = opener,
        ["RESTIC_CACHE_DIR"] = cache,
        ["RESTIC_PROGRESS_FPS"] = "1",
    };
}
