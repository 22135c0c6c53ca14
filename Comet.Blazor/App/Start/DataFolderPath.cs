using Comet.Blazor.Data;

namespace Comet.Blazor.App.Start;

/// <summary>Finds the data folder (decisions.md 22).</summary>
public static class DataFolderPath
{
    private const string Solution = "Comet.Blazor.sln";

    /// <summary>An absolute path stays; a relative one counts from the nearest parent of <paramref name="start"/> that holds the solution, else from <paramref name="start"/>.</summary>
    public static DataFolder Resolve(string configured, string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
            {
                return new DataFolder(Path.GetFullPath(configured, folder.FullName));
            }
        }

        return new DataFolder(Path.GetFullPath(configured, Path.GetFullPath(start)));
    }
}
