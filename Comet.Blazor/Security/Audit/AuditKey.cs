using System.Security.Cryptography;
using Comet.Blazor.Data;
using Comet.Blazor.Data.Disk;

namespace Comet.Blazor.Security.Audit;

/// <summary>
/// The key that seals the audit log: 32 random bytes in the file "audit.key" of the keys folder. It is saved only after the log that it
/// seals was begun: a key without a log is the trace of a log that was taken away.
/// </summary>
/// <param name="folder">Where the keys are.</param>
internal sealed class AuditKey(DataFolder folder)
{
    private const int Length = 32;

    private string FilePath => Path.Combine(folder.Keys, "audit.key");

    /// <summary>The key, and whether it was made just now and is not saved yet.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public (byte[] Key, bool IsNew) ReadOrMake()
    {
        if (!File.Exists(FilePath))
        {
            return (RandomNumberGenerator.GetBytes(Length), true);
        }

        var key = File.ReadAllBytes(FilePath);
        return key.Length == Length ? (key, false)
            : throw new InvalidDataException($"The key file {FilePath} must hold {Length} bytes and holds {key.Length}. Put back its copy, or remove it: then the audit log goes on with a new key, and what was recorded before can't be verified any more.");
    }

    /// <summary>Saves a new key.</summary>
    public void Save(byte[] key)
    {
        PrivateFolder.Make(folder.Keys);
        AtomicFile.Write(FilePath, key);
    }
}
