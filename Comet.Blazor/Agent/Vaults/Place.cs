using System.Net.Http.Headers;

namespace Comet.Blazor.Agent.Vaults;

/// <summary>Where a Storage Vault is, in restic's terms. Secrets are in the environment alone: arguments are seen by every user of the computer.</summary>
/// <param name="Kind">restic's name of the kind of storage, as in <c>-o KIND.connections</c>.</param>
/// <param name="Repository">For RESTIC_REPOSITORY.</param>
/// <param name="Shown">For people; holds no secret.</param>
public sealed record Place(string Kind, string Repository, string Shown)
{
    /// <summary>Variables that open it.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Arguments that every call of restic begins with.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>What must never be shown.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Files that were made for this use and go with it.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>A bucket of a Storage Role, which the agent also asks itself; null for any other place.</summary>
    public Bucket? Bucket { get; init; }

    /// <summary>Of SFTP: the program with its arguments that speaks the protocol with the server; empty for any other place.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Connections that the vault's settings allow at a time; 0 for restic's own choice.</summary>
    public int Connections { get; init; }
}

/// <summary>A bucket of a Storage Role.</summary>
/// <param name="Address">Base address with trailing slash and without credentials.</param>
/// <param name="Authorization">For calls that the agent makes itself.</param>
public sealed record Bucket(Uri Address, AuthenticationHeaderValue Authorization);
