using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Agent;
using Comet.Blazor.Agent.Work.Streams;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Databases, the commands around a backup, and the choices of Files and Folders, by the real agent and real restic.</summary>
public class EngineTests
{
    [Fact]
    public async Task MySql_RealServer_DumpsEachDatabaseAndThePasswordStaysSecret()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/mariadbd") && File.Exists("/usr/bin/mariadb-install-db"), "This test needs a database server: apt-get install mariadb-server");
        await using var lab = await AgentLab.ConnectedAsync();
        using var server = await MariaDb.StartAsync(lab.Work.Sub("db"));
        await server.SqlAsync("CREATE DATABASE shop; CREATE TABLE shop.t (a INT, b BLOB); INSERT INTO shop.t VALUES (7, x'00ff27'); CREATE DATABASE `odd name/ü`; CREATE DATABASE scratch; CREATE USER backup@'127.0.0.1' IDENTIFIED BY 'se\"cr#e;t\\\\ x'; GRANT ALL ON *.* TO backup@'127.0.0.1'");
        var item = await lab.AddRawItemAsync(ItemEngines.MySql, new Dictionary<string, string>
        {
            ["HOST"] = "127.0.0.1", ["PORT"] = server.Port, ["USERNAME"] = "backup", ["PASSWORD"] = "se\"cr#e;t\\ x", ["ALL_DATABASES"] = "1", ["EXCEPT-DATABASE-0"] = "scratch",
        });
        var vault = await lab.AddVaultAsync();

        var job = await lab.BackUpAsync(item, vault);

        var log = await lab.LogAsync(job.Id);
        Assert.True(job.Status == JobStatus.Success, log + lab.Agent.Output);
        Assert.DoesNotContain("se\"cr", log + lab.Agent.Output, StringComparison.Ordinal);
        var (repository, password) = await lab.RepositoryAsync(vault);
        var shop = (await Restic.OkAsync(repository, password, "dump", "--path", "/shop.sql", "latest", "/shop.sql")).Output;
        Assert.Contains("CREATE DATABASE", shop, StringComparison.Ordinal);
        Assert.Contains("(7,0x00FF27)", shop, StringComparison.Ordinal);
        Assert.Contains("Dump completed", (await Restic.OkAsync(repository, password, "dump", "--path", "/odd name%2Fü.sql", "latest", "/odd name%2Fü.sql")).Output, StringComparison.Ordinal);
        Assert.NotEqual(0, (await Restic.RunAsync(repository, password, "dump", "--path", "/scratch.sql", "latest", "/scratch.sql")).ExitCode);
        Assert.Empty(Directory.GetFiles(Path.Combine(lab.State, "runs")));

