using System.Globalization;
using Comet.Blazor.Data.Disk;

namespace Comet.Blazor.Data;

/// <summary>Opens or creates a file and brings its schema up to date.</summary>
internal static class DbOpening
{
    /// <summary>Opens.</summary>
    /// <exception cref="InvalidDataException">The file is another store's, newer than this program, or damaged.</exception>
    /// <exception cref="IOException">It can't be read or written.</exception>
    public static DbEngine Open(IDisk disk, string path, DbSchema schema, TimeProvider clock, int checkpointPages, CancellationToken ct)
    {
        if (!disk.Exists(path))
        {
            DbEngine.Create(disk, path, schema.Name, schema.Version);
        }

        var engine = DbEngine.Open(disk, path, checkpointPages);
        try
        {
            Upgrade(engine, path, schema, clock, ct);
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    private static void Upgrade(DbEngine engine, string path, DbSchema schema, TimeProvider clock, CancellationToken ct)
    {
        if (engine.Schema() is not var (name, version) || name != schema.Name)
        {
            throw new InvalidDataException($"The file {path} is not the {schema.Name} store of a Comet Server. Put the right file in its place, or move it away to begin with an empty one.");
        }

        if (version > schema.Version)
        {
            throw new InvalidDataException(
                $"The file {path} has version {version} of the {schema.Name} store; this server knows up to version {schema.Version}. Start the newer server again, or restore a copy that was made before its first start.");
        }

        if (version < schema.Version)
        {
            var time = clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
            engine.CopyTo($"{path}.v{version}-{time}.bak");
        }

        for (; version < schema.Version; version++)
        {
            ct.ThrowIfCancellationRequested();
            if (!schema.Steps.TryGetValue(version, out var step))
            {
                throw new InvalidDataException($"The file {path} has version {version} of the {schema.Name} store, from which this server can't lead to version {schema.Version}. Start a server of a version in between first.");
            }

            var staging = new DbStaging(engine);
            step(new DbWriter(staging));
            var record = DbEngine.SchemaRecord(schema.Name, version + 1);
            staging.Set(DbEngine.OwnCollection, record.Key, record);
            staging.Keep();
            engine.Commit(staging.Kept);
        }
    }
}
