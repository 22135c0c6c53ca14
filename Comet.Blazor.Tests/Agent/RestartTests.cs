using System.Diagnostics;
using System.Text.Json.Nodes;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Server and agent are killed, stopped and started again around a backup.</summary>
public class RestartTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_KilledInMidBackup_JobEndsOnceInItsHistory()
    {
        await using var lab = await AgentLab.StartAsync();
        lab.StartAgent("--restic", lab.SlowRestic(4000));
        await lab.OnlineAsync();
        var item = await lab.AddBigItemAsync(40);
        var vault = await lab.AddVaultAsync();
        var folder = await lab.BucketAsync(vault);
        await lab.StopServerAsync();
        await using var server = await CometProcess.StartServerAsync(lab.DataFolder, lab.Address);
        var device = await ConnectionAsync(lab);

        var answer = await CallAsync(lab, "dispatcher/run-backup-custom", ("TargetID", device), ("Source", item), ("Destination", vault));
        await Wait.UntilAsync(() => Directory.Exists(Path.Combine(folder, "data")) && Directory.EnumerateFiles(Path.Combine(folder, "data"), "*", SearchOption.AllDirectories).Count() > 1, "packs arrive " + answer);
        await server.KillAsync();
        await using var again = await CometProcess.StartServerAsync(lab.DataFolder, lab.Address);
        await Wait.UntilAsync(() => lab.Agent.Output.Contains("ended:", StringComparison.Ordinal), "the backup has ended", 90);

        again.Signal("TERM");
        await again.ExitAsync();
        await lab.StartServerAsync();
        var job = await lab.EndAsync(Assert.Single(await lab.JobsAsync()));
        var log = await lab.LogAsync(job.Id);
        Assert.True(job.Status == JobStatus.Success, log + lab.Agent.Output);
        Assert.Single(log.Split('\n'), static l => l.Contains("Backing up with restic", StringComparison.Ordinal));
        var (repository, password) = await lab.RepositoryAsync(vault);
        await Restic.OkAsync(repository, password, "check", "--no-lock", "--read-data");
    }

    [Fact]
    public async Task Agent_KilledInMidBackup_JobEndsAbandonedAndTheNextRunSucceeds()
    {
        await using var lab = await AgentLab.StartAsync();
        lab.StartAgent("--restic", lab.SlowRestic());
        await lab.OnlineAsync();
        var item = await lab.AddBigItemAsync(16);
        var vault = await lab.AddVaultAsync();
        var job = await lab.RunAsync(item, vault);
        await lab.ProgressAsync(job);
        await lab.Agent.KillAsync();
        await Wait.UntilAsync(() => lab.IsOffline, "the server has noticed");

        lab.StartAgent();
        await lab.OnlineAsync();

        Assert.Equal(JobStatus.Abandoned, (await lab.EndAsync(job)).Status);
        Assert.Contains("E The agent stopped unexpectedly", await lab.LogAsync(job), StringComparison.Ordinal);
        var next = await lab.BackUpAsync(item, vault);
        Assert.True(next.Status == JobStatus.Success, await lab.LogAsync(next.Id));
        Assert.Contains("I Removing the lock", await lab.LogAsync(next.Id), StringComparison.Ordinal);
        var (folder, password) = await lab.RepositoryAsync(vault);
        Assert.Equal("", (await Restic.OkAsync(folder, password, "list", "locks", "--no-lock")).Output);
        Assert.Equal(2, (await lab.JobsAsync()).Count);
    }

    [Fact]
    public async Task Orphan_OfAKilledAgent_IsInterruptedAndOnlyThatProcess()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var account = AccountOf(lab);
        await lab.Agent.KillAsync();
        using var orphan = Process.Start("sleep", "600");
        using var stranger = Process.Start("sleep", "600");
        try
        {
            var notes = Path.Combine(lab.State, "jobs");
            Directory.CreateDirectory(notes);
            Note(new JobNote(Guid.NewGuid().ToString(), "vault", account, orphan.Id, ProcessControl.StartOf(orphan)));
            Note(new JobNote(Guid.NewGuid().ToString(), "vault", account, stranger.Id, ProcessControl.StartOf(stranger) - 60_000));
            lab.StartAgent();
            await lab.OnlineAsync();

            await orphan.WaitForExitAsync(Ct);
            Assert.False(stranger.HasExited);
            Assert.Empty(Directory.GetFiles(notes));

            void Note(JobNote note) => File.WriteAllBytes(Path.Combine(notes, note.JobId + ".json"), System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(note, StateJson.Default.JobNote));
        }
        finally
        {
            stranger.Kill();
            orphan.Kill();
        }
    }

    [Fact]
    public async Task Link_LostDuringABackup_TheEndArrivesWhenTheServerReturns()
    {
        await using var lab = await AgentLab.StartAsync();
        var wait = lab.Work.Sub("go on");
        lab.StartAgent("--restic", lab.Script($"""case "$1" in backup) while [ ! -e "{wait}" ]; do sleep 0.1; done;; esac; exec $restic "$@" """));
        await lab.OnlineAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        var job = await lab.RunAsync(item, vault);
        await Wait.UntilAsync(async () => (await lab.LogAsync(job)).Contains("Backing up with restic", StringComparison.Ordinal), "the backup runs");

        await lab.StopServerAsync();
        File.WriteAllText(wait, "");
        await Wait.UntilAsync(() => lab.Agent.Output.Contains("ended: Error", StringComparison.Ordinal), "the backup has failed without its storage");
        await lab.Agent.KillAsync(); // what was not sent is on disk
        await lab.StartServerAsync();
        lab.StartAgent();
        await lab.OnlineAsync();

        Assert.Equal(JobStatus.Error, (await lab.EndAsync(job)).Status);
        Assert.Contains("restic ended with exit code 1", await lab.LogAsync(job), StringComparison.Ordinal);
        Assert.Equal(JobStatus.Success, (await lab.BackUpAsync(item, vault)).Status);
    }

    private static string AccountOf(AgentLab lab) =>
        System.Text.Json.JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(lab.State, "agent.json")), StateJson.Default.AgentIdentity)!.AccountId;

    private static async Task<string> ConnectionAsync(AgentLab lab)
    {
        var id = "";
        await Wait.UntilAsync(async () => (id = (await CallAsync(lab, "dispatcher/list-active")).AsObject().Select(static c => c.Key).FirstOrDefault() ?? "").Length > 0, "the device is online");
        return id;
    }

    private static async Task<JsonNode> CallAsync(AgentLab lab, string path, params (string Name, string Value)[] fields)
    {
        using var client = new HttpClient();
        (string Name, string Value)[] all = [("Username", "admin"), ("AuthType", "Password"), ("Password", "admin"), .. fields];
        using var answer = await client.PostAsync($"{lab.Address}api/v1/admin/{path}", new FormUrlEncodedContent(all.Select(static f => KeyValuePair.Create(f.Name, f.Value))), Ct);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Ct))!;
    }
}