        await lab.EditAsync(d => d.Root["Sources"]![item]!["EngineProps"]!["PASSWORD"] = "wrong");
        await lab.SettledAsync();
        var refused = await lab.BackUpAsync(item, vault);
        Assert.Equal(JobStatus.Error, refused.Status);
        Assert.Contains("Access denied", await lab.LogAsync(refused.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MySql_ToolsOnPath_GetNoPasswordAmongTheirArgumentsAndMissingOnesAreNamed()
    {
        await using var lab = await AgentLab.StartAsync();
        var tools = Directory.CreateDirectory(lab.Work.Sub("bin")).FullName;
        var calls = lab.Work.Sub("calls");
        lab.Variables["PATH"] = $"{tools}:{Path.GetDirectoryName(Environment.ProcessPath)}:/sbin";
        lab.StartAgent("--restic", "/usr/bin/restic");
        await lab.OnlineAsync();
        var item = await lab.AddRawItemAsync(ItemEngines.MySql, new Dictionary<string, string> { ["USERNAME"] = "u", ["PASSWORD"] = "hush-hush", ["DATABASE-0"] = "one", ["DATABASE-1"] = "-two" });
        var vault = await lab.AddVaultAsync();

        var missing = await lab.BackUpAsync(item, vault);
        Assert.Equal(JobStatus.Error, missing.Status);
        Assert.Contains("Neither mysqldump nor mariadb-dump was found on PATH", await lab.LogAsync(missing.Id), StringComparison.Ordinal);

        var fake = Path.Combine(tools, "mysqldump");
        File.WriteAllText(fake, $"#!/bin/sh\necho \"$@\" >> {calls}\n[ \"$1\" = --version ] && exit 0\n/bin/cat \"${{1#--defaults-file=}}\" >> {calls}\nfor last; do :; done\necho \"dump of $last\"\n[ \"$last\" = one ] || exit 2\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(fake, (UnixFileMode)0b111_101_101);
        }

        var job = await lab.BackUpAsync(item, vault);

        Assert.Equal(JobStatus.Error, job.Status);
        var told = File.ReadAllText(calls);
        Assert.Contains("password=\"hush-hush\"", told, StringComparison.Ordinal);
        Assert.DoesNotContain(told.Split('\n'), static l => l.StartsWith("--", StringComparison.Ordinal) && l.Contains("hush", StringComparison.Ordinal));
        Assert.Contains("--databases -- -two", told, StringComparison.Ordinal);
        var (repository, password) = await lab.RepositoryAsync(vault);
        Assert.Equal("dump of one\n", (await Restic.OkAsync(repository, password, "dump", "latest", "/one.sql")).Output);
        Assert.Contains("1 of 2 failed", await lab.LogAsync(job.Id), StringComparison.Ordinal);
    }

    [Fact]
    public void MySql_OptionFile_QuotesAndRefusesWhatWouldEscape()
    {
        var props = new Dictionary<string, string> { ["HOST"] = "db", ["PORT"] = "3307", ["PASSWORD"] = "a\\b\"c #d", ["USE_TLS"] = "1" };

        Assert.Equal("[client]\nhost=\"db\"\npassword=\"a\\\\b\\\"c #d\"\nport=3307\nssl-mode=VERIFY_IDENTITY\n", MySqlSession.OptionFile(props, mariaDb: false));
        Assert.Throws<AgentFailure>(() => MySqlSession.OptionFile(new Dictionary<string, string> { ["USERNAME"] = "x\nplugin-dir=/tmp" }, mariaDb: false));
        Assert.Throws<AgentFailure>(() => MySqlSession.OptionFile(new Dictionary<string, string> { ["PORT"] = "70000" }, mariaDb: false));
    }

    [Fact]
    public async Task Commands_AroundABackup_RunInOrderAlsoWhenItFails()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var trace = lab.Work.Sub("trace");
        var file = lab.Work.Sub("made-by-a-command");
        void Commands(JsonObject at, string who)
        {
            at["PreExec"] = new JsonArray($"echo before-{who} >> {trace}");
            at["ThawExec"] = new JsonArray($"echo thaw-{who} >> {trace}");
            at["PostExec"] = new JsonArray($"echo after-{who}-$COMET_STATUS >> {trace}");
        }

        var item = await lab.AddRawItemAsync(ItemEngines.File, new Dictionary<string, string> { ["INCLUDE0"] = file }, i =>
        {
            Commands(i, "item");
            i["PreExec"]!.AsArray().Add($"echo loud and clear; printf content > {file}");
        });
        var vault = await lab.AddVaultAsync();
        await lab.EditAsync(d => Commands((JsonObject)d.Root["Destinations"]![vault]!, "vault"));
        await lab.SettledAsync();

        var job = await lab.BackUpAsync(item, vault);

        var log = await lab.LogAsync(job.Id);
        Assert.True(job.Status == JobStatus.Success, log);
        Assert.Contains("I | loud and clear", log, StringComparison.Ordinal);
        Assert.Equal(["before-item", "before-vault", "thaw-vault", "thaw-item", "after-vault-5000", "after-item-5000"], File.ReadAllLines(trace));

        File.Delete(trace);
        await lab.EditAsync(d => d.Root["Sources"]![item]!["PreExec"] = new JsonArray("exit 5", $"rm -f {file}"));
        await lab.SettledAsync();
        var failed = await lab.BackUpAsync(item, vault);

        Assert.Equal(JobStatus.Error, failed.Status);
        Assert.Contains("W Command before the backup (Protected Item) ended with exit code 5", await lab.LogAsync(failed.Id), StringComparison.Ordinal);
        Assert.Equal(["before-vault", "thaw-vault", "thaw-item", "after-vault-7002", "after-item-7002"], File.ReadAllLines(trace));

        File.WriteAllText(file, "there");
        await lab.EditAsync(d => d.Root["Sources"]![item]!["PreExec"] = new JsonArray("exit 5"));
        await lab.SettledAsync();
        var warned = await lab.BackUpAsync(item, vault);
        Assert.Equal(JobStatus.Warning, warned.Status);

        File.Delete(trace);
        await lab.EditAsync(d => d.Root["Sources"]![item]!["PreExec"] = new JsonArray("sleep 300"));
        await lab.SettledAsync();
        var stopped = await lab.EndAsync(await lab.RunAsync(item, vault, new BackupOptions(StopAfter: 1)));
        Assert.Equal(JobStatus.Cancelled, stopped.Status);
        Assert.Equal(["thaw-vault", "thaw-item", "after-vault-7005", "after-item-7005"], File.ReadAllLines(trace));
    }

    [Fact]
    public async Task Files_ByGlobRegexPatternAndPolicy_AreThoseThatAreMeant()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var top = lab.Work.Sub("tree $HOME [x]");
        foreach (var name in new[] { "a/keep.txt", "a/drop.tmp", "a/b/also.tmp", "a/.cache/x", "a/b/secret-1.doc", "a/b/secret-2.doc", "a/b/open.doc", "a/#odd !name ", "a/policy.iso", "img/one.png", "img/deep/two.png", "img/deep/three.jpg", "img/other.gif" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(top, name))!);
            File.WriteAllText(Path.Combine(top, name), name);
        }

