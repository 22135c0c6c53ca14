namespace Comet.Blazor.Wire;

/// <summary>Engines of Protected Items, which of them devices can run, and the keys of their settings (spec/01 §5.1).</summary>
public static class ItemEngines
{
    /// <summary>Files and Folders.</summary>
    public const string File = "engine1/file";

    /// <summary>Program Output.</summary>
    public const string Stdout = "engine1/stdout";

    /// <summary>MySQL and MariaDB.</summary>
    public const string MySql = "engine1/mysql";

    /// <summary>Why devices can't run an engine, in a sentence; null when they can.</summary>
    public static string? Reason(string engine) => engine is File or Stdout or MySql ? null
        : $"The agent can't back up Protected Items of type {engine}. Back up an export of the data instead, by a command (Program Output) or as files.";

    /// <summary>Keys of <see cref="Stdout"/>.</summary>
    public static class StdoutKeys
    {
        /// <summary>The command, given to the device's shell.</summary>
        public const string Command = "COMMAND";

        /// <summary>The folder in which it runs; empty for the agent's own.</summary>
        public const string WorkDir = "WORKDIR";

        /// <summary>The file's name in the backup.</summary>
        public const string SaveAs = "SAVEAS";

        /// <summary>Prefix of further commands: a JSON array of command, folder and file name.</summary>
        public const string Extra = "EXTRACOMMAND-";
    }

    /// <summary>Keys of <see cref="MySql"/>: the contract names none, so they follow its SQL Server keys and MySQLConnection.</summary>
    public static class MySqlKeys
    {
        /// <summary>The database server; empty for this device by its socket.</summary>
        public const string Host = "HOST";

        /// <summary>Its port; empty for 3306.</summary>
        public const string Port = "PORT";

        /// <summary>The database user.</summary>
        public const string Username = "USERNAME";

        /// <summary>The database user's password.</summary>
        public const string Password = "PASSWORD";

        /// <summary>Present: all databases but <see cref="Except"/>. Absent: those of <see cref="Database"/>.</summary>
        public const string AllDatabases = "ALL_DATABASES";

        /// <summary>Prefix: a database that is backed up.</summary>
        public const string Database = "DATABASE-";

        /// <summary>Prefix: a database that is left out.</summary>
        public const string Except = "EXCEPT-DATABASE-";

        /// <summary>Present: the connection must be encrypted.</summary>
        public const string UseTls = "USE_TLS";

        /// <summary>Present: any certificate of the server is accepted.</summary>
        public const string TlsSkipVerify = "TLS_SKIP_VERIFY";

        /// <summary>File on the device: certificates that may sign the server's.</summary>
        public const string TlsCa = "TLS_CA";

        /// <summary>File on the device: the client's certificate.</summary>
        public const string TlsCert = "TLS_CERT";

        /// <summary>File on the device: the key of the client's certificate.</summary>
        public const string TlsKey = "TLS_KEY";
    }
}
