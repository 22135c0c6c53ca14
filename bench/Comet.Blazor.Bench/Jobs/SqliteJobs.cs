using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Features.Jobs.Query;
using Comet.Blazor.Kernel;
using Microsoft.Data.Sqlite;

namespace Comet.Blazor.Bench.Jobs;

/// <summary>The reference: the same jobs in SQLite with WAL, an index for each question, its pages mapped into memory, statements prepared once.</summary>
public sealed class SqliteJobs : IDisposable
{
    private const string Columns = "guid, account, device, item, vault, kind, status, start, ended, files, size, uploaded, downloaded, vault_after, directories, chunks, version, snapshot";

    private readonly SqliteConnection _db;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    /// <summary>Opens the file.</summary>
    public SqliteJobs(string path)
    {
        _db = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _db.Open();
        Run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA mmap_size=4294967296; PRAGMA cache_size=-262144; PRAGMA temp_store=MEMORY;");
    }

    /// <summary>Writes the jobs and builds the indexes.</summary>
    public void Fill(JobsData data)
    {
        Run($"""
            CREATE TABLE jobs(key INTEGER PRIMARY KEY, {Columns}, doc BLOB);
            """);
        using var transaction = _db.BeginTransaction();
        using var insert = _db.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = $"INSERT INTO jobs({Columns}, doc) VALUES ({string.Join(", ", Columns.Split(", ").Select(static c => "$" + c))}, $doc)";
        foreach (var name in Columns.Split(", ").Append("doc"))
        {
            insert.Parameters.Add(new SqliteParameter("$" + name, null));
        }

        foreach (var (account, job) in data.Jobs())
        {
            object[] values =
            [
                Guid.Parse(job.Id).ToByteArray(), JobsData.Id(account).Value, job.DeviceId, job.SourceId, job.DestinationId, job.Classification, job.Status, job.StartTime, job.EndTime,
                job.TotalFiles, job.TotalSize, job.UploadSize, job.DownloadSize, job.DestinationSizeEnd!.Size, job.TotalDirectories, job.TotalChunks, job.ClientVersion, job.SnapshotId![..8], job.ToJson(),
            ];
            for (var i = 0; i < values.Length; i++)
            {
                insert.Parameters[i].Value = values[i];
            }

            insert.ExecuteNonQuery();
        }

        transaction.Commit();
        Run("""
            CREATE UNIQUE INDEX by_guid ON jobs(guid); CREATE INDEX by_start ON jobs(start); CREATE INDEX by_account ON jobs(account, start); CREATE INDEX by_status ON jobs(status, start);
            CREATE INDEX by_day ON jobs(kind, start, item, status); CREATE INDEX by_size ON jobs(size); ANALYZE;
            """);
    }

    /// <summary>A page of rows, newest first.</summary>
    public List<JobRow> Page(int skip, int size) => Rows($"SELECT {Columns} FROM jobs WHERE key IN (SELECT key FROM jobs ORDER BY start DESC LIMIT $a OFFSET $b) ORDER BY start DESC", size, skip);

    /// <summary>A page of one account's jobs of some time.</summary>
    public List<JobRow> PageOf(string account, long from, long to, int size) =>
        Rows($"SELECT {Columns} FROM jobs WHERE account = $a AND start >= $b AND start < $c ORDER BY start DESC LIMIT $d", account, from, to, size);

    /// <summary>A page of the largest.</summary>
    public List<JobRow> Largest(int skip, int size) => Rows($"SELECT {Columns} FROM jobs WHERE key IN (SELECT key FROM jobs ORDER BY size DESC LIMIT $a OFFSET $b) ORDER BY size DESC", size, skip);

    /// <summary>Jobs of one account of some time.</summary>
    public long CountOf(string account, long from, long to) => Scalar("SELECT count(*) FROM jobs WHERE account = $a AND start >= $b AND start < $c", account, from, to);

    /// <summary>Unsuccessful jobs of some time.</summary>
    public long CountUnsuccessful(long from, long to) =>
        Scalar("SELECT count(*) FROM jobs WHERE status IN (7000, 7001, 7002, 7003, 7004, 7005, 7006, 7007) AND start >= $a AND start < $b", from, to);

    /// <summary>Jobs whose account's name holds a text, the names being in a table beside.</summary>
    public long CountText(string text) => Scalar("SELECT count(*) FROM jobs WHERE account IN (SELECT id FROM accounts WHERE name LIKE '%' || $a || '%')", text);

    /// <summary>The table of names.</summary>
    public void FillNames(JobsData data)
    {
        Run("CREATE TABLE IF NOT EXISTS accounts(id TEXT PRIMARY KEY, name TEXT) WITHOUT ROWID; DELETE FROM accounts;");
        using var transaction = _db.BeginTransaction();
        foreach (var account in data.All)
        {
            using var insert = _db.CreateCommand();
            insert.Transaction = transaction;
            insert.CommandText = "INSERT INTO accounts VALUES ($a, $b)";
            insert.Parameters.AddWithValue("$a", account.Id.Value);
            insert.Parameters.AddWithValue("$b", account.Username);
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    /// <summary>Backup jobs per item, day and status; answers the number of groups.</summary>
    public Dictionary<(string Item, long Day, long Status), long> Days(long from, int days)
    {
        var groups = new Dictionary<(string, long, long), long>();
        using var reader = Prepared("SELECT item, (start - $a) / 86400 AS day, status, count(*) FROM jobs WHERE kind = 4001 AND start >= $a AND start < $b GROUP BY item, day, status", from, from + (days * 86_400L)).ExecuteReader();
        while (reader.Read())
        {
            groups[(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2))] = reader.GetInt64(3);
        }

        return groups;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _db.Dispose();
    }

    // The ids stand for the names: SQLite is spared the joins that our rows include.
    private List<JobRow> Rows(string sql, params object[] values)
    {
        var rows = new List<JobRow>();
        using var reader = Prepared(sql, values).ExecuteReader();
        while (reader.Read())
        {
            var (device, item, vault) = (reader.GetString(2), reader.GetString(3), reader.GetString(4));
            var (start, end) = (reader.GetInt64(7), reader.GetInt64(8));
            rows.Add(new JobRow(
                reader.GetGuid(0).ToString("D"), new AccountId(reader.GetString(1)), "", device, device, item, item, vault, vault, reader.GetInt32(5), reader.GetInt32(6),
                DateTimeOffset.FromUnixTimeSeconds(start), DateTimeOffset.FromUnixTimeSeconds(end), end - start)
            {
                Files = reader.GetInt64(9), Size = reader.GetInt64(10), Uploaded = reader.GetInt64(11), Downloaded = reader.GetInt64(12), VaultAfter = reader.GetInt64(13),
                Directories = reader.GetInt64(14), Chunks = reader.GetInt64(15), Version = reader.GetString(16), Snapshot = reader.GetString(17),
            });
        }

        return rows;
    }

    private long Scalar(string sql, params object[] values) => (long)Prepared(sql, values).ExecuteScalar()!;

    private SqliteCommand Prepared(string sql, params object[] values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            _prepared[sql] = command = _db.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.AddWithValue("$" + (char)('a' + i), values[i]);
            }

            command.Prepare();
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return command;
    }

    private void Run(string sql)
    {
        using var command = _db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
