using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Program Output by the real agent and real restic: what a command gives is stored whole, or not at all.</summary>
public class StreamTests
{
    [Fact]
    public async Task Output_OfSeveralCommands_IsStoredByteByByteUnderTheirNames()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var folder = Directory.CreateDirectory(lab.Work.Sub("work dir")).FullName;
        File.WriteAllText(Path.Combine(folder, "here.txt"), "from the folder");
        var item = await lab.AddRawItemAsync(ItemEngines.Stdout, new Dictionary<string, string>
        {
            ["COMMAND"] = "echo a word to the log >&2; head -c 3000000 /dev/zero | tr '\\0' 'x'; printf '\\000\\001end'",
            ["SAVEAS"] = "big dump.bin",
            ["EXTRACOMMAND-1"] = JsonSerializer.Serialize(new[] { "cat here.txt", folder, "sub/../second.txt" }),
        });
        var vault = await lab.AddVaultAsync();

        var job = await lab.BackUpAsync(item, vault);

        var log = await lab.LogAsync(job.Id);
        Assert.True(job.Status == JobStatus.Success, log + lab.Agent.Output);
        Assert.Contains("I | a word to the log", log, StringComparison.Ordinal);
        Assert.Equal((2, 3_000_020), (job.TotalFiles, job.TotalSize));
        Assert.InRange(job.UploadSize, 1, 3_100_000);
        var (repository, password) = await lab.RepositoryAsync(vault);
        var first = (await Restic.OkAsync(repository, password, "dump", "--path", "/big dump.bin", "latest", "/big dump.bin")).Output;
        Assert.Equal(new string('x', 3_000_000) + "\0\u0001end", first);
        Assert.Equal("from the folder", (await Restic.OkAsync(repository, password, "dump", job.SnapshotId!, "/sub/second.txt")).Output);
        Assert.Equal(2, await SnapshotsAsync(repository, password, job.Id));
    }

    [Fact]
    public async Task Output_OfACommandThatFails_LeavesNoSnapshotAndKeepsTheOthers()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddRawItemAsync(ItemEngines.Stdout, new Dictionary<string, string>
        {
            ["COMMAND"] = "head -c 2000000 /dev/urandom; echo the database has gone away >&2; exit 3", ["SAVEAS"] = "broken.sql",
            ["EXTRACOMMAND-1"] = """["printf whole","","whole.sql"]""",
            ["EXTRACOMMAND-2"] = """["no-such-program-here","","never.sql"]""",
        });
        var vault = await lab.AddVaultAsync();

        var job = await lab.BackUpAsync(item, vault);

        var log = await lab.LogAsync(job.Id);
        Assert.True(job.Status == JobStatus.Error, log);
        Assert.Contains("I | the database has gone away", log, StringComparison.Ordinal);
        Assert.Contains("exit code 3", log, StringComparison.Ordinal);
        Assert.Contains("exit code 127", log, StringComparison.Ordinal);
        Assert.Contains("2 of 3 failed", log, StringComparison.Ordinal);
        var (repository, password) = await lab.RepositoryAsync(vault);
        Assert.Equal(1, await SnapshotsAsync(repository, password, job.Id));
        Assert.Equal("whole", (await Restic.OkAsync(repository, password, "dump", "latest", "/whole.sql")).Output);
        Assert.Equal("", (await Restic.OkAsync(repository, password, "list", "locks", "--no-lock")).Output);
    }

    [Fact]
    public async Task Output_Empty_IsAnErrorUnlessAllowed()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddRawItemAsync(ItemEngines.Stdout, new Dictionary<string, string> { ["COMMAND"] = "true", ["SAVEAS"] = "nothing" });
        var vault = await lab.AddVaultAsync();

        var refused = await lab.BackUpAsync(item, vault);
        var allowed = await lab.EndAsync(await lab.RunAsync(item, vault, new BackupOptions(AllowZeroFilesSuccess: true)));

        Assert.Equal((JobStatus.Error, JobStatus.Success), (refused.Status, allowed.Status));
        Assert.Contains("gave nothing", await lab.LogAsync(refused.Id), StringComparison.Ordinal);
        Assert.Null(allowed.SnapshotId);
    }

    [Fact]
    public async Task Output_Cancelled_KillsTheWholeTreeAndStoresNothing()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var pids = lab.Work.Sub("pids");
        var item = await lab.AddRawItemAsync(ItemEngines.Stdout, new Dictionary<string, string>
        {
            ["COMMAND"] = $"echo $$ > {pids}; printf begun; sleep 300 & echo $! >> {pids}; wait", ["SAVEAS"] = "endless",
        });
        var vault = await lab.AddVaultAsync();
        var job = await lab.RunAsync(item, vault);
        await Wait.UntilAsync(() => File.Exists(pids) && File.ReadAllLines(pids).Length == 2, "the command runs");

        Assert.Equal(Outcome.Done, await lab.CancelAsync(job));

        Assert.Equal(JobStatus.Cancelled, (await lab.EndAsync(job)).Status);
        Assert.All(File.ReadAllLines(pids), static pid => Assert.False(IsAlive(pid), $"process {pid} still runs"));
        var (repository, password) = await lab.RepositoryAsync(vault);
        Assert.Equal(0, await SnapshotsAsync(repository, password, job));
    }

    [Fact]
    public async Task Output_CutOffByTheEndOfTheAgent_IsForgottenBeforeTheNextBackup()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddRawItemAsync(ItemEngines.Stdout, new Dictionary<string, string> { ["COMMAND"] = "printf half; sleep 300; printf whole", ["SAVEAS"] = "dump" });
        var other = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        Assert.Equal(JobStatus.Success, (await lab.BackUpAsync(other, vault)).Status);
        var job = await lab.RunAsync(item, vault);
        var engine = "";
        await Wait.UntilAsync(
            () =>
            {
                var note = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(lab.State, "jobs", job + ".json")), Comet.Blazor.Agent.State.StateJson.Default.JobNote)!;
                engine = note.Pid.ToString(CultureInfo.InvariantCulture);
                return note.Pid > 0;
            },
            "restic runs");
        var (repository, password) = await lab.RepositoryAsync(vault);

        using (var agent = Process.GetProcessById(lab.Agent.Id))
        {
            agent.Kill();
            await agent.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        // restic takes the end of the agent for the end of the output, if it does not stumble over its own output first.
        await Wait.UntilAsync(() => !IsAlive(engine), "restic has ended");
        await Restic.OkAsync(repository, password, "backup", "--tag", $"job:{job}", lab.PasswordFile);
        Assert.NotEqual(0, await SnapshotsAsync(repository, password, job));
        lab.StartAgent();
        await lab.OnlineAsync();
        var next = await lab.BackUpAsync(other, vault);

        Assert.True(next.Status == JobStatus.Success, await lab.LogAsync(next.Id));
        Assert.Equal(JobStatus.Abandoned, (await lab.EndAsync(job)).Status);
        Assert.Equal(0, await SnapshotsAsync(repository, password, job));
        Assert.Equal(1, await SnapshotsAsync(repository, password, next.Id));
    }

    private static bool IsAlive(string pid)
    {
        try
        {
            using var process = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
            return !process.HasExited && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (Exception ex) when (ex is ArgumentException or IOException)
        {
            return false;
        }
    }

    private static async Task<int> SnapshotsAsync(string repository, string password, string job)
    {
        using var list = JsonDocument.Parse((await Restic.OkAsync(repository, password, "snapshots", "--json", "--no-lock", "--tag", $"job:{job}")).Output);
        return list.RootElement.GetArrayLength();
    }
}
