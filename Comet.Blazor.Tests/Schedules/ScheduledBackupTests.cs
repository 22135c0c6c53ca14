using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Agent;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Schedules;

/// <summary>Rules in a real profile, run by the real agent with real restic.</summary>
public sealed class ScheduledBackupTests
{
    private static long Now => TimeProvider.System.UnixNow();

    [Fact]
    public async Task Rule_SecondsAhead_MakesOneBackupAndSkipsWhatStillRuns()
    {
        await using var lab = await AgentLab.StartAsync();
        lab.StartAgent("--restic", lab.SlowRestic(2000));
        await lab.OnlineAsync();
        var item = await lab.AddBigItemAsync(24);
        var vault = await lab.AddVaultAsync();
        var at = Now + 3;

        await RuleAsync(lab, item, vault, Once(at), Once(at + 4));

        await Wait.UntilAsync(async () => (await lab.JobsAsync()).Count == 2, "both runs are reported", 60);
        var jobs = new List<(int Status, long Start, string Log)>();
        foreach (var id in await lab.JobsAsync())
        {
            var job = await lab.EndAsync(id);
            jobs.Add((job.Status, job.StartTime, await lab.LogAsync(id)));
        }

        var (first, second) = (jobs.MinBy(static j => j.Start), jobs.MaxBy(static j => j.Start));
        Assert.Equal((JobStatus.Success, JobStatus.Skipped), (first.Status, second.Status));
        Assert.InRange(first.Start, at, at + 20);
        Assert.Contains("I Started by its schedule: Once, on ", first.Log, StringComparison.Ordinal);
        Assert.Contains("W Skipped, because the last backup of this Protected Item to this Storage Vault has not ended.", second.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_ServerAway_RunsAllTheSameAndIsReportedLater()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        var at = Now + 6;
        await RuleAsync(lab, item, vault, Once(at));
        await lab.SettledAsync();

        await lab.StopServerAsync();
        await Wait.UntilAsync(() => lab.Agent.Output.Contains("ended: ", StringComparison.Ordinal), "the run has ended without a server", 120);
        await lab.StartServerAsync();

        await Wait.UntilAsync(async () => (await lab.JobsAsync()).Count == 1, "the run is reported", 120);
        var job = await lab.EndAsync((await lab.JobsAsync()).Single());
        Assert.Equal(JobStatus.Error, job.Status);
        Assert.InRange(job.StartTime, at, at + 20);
    }

    private static JsonObject Once(long at) => new() { ["FrequencyType"] = 8010L, ["SecondsPast"] = at };

    private static Task RuleAsync(AgentLab lab, string item, string vault, params JsonNode[] schedules) => lab.EditAsync(d => d.Rules["r1"] = new JsonObject
    {
        ["Description"] = "Soon", ["Source"] = item, ["Destination"] = vault, ["ModifyTime"] = Now, ["SkipAlreadyRunning"] = true, ["Schedules"] = new JsonArray(schedules),
    });
}
