namespace Comet.Blazor.Agent.Work.Files;

/// <summary>Which paths lie within home directories (LinuxHomedirSandbox, spec/01 §2.1): links on the way are followed, so that none leads out.</summary>
public static class HomeFolders
{
    private const int FirstPerson = 1000;
    private const int Nobody = 65534;

    /// <summary>The home directories of this computer's people, and that of the user who runs the agent.</summary>
    public static IReadOnlyList<string> All() => Of(File.Exists("/etc/passwd") ? File.ReadLines("/etc/passwd") : [], Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    /// <summary>The home directories that a list of users names.</summary>
    /// <param name="users">Lines of /etc/passwd.</param>
    /// <param name="own">The home directory of whoever runs this.</param>
    public static IReadOnlyList<string> Of(IEnumerable<string> users, string own)
    {
        HashSet<string> homes = new(StringComparer.Ordinal) { "/home" };
        foreach (var fields in users.Select(static l => l.Split(':')).Where(static f => f.Length >= 6))
        {
            if (int.TryParse(fields[2], out var id) && id is >= FirstPerson and not Nobody && fields[5].StartsWith('/') && fields[5].Length > 1)
            {
                homes.Add(fields[5].TrimEnd('/'));
            }
        }

        if (own.Length > 1)
        {
            homes.Add(own.TrimEnd('/'));
        }

        return [.. homes];
    }

    /// <summary>True when a path is in one of the folders, after following the links on its way.</summary>
    public static bool Holds(IReadOnlyList<string> homes, string path)
    {
        var real = Real(Path.GetFullPath(path));
        return homes.Select(Real).Any(home => real == home || real.StartsWith(home + "/", StringComparison.Ordinal));
    }

    // The last step is backed up as the link that it is; those before it are followed by the system.
    private static string Real(string path)
    {
        var real = "";
        var steps = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < steps.Length; i++)
        {
            real += "/" + steps[i];
            if (i < steps.Length - 1 && new DirectoryInfo(real) is { LinkTarget: not null } link)
            {
                real = link.ResolveLinkTarget(returnFinalTarget: true)?.FullName.TrimEnd('/') ?? real;
            }
        }

        return real.Length > 0 ? real : "/";
    }
}
