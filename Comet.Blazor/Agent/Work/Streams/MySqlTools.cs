using Comet.Blazor.Agent.Engine;

namespace Comet.Blazor.Agent.Work.Streams;

/// <summary>The programs of MySQL or MariaDB on this computer.</summary>
/// <param name="Dump">mysqldump or mariadb-dump.</param>
/// <param name="Client">mysql or mariadb; null when it is not there.</param>
/// <param name="IsMariaDb">They name some options differently.</param>
public sealed record MySqlTools(string Dump, string? Client, bool IsMariaDb)
{
    private static readonly TimeSpan VersionLimit = TimeSpan.FromSeconds(20);

    /// <summary>Looks for them on PATH.</summary>
    /// <exception cref="AgentFailure">They are not there; the sentence says how to install them.</exception>
    public static async Task<MySqlTools> FindAsync(CancellationToken ct)
    {
        var dump = OnPath("mariadb-dump") ?? OnPath("mysqldump") ?? throw new AgentFailure(
            "Neither mysqldump nor mariadb-dump was found on PATH; they read the databases. Install them: " + (OperatingSystem.IsWindows()
                ? "they come with MySQL and MariaDB; add their bin folder to PATH, and restart the agent."
                : OperatingSystem.IsMacOS() ? "brew install mysql-client." : "apt-get install mariadb-client or default-mysql-client (or dnf install mariadb)."));
        List<string> lines = [];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(VersionLimit);
        try
        {
            await new ChildRun(new(dump, ["--version"])).RunAsync(line => { lock (lines) { lines.Add(line); } }, limit.Token);
        }
        catch (Exception ex) when (ex is IOException || (ex is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new AgentFailure($"{dump} can't be run: {ex.Message} Install it anew.", ex);
        }

        return new MySqlTools(dump, OnPath("mariadb") ?? OnPath("mysql"), string.Join(' ', lines).Contains("MariaDB", StringComparison.OrdinalIgnoreCase));
    }

    private static string? OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? program + ".exe" : program)).FirstOrDefault(File.Exists);
}
