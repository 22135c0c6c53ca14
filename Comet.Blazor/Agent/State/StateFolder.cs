using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Comet.Blazor.Agent.State;

/// <summary>
/// What the agent keeps between runs: its device id, the outbox, notes about running jobs and restic's cache. One agent at a time: the lock
/// is freed by the operating system when the process ends in whatever way.
/// </summary>
public sealed class StateFolder : IDisposable
{
    private const string Identity = "agent.json";
    private readonly FileStream _lock;
    private AgentIdentity _identity;

    private StateFolder(string path, FileStream @lock, AgentIdentity identity)
    {
        Path = path;
        _lock = @lock;
        _identity = identity;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Random id of this device (decisions.md 26).</summary>
    public string DeviceId => _identity.DeviceId;

    /// <summary>The account of the last sign-in; empty before the first one.</summary>
    public string AccountId => _identity.AccountId;

    /// <summary>Makes or opens the folder and takes its lock.</summary>
    /// <exception cref="AgentFailure">Another agent uses it, it is somebody else's folder, or it can't be written.</exception>
    public static StateFolder Open(string path)
    {
        try
        {
            Prepare(path);
            var file = Lock(path);
            try
            {
                var identity = Identify(path);
                return identity.Removed ? throw Removal.Removed(path) : new StateFolder(path, file, identity);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new AgentFailure($"The state folder {path} can't be used: {ex.Message} Give this user the right to write there, or choose another folder with --state.", ex);
        }
    }

    /// <summary>A path inside; its folder is made.</summary>
    public string Sub(params string[] names)
    {
        var path = System.IO.Path.Combine([Path, .. names]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Removes the files of a folder inside.</summary>
    public void Clear(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(Sub(folder, "any"))!))
        {
            File.Delete(file);
        }
    }

    /// <summary>A file name for an id that came from elsewhere, whatever characters it has.</summary>
    public static string NameFor(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32];

    /// <summary>Remembers the account that this device belongs to.</summary>
    public void Belongs(string accountId)
    {
        if (accountId != AccountId)
        {
            Keep(_identity with { AccountId = accountId });
        }
    }

    /// <summary>The name to sign in with: the one that the agent was started with, unless the server has told since that the account was renamed.</summary>
    public string UsernameFor(string given) => _identity is { Username: { } now } && _identity.GivenName == given ? now : given;

    /// <summary>Remembers what the account is called now; null forgets it. True when that is news.</summary>
    /// <param name="given">The name that the agent was started with.</param>
    /// <param name="now">The name that the server told.</param>
    public bool IsCalled(string given, string? now)
    {
        if ((now ?? given) == UsernameFor(given))
        {
            return false;
        }

        Keep(now is null || now == given ? _identity with { GivenName = null, Username = null } : _identity with { GivenName = given, Username = now });
        return true;
    }

    /// <summary>An administrator has removed this client: the folder is not opened again.</summary>
    public void Retire() => Keep(_identity with { Removed = true });

    /// <summary>Gives the folder free.</summary>
    public void Dispose() => _lock.Dispose();

    private static void Prepare(string path)
    {
        if (Directory.Exists(path) && !File.Exists(System.IO.Path.Combine(path, Identity)) && Directory.EnumerateFileSystemEntries(path).Any(static f => System.IO.Path.GetFileName(f) is not "agent.lock"))
        {
            throw new AgentFailure($"The folder {path} holds other files and is no state folder of an agent. Name an empty or a new one with --state.");
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path); // %LOCALAPPDATA% is the user's own already
            return;
        }

        const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(path, Mine);
        File.SetUnixFileMode(path, Mine);
    }

    private static FileStream Lock(string path)
    {
        var file = System.IO.Path.Combine(path, "agent.lock");
        try
        {
            // .NET locks a file that is opened for nobody else (flock on Unix), also against this same process.
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException ex) when (File.Exists(file))
        {
            throw new AgentFailure($"Another agent is running on the state folder {path}. Stop that one, or choose another folder with --state.", ex);
        }
    }

    private static AgentIdentity Identify(string path)
    {
        var file = System.IO.Path.Combine(path, Identity);
        if (File.Exists(file))
        {
            try
            {
                return JsonSerializer.Deserialize(File.ReadAllBytes(file), StateJson.Default.AgentIdentity) is { DeviceId.Length: > 0 } known
                    ? known
                    : throw new JsonException("the device id is empty");
            }
            catch (JsonException ex)
            {
                throw new AgentFailure($"The file {file} is damaged: {ex.Message}. Restore it, or remove the folder; then this computer registers as a new device.", ex);
            }
        }

        var fresh = new AgentIdentity(Guid.NewGuid().ToString(), "");
        Write(path, fresh);
        return fresh;
    }

    private void Keep(AgentIdentity identity)
    {
        Write(Path, identity);
        _identity = identity;
    }

    private static void Write(string path, AgentIdentity identity) =>
        DurableFile.Write(System.IO.Path.Combine(path, Identity), JsonSerializer.SerializeToUtf8Bytes(identity, StateJson.Default.AgentIdentity));
}
