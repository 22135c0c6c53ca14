using System.Globalization;
using System.Text;

namespace Comet.Blazor.Data;

/// <summary>
/// The right of one server to use a data folder: a lock on the file <c>cometd.lock</c> in it, kept open while the server lives. The operating
/// system frees it when the process ends in whatever way, so a lock never has to be removed by hand. Taken before any store is opened.
/// </summary>
public sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _file;

    private DataFolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock. Hold the answer until all stores are closed, then dispose of it.</summary>
    /// <exception cref="IOException">Another server uses the folder (the message names folder and process), or it can't be written.</exception>
    public static DataFolderLock Take(DataFolder folder)
    {
        var path = Path.Combine(folder.Path, "cometd.lock");
        FileStream file;
        try
        {
            // .NET locks a file that is opened for nobody else (flock on Unix), also against this same process.
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException ex)
        {
            throw new IOException($"The data folder {folder.Path} can't be used: {ex.Message} Give this user the right to write there, or choose another folder with --Comet:DataDirectory.", ex);
        }
        catch (IOException ex) when (File.Exists(path))
        {
            throw new IOException($"The data folder {folder.Path} is in use by another Comet Server{Holder(path + ".pid")}. Stop that one, or choose another folder with --Comet:DataDirectory.", ex);
        }

        try
        {
            // The number stands in a file of its own, because the locked one can't be read by the one that is refused.
            File.WriteAllText(path + ".pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture), Encoding.ASCII);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return new DataFolderLock(file);
    }

    /// <summary>Gives the folder free.</summary>
    public void Dispose() => _file.Dispose();

    private static string Holder(string path)
    {
        try
        {
            return int.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? $" (process {pid})" : "";
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return ""; // the holder is just writing it; the sentence is true without the number
        }
    }
}