        var item = await lab.AddRawItemAsync(ItemEngines.File, new Dictionary<string, string>
        {
            ["INCLUDE0"] = Path.Combine(top, "a"), ["EXCLUDE0"] = "*.tmp", ["REXCLUDE0"] = @"/\.cache/", ["REXCLUDE1"] = @"secret-\d\.doc$",
            ["PINCLUDE0"] = JsonSerializer.Serialize(new { TopDirectory = Path.Combine(top, "img"), Value = "*.png" }),
            ["RINCLUDE0"] = JsonSerializer.Serialize(new { TopDirectory = Path.Combine(top, "img"), Value = @"three\.(jpg|jpeg)$" }),
            ["RESCAN_UNCHANGED"] = "1", ["USE_WIN_VSS"] = "1",
        });
        await lab.EditAsync(static d => d.Root["Policy"] = new JsonObject
        {
            ["FileAndFolderMandatoryExclusions"] = new JsonArray(
                new JsonObject { ["Exclude"] = "*.iso", ["Regex"] = false, ["RestrictOS"] = 5 },
                new JsonObject { ["Exclude"] = "open", ["Regex"] = true, ["RestrictOS"] = 1 }),
        });
        await lab.SettledAsync();
        var vault = await lab.AddVaultAsync();

        var job = await lab.BackUpAsync(item, vault);

