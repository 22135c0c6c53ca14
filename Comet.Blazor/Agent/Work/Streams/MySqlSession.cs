using System.Globalization;
using System.Text;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Work.Streams;

/// <summary>
/// The engine of MySQL and MariaDB: one dump per database. Password and address go to the programs by an option file that the agent's user alone
/// may read and that is removed after use; the person's own option files do not count.
/// </summary>
public sealed class MySqlSession : IDisposable
{
    // Views on the server's state, which every server makes by itself.
    private static readonly string[] Virtual = ["information_schema", "performance_schema", "sys"];
    private readonly AgentItem _item;
    private readonly MySqlTools _tools;
    private readonly string _options;

    private MySqlSession(AgentItem item, MySqlTools tools, string options) => (_item, _tools, _options) = (item, tools, options);

    /// <summary>Finds the programs and writes the option file.</summary>
    /// <exception cref="AgentFailure">The programs are missing, or a setting means nothing.</exception>
    public static async Task<MySqlSession> OpenAsync(AgentItem item, StateFolder state, CancellationToken ct)
    {
        var tools = await MySqlTools.FindAsync(ct);
        var file = state.Sub("runs", $"{Guid.NewGuid():N}.cnf");
        var how = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var text = OptionFile(item.EngineProps, tools.IsMariaDb);
        await using (var writer = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), how))
        {
            await writer.WriteAsync(text);
        }

        return new MySqlSession(item, tools, file);
    }

    /// <summary>The text of the option file.</summary>
    /// <param name="props">The item's settings.</param>
    /// <param name="mariaDb">For the programs of MariaDB.</param>
    /// <exception cref="AgentFailure">A setting means nothing.</exception>
    public static string OptionFile(IReadOnlyDictionary<string, string> props, bool mariaDb)
    {
        var text = new StringBuilder("[client]\n");
        void Set(string name, string key)
        {
            if (props.GetValueOrDefault(key) is { Length: > 0 } value)
            {
                text.Append(name).Append('=').Append(Quoted(key, value)).Append('\n');
            }
        }

        Set("host", ItemEngines.MySqlKeys.Host);
        Set("user", ItemEngines.MySqlKeys.Username);
        Set("password", ItemEngines.MySqlKeys.Password);
        if (props.GetValueOrDefault(ItemEngines.MySqlKeys.Port) is { Length: > 0 } port)
        {
            if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            {
                throw new AgentFailure($"The Protected Item names the port {port}; it must be 1 to 65535. Correct it.");
            }

            text.Append(CultureInfo.InvariantCulture, $"port={number}\n");
            if (props.GetValueOrDefault(ItemEngines.MySqlKeys.Host) is not { Length: > 0 } || props[ItemEngines.MySqlKeys.Host] == "localhost")
            {
                text.Append("protocol=TCP\n"); // else localhost means the socket, and the port nothing
            }
        }

        Set("ssl-ca", ItemEngines.MySqlKeys.TlsCa);
        Set("ssl-cert", ItemEngines.MySqlKeys.TlsCert);
        Set("ssl-key", ItemEngines.MySqlKeys.TlsKey);
        if (props.ContainsKey(ItemEngines.MySqlKeys.UseTls))
        {
            var any = props.ContainsKey(ItemEngines.MySqlKeys.TlsSkipVerify);
            text.Append(mariaDb ? $"ssl\n{(any ? "skip-ssl-verify-server-cert" : "ssl-verify-server-cert")}\n" : $"ssl-mode={(any ? "REQUIRED" : "VERIFY_IDENTITY")}\n");
        }

        return text.ToString();
    }

    /// <summary>The dumps of the item's databases.</summary>
    /// <param name="report">Told what can't be found.</param>
    /// <param name="ct">Cancels it.</param>
    /// <exception cref="AgentFailure">The databases can't be listed, or none is selected.</exception>
    public async Task<IReadOnlyList<Dump>> DumpsAsync(JobReport report, CancellationToken ct)
    {
        string[] databases;
        if (_item.EngineProps.ContainsKey(ItemEngines.MySqlKeys.AllDatabases))
        {
            var except = Values(ItemEngines.MySqlKeys.Except);
            databases = [.. (await ListAsync(ct)).Where(d => !Virtual.Contains(d, StringComparer.OrdinalIgnoreCase) && !except.Contains(d, StringComparer.Ordinal))];
            report.Info($"Databases: {string.Join(", ", databases)}");
        }
        else
        {
            databases = Values(ItemEngines.MySqlKeys.Database);
        }

        return databases.Length == 0 ? throw new AgentFailure("The Protected Item selects no database. Select some, or all.") : [.. databases.Select(DumpOf)];
    }

    /// <inheritdoc />
    public void Dispose() => File.Delete(_options);

    /// <summary>The file name of a database's dump.</summary>
    public static string FileName(string database) => string.Concat(database.Select(static c => char.IsControl(c) || c is '/' or '\\' ? $"%{(int)c:X2}" : c.ToString())) + ".sql";

    // Blanks and signs of comments inside mean themselves; backslashes and quotation marks would not.
    private static string Quoted(string key, string value) => value.Any(static c => c is '\n' or '\r' or '\0')
        ? throw new AgentFailure($"The setting {key} of the Protected Item holds a line break. Correct it.")
        : $"\"{value.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private Dump DumpOf(string database) => new(
        FileName(database),
        new ChildRun(new(_tools.Dump, [$"--defaults-file={_options}", "--single-transaction", "--quick", "--routines", "--events", "--triggers", "--hex-blob", "--databases", "--", database])),
        $"The dump of database {database}");

    private string[] Values(string prefix) =>
    [
        .. _item.EngineProps.Where(p => p.Key.StartsWith(prefix, StringComparison.Ordinal) && p.Value.Length > 0)
            .OrderBy(static p => p.Key.Length).ThenBy(static p => p.Key, StringComparer.Ordinal).Select(static p => p.Value).Distinct(StringComparer.Ordinal),
    ];

    private async Task<List<string>> ListAsync(CancellationToken ct)
    {
        var client = _tools.Client ?? throw new AgentFailure("Neither mysql nor mariadb was found on PATH; it lists the databases. Install it, or name the databases in the Protected Item.");
        List<string> errors = [];
        try
        {
            using var list = new ChildRun(new(client, [$"--defaults-file={_options}", "--batch", "--raw", "--skip-column-names", "--execute", "SHOW DATABASES"]))
                .Begin(line => { lock (errors) { errors.Add(line); } }, ct);
            List<string> databases = [];
            await LineReader.ReadAsync(list.Process.StandardOutput, databases.Add);
            return await list.EndAsync() == 0 ? databases : throw new AgentFailure($"The databases can't be listed: {string.Join(' ', errors.TakeLast(3))}");
        }
        catch (IOException ex)
        {
            throw new AgentFailure($"{client} can't be run: {ex.Message}", ex);
        }
    }
}
