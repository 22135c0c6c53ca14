using Comet.Blazor.Data;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.App.Start;

/// <summary>Finds the data folder (decisions.md 22).</summary>
public static class DataFolderPath
{
    private const string Solution = "Comet.Blazor.sln";

    /// <summary>An absolute path stays; a relative one counts from the nearest parent of <paramref name="start"/> that holds the solution, else from <paramref name="start"/>.</summary>
    /// <param name="configured">Comet:DataDirectory.</param>
    /// <param name="start">The executable's folder.</param>
    /// <param name="keys">Comet:KeyDirectory; empty: beside the data folder.</param>
    public static DataFolder Resolve(string configured, string start, string keys = "")
    {
        var from = Base(start);
        var folder = new DataFolder(Path.GetFullPath(configured, from));
        return keys.Length == 0 ? folder : folder with { Keys = Path.TrimEndingDirectorySeparator(Path.GetFullPath(keys, from)) };
    }

    /// <summary>Makes the paths of the certificate absolute, in the same way.</summary>
    public static void MakeAbsolute(CometOptions options, string start)
    {
        var from = Base(start);
        options.Certificate = Full(options.Certificate, from);
        options.CertificateKey = Full(options.CertificateKey, from);
        options.CertificatePasswordFile = Full(options.CertificatePasswordFile, from);
    }

    private static string Full(string path, string from) => path.Length == 0 ? "" : Path.GetFullPath(path, from);

    private static string Base(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
            {
                return folder.FullName;
            }
        }

        return Path.GetFullPath(start);
    }
}
