namespace Comet.Blazor.Agent;

/// <summary>What the command line of the verb <c>agent</c> says.</summary>
/// <param name="Server">The server's address, http or https, with trailing slash.</param>
/// <param name="Username">The account's name.</param>
/// <param name="PasswordFile">File that holds the account's password; one line break at its end does not count.</param>
/// <param name="StateFolder">Folder that the agent keeps between runs.</param>
/// <param name="Restic">Path of restic; null to look for it on PATH.</param>
/// <param name="Ca">PEM file with certificates that count for this server, too; null for none.</param>
/// <param name="AllowsFilenames">Administrators may see file names of this device.</param>
public sealed record AgentSettings(Uri Server, string Username, string PasswordFile, string StateFolder, string? Restic, string? Ca = null, bool AllowsFilenames = true)
{
    private static readonly string[] Options = ["--server", "--username", "--password-file", "--state", "--restic", "--ca", "--filenames"];

    /// <summary>Reads the arguments after the verb; answers the complaint about the first wrong one, or null and the settings.</summary>
    public static string? Parse(IReadOnlyList<string> args, out AgentSettings settings)
    {
        settings = new AgentSettings(new Uri("http://localhost/"), "", "", "", null);
        if (Read(args, out var given) is { } complaint)
        {
            return complaint;
        }

        if (Options.Take(3).FirstOrDefault(o => !given.TryGetValue(o, out var value) || value.Length == 0) is { } missing)
        {
            return $"The option {missing} is missing.";
        }

        var server = given["--server"];
        if (!Uri.TryCreate(server.TrimEnd('/') + "/", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length + uri.Query.Length + uri.Fragment.Length > 0)
        {
            return $"--server is '{server}'; it must be an address such as https://backup.example:8060/.";
        }

        if (given.TryGetValue("--filenames", out var names) && names is not ("yes" or "no"))
        {
            return $"--filenames is '{names}'; it must be yes or no.";
        }

        settings = new AgentSettings(uri, given["--username"], given["--password-file"], Path.GetFullPath(given.GetValueOrDefault("--state") ?? DefaultState()), given.GetValueOrDefault("--restic"),
            given.TryGetValue("--ca", out var ca) ? Path.GetFullPath(ca) : null, names != "no");
        return null;
    }

    private static string? Read(IReadOnlyList<string> args, out Dictionary<string, string> given)
    {
        given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i++)
        {
            var equals = args[i].IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? args[i] : args[i][..equals];
            if (!Options.Contains(name, StringComparer.Ordinal))
            {
                return name.StartsWith("--", StringComparison.Ordinal) ? $"The verb agent has no option '{name}'." : $"The argument '{name}' belongs to no option.";
            }

            if (equals < 0 && i + 1 >= args.Count)
            {
                return $"The option {name} needs a value.";
            }

            if (!given.TryAdd(name, equals < 0 ? args[++i] : args[i][(equals + 1)..]))
            {
                return $"The option {name} is given twice.";
            }
        }

        return null;
    }

    private static string DefaultState() => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } data
        ? data
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share"), "comet-agent");
}
