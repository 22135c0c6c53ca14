using System.Globalization;
using Comet.Blazor.Agent.State;

namespace Comet.Blazor.Agent.Vaults;

/// <summary>
/// SFTP, by the computer's own ssh. A password goes from the environment to ssh by an askpass script that holds no secret; a private key by a file
/// that its user alone may read and that is removed after use.
/// </summary>
/// <param name="state">Where the host keys, the script and the key files are.</param>
public sealed class SshPlace(StateFolder state)
{
    private const string PasswordVariable = "COMET_SSH_PASSWORD";
    private const int Password = 1;
    private const int PrivateKey = 2;
    private const int Standard = 22;

    /// <summary>Removes key files that a killed agent has left.</summary>
    public void Clean()
    {
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(state.Sub("ssh", "any"))!, "*.key"))
        {
            File.Delete(file);
        }
    }

    /// <summary>The place of an SFTP vault.</summary>
    /// <exception cref="AgentFailure">A setting is missing or can't be obeyed here.</exception>
    public Place Of(VaultLocation at)
    {
        var (host, port) = HostAndPort(at);
        var user = at.Text("SFTPUsername");
        if (user.AsSpan().ContainsAny('\'', '"') || user.Any(char.IsControl) || user.StartsWith('-'))
        {
            throw at.Complaint("has a user name that ssh does not take. Correct it");
        }

        var path = at.Text("SFTPRemotePath");
        List<string> command = ["ssh", "-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=60", "-p", port.ToString(CultureInfo.InvariantCulture), .. user.Length > 0 ? new[] { "-l", user } : [], .. HostKeys(at)];
        var environment = new Dictionary<string, string>();
        List<string> files = [];
        List<string> secrets = [];
        switch (at.Number("SFTPAuthMode"))
        {
            case Password:
                var password = at.Need("SFTPPassword", "the password");
                command.AddRange(["-o", "PubkeyAuthentication=no", "-o", "NumberOfPasswordPrompts=1"]);
                environment[PasswordVariable] = password;
                environment["SSH_ASKPASS"] = AskPass(at);
                environment["SSH_ASKPASS_REQUIRE"] = "force";
                environment["DISPLAY"] = ":0"; // older versions ask for it
                secrets.Add(password);
                break;
            case PrivateKey:
                var key = at.Need("SFTPPrivateKey", "the private key").ReplaceLineEndings("\n").Trim() + "\n";
                files.Add(KeyFile(key));
                command.AddRange(["-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-i", files[0]]);
                secrets.Add(key.Trim());
                break;
            default:
                command.AddRange(["-o", "BatchMode=yes"]); // the keys and the agent of the user who runs this
                break;
        }

        command.AddRange([host, "-s", "sftp"]);
        return new Place("sftp", $"sftp:{host}:{path}", $"sftp://{host}:{port}/{path.TrimStart('/')}")
        {
            Environment = environment,
            Options = ["-o", Places.Option("sftp.command", string.Join(' ', command.Select(static c => $"'{c}'")))],
            Command = command,
            Files = files,
            Secrets = secrets,
        };
    }

    private static (string Host, int Port) HostAndPort(VaultLocation at)
    {
        var server = at.Need("SFTPServer", "the server");
        server = server.StartsWith("sftp://", StringComparison.OrdinalIgnoreCase) ? server["sftp://".Length..].TrimEnd('/') : server;
        var (host, port) = server.LastIndexOf(':') is > 0 and var colon && !(server.Contains("::", StringComparison.Ordinal) && !server.StartsWith('['))
            && int.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (server[..colon], number)
            : (server, Standard);

        // ssh would take a name that begins with a dash for an option.
        return host.Trim('[', ']') is { Length: > 0 } name && !name.StartsWith('-') && !name.Any(static c => c is '\'' or '"' || char.IsControl(c) || char.IsWhiteSpace(c))
            ? (name, port)
            : throw at.Complaint($"names the server {server}, which is no host name");
    }

    private string[] HostKeys(VaultLocation at)
    {
        if (at.Flag("SFTPCustomAuth_UseKnownHostsFile"))
        {
            return ["-o", "StrictHostKeyChecking=yes", "-o", $"UserKnownHostsFile={Quotable(at, at.Need("SFTPCustomAuth_KnownHostsFile", "the file with known hosts"))}"];
        }

        // The key of the first connection counts from then on; another one is refused.
        return ["-o", "StrictHostKeyChecking=accept-new", "-o", $"UserKnownHostsFile={Quotable(at, state.Sub("ssh", "known_hosts"))}"];
    }

    // ssh splits the value of an option at blanks.
    private static string Quotable(VaultLocation at, string path) => path.AsSpan().ContainsAny('\'', '"') ? throw at.Complaint($"needs the file {path}, whose name holds a quotation mark. Rename it") : $"\"{path}\"";

    private string AskPass(VaultLocation at)
    {
        if (OperatingSystem.IsWindows())
        {
            throw at.Complaint("signs in by a password, which ssh on Windows does not take from a program. Use a private key");
        }

        var script = state.Sub("ssh", "askpass");
        if (!File.Exists(script))
        {
            File.WriteAllText(script, $"#!/bin/sh\nprintf '%s\\n' \"${PasswordVariable}\"\n");
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return script;
    }

    private string KeyFile(string key)
    {
        var path = state.Sub("ssh", $"{Guid.NewGuid():N}.key");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var file = new StreamWriter(path, options);
        file.Write(key);
        return path;
    }
}