        Assert.True(job.Status == JobStatus.Success, await lab.LogAsync(job.Id));
        var (repository, password) = await lab.RepositoryAsync(vault);
        var stored = (await Restic.OkAsync(repository, password, "ls", job.SnapshotId!)).Output.Split('\n').Where(l => l.StartsWith(top + "/", StringComparison.Ordinal)).Select(l => l[(top.Length + 1)..]).Where(l => File.Exists(Path.Combine(top, l)));
        Assert.Equal(["a/#odd !name ", "a/b/open.doc", "a/keep.txt", "img/deep/three.jpg", "img/deep/two.png", "img/one.png"], stored.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Files_OutsideHomes_AreLeftOutWhereTheAccountMayNot()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddItemAsync(["/etc/hostname"]);
        var vault = await lab.AddVaultAsync();
        await lab.EditAsync(static d => d.Root["LinuxHomedirSandbox"] = true);
        await lab.SettledAsync();

        var job = await lab.BackUpAsync(item, vault);

        Assert.Equal(JobStatus.Error, job.Status);
        Assert.Contains("not in a home directory", await lab.LogAsync(job.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfARule_RecordsRuleTagsAndEndsWithoutFilesAsAsked()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var empty = Directory.CreateDirectory(lab.Work.Sub("empty")).FullName;
        var item = await lab.AddItemAsync([empty]);
        var vault = await lab.AddVaultAsync();
        var trace = lab.Work.Sub("trace");

        var warned = await lab.EndAsync(await lab.RunAsync(item, vault, new BackupOptions(ReduceDiskConcurrency: true, LogLevel: "debug", Tags: "by hand")));
        var allowed = await lab.EndAsync(await lab.RunAsync(item, vault, new BackupOptions(AllowZeroFilesSuccess: true, ConcurrencyCount: 1, LogLevel: "error")));

        Assert.Equal((JobStatus.Warning, "by hand"), (warned.Status, warned.Tags));
        Assert.Contains("D restic backup", await lab.LogAsync(warned.Id), StringComparison.Ordinal);
        Assert.Equal((JobStatus.Success, "I Backup requested by administrator admin."), (allowed.Status, await lab.LogAsync(allowed.Id))); // the server's own line

        await lab.EditAsync(d => d.Rules["rule-1"] = new JsonObject
        {
            ["Description"] = "Nightly", ["Source"] = item, ["Destination"] = vault, ["ModifyTime"] = 1, ["AllowZeroFilesSuccess"] = true, ["Tags"] = "planned", ["PostExec"] = new JsonArray($"echo ran > {trace}"),
            ["Schedules"] = new JsonArray(new JsonObject { ["FrequencyType"] = 8010, ["SecondsPast"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 2 }),
        });
        await Wait.UntilAsync(async () => (await lab.JobsAsync()).Count == 3, "the rule has run", 40);
        var planned = await lab.EndAsync((await lab.JobsAsync()).Single(j => j != warned.Id && j != allowed.Id));

        Assert.Equal((JobStatus.Success, "rule-1", 0, "planned"), (planned.Status, planned.RuleId, planned.RetryCount, planned.Tags));
        Assert.True(File.Exists(trace));
    }

    /// <summary>A database server of its own, on a free port.</summary>
    private sealed class MariaDb(string folder, string port, Process process) : IDisposable
    {
        public string Port => port;

        public static async Task<MariaDb> StartAsync(string folder)
        {
            Directory.CreateDirectory(folder);
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            var port = ((IPEndPoint)free.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
            free.Stop();
            var user = Environment.UserName;
            await RunAsync("/usr/bin/mariadb-install-db", "--no-defaults", $"--user={user}", $"--datadir={folder}/data", "--skip-test-db", "--auth-root-authentication-method=normal");
            var process = Process.Start(new ProcessStartInfo("/usr/sbin/mariadbd", ["--no-defaults", $"--user={user}", $"--datadir={folder}/data", $"--socket={folder}/sock", $"--port={port}", "--bind-address=127.0.0.1", "--skip-name-resolve", $"--pid-file={folder}/pid"]) { RedirectStandardError = true })!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            var server = new MariaDb(folder, port, process);
            await Wait.UntilAsync(() => File.Exists(Path.Combine(folder, "sock")), "the database server listens", 60);
            return server;
        }

        public Task SqlAsync(string sql) => RunAsync("/usr/bin/mariadb", "--no-defaults", $"--socket={folder}/sock", "-u", "root", "-e", sql);

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        private static async Task RunAsync(string program, params string[] args)
        {
            using var run = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var texts = await Task.WhenAll(run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
            await run.WaitForExitAsync();
            Assert.True(run.ExitCode == 0, string.Concat(texts));
        }
    }
}
