using System.Text.Json.Nodes;
using Comet.Blazor.Features.Devices.Asking;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>A backup rule run on request by the real agent with real restic: everything that the rule says reaches the backup.</summary>
public class RuleRunTests
{
    [Fact]
    public async Task Rule_RunNow_ObeysItsOptionsAndRunsAllCommandsInOrder()
    {
        await using var lab = await AgentLab.StartAsync();
        var trace = lab.Work.Sub("trace");
        lab.StartAgent("--restic", lab.Script($"""case "$*" in *"backup --json"*) echo "restic $*" >> {trace};; esac; exec $restic "$@" """));
        await lab.OnlineAsync();
        void Commands(JsonObject at, string who)
        {
            at["PreExec"] = new JsonArray($"echo before-{who} >> {trace}");
            at["ThawExec"] = new JsonArray($"echo thaw-{who} >> {trace}");
            at["PostExec"] = new JsonArray($"echo after-{who}-$COMET_STATUS >> {trace}");
        }

        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        await lab.EditAsync(d =>
        {
            var rule = new JsonObject
            {
                ["Description"] = "Nightly", ["Source"] = item, ["Destination"] = vault, ["ModifyTime"] = 1, ["LimitVaultSpeedBps"] = 204_800, ["ConcurrencyCount"] = 3,
                ["LogLevel"] = "debug", ["Tags"] = "by rule", ["SkipAlreadyRunning"] = true, ["Schedules"] = new JsonArray(),
            };
            Commands(rule, "rule");
            d.Rules["rule-1"] = rule;
            Commands((JsonObject)d.Root["Sources"]![item]!, "item");
            Commands((JsonObject)d.Root["Destinations"]![vault]!, "vault");
        });
        await lab.SettledAsync();

        var job = await RunRuleAsync(lab);

        var log = await lab.LogAsync(job.Id);
        Assert.True(job.Status == JobStatus.Success, log);
        Assert.Equal(("rule-1", "by rule", 0L), (job.RuleId, job.Tags, (long)job.RetryCount));
        var lines = await File.ReadAllLinesAsync(trace, TestContext.Current.CancellationToken);
        Assert.Equal(
            ["before-rule", "before-item", "before-vault", "restic", "thaw-vault", "thaw-item", "thaw-rule", "after-vault-5000", "after-item-5000", "after-rule-5000"],
            lines.Select(static l => l.StartsWith("restic ", StringComparison.Ordinal) ? "restic" : l));
        Assert.Contains("--limit-upload 200 --limit-download 200", lines[3], StringComparison.Ordinal);
        Assert.Contains("-o rest.connections=3", lines[3], StringComparison.Ordinal);
        Assert.Contains("D restic backup", log, StringComparison.Ordinal);

        File.Delete(trace);
        await lab.EditAsync(d => d.Rules["rule-1"]!["PreExec"] = new JsonArray("exit 9", $"echo second >> {trace}"));
        await lab.SettledAsync();
        var warned = await RunRuleAsync(lab);

        Assert.Equal((JobStatus.Warning, 64), (warned.Status, warned.SnapshotId!.Length));
        Assert.Contains("W Command before the backup (rule) ended with exit code 9: exit 9", await lab.LogAsync(warned.Id), StringComparison.Ordinal);
        Assert.Equal(["second", "before-item", "before-vault"], File.ReadLines(trace).Take(3));

        await lab.EditAsync(d => (d.Rules["rule-1"]!["StopAfter"], d.Rules["rule-1"]!["PreExec"]) = (1, new JsonArray("sleep 300")));
        await lab.SettledAsync();
        var stopped = await RunRuleAsync(lab);

        Assert.Equal(JobStatus.Cancelled, stopped.Status);
        Assert.Contains("W Stopped after 1 second, the time limit of this run.", await lab.LogAsync(stopped.Id), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rule_RunNow_WhileItsItemIsBackedUp_EndsAsSkippedWhenItSaysSo()
    {
        await using var lab = await AgentLab.StartAsync();
        lab.StartAgent("--restic", lab.SlowRestic());
        await lab.OnlineAsync();
        var big = await lab.AddBigItemAsync(32);
        var vault = await lab.AddVaultAsync();
        await lab.EditAsync(d => d.Rules["rule-1"] = new JsonObject { ["Source"] = big, ["Destination"] = vault, ["ModifyTime"] = 1, ["SkipAlreadyRunning"] = true });
        await lab.SettledAsync();
        var running = await lab.RunAsync(big, vault);
        await lab.ProgressAsync(running);

        var skipped = await RunRuleAsync(lab);

        Assert.Equal((JobStatus.Skipped, "rule-1"), (skipped.Status, skipped.RuleId));
        Assert.Contains("W Skipped, because the last backup of this Protected Item to this Storage Vault has not ended.", await lab.LogAsync(skipped.Id), StringComparison.Ordinal);
        Assert.Equal(Outcome.Done, await lab.CancelAsync(running));
        await lab.EndAsync(running);
    }

    private static async Task<Features.Jobs.Job> RunRuleAsync(AgentLab lab)
    {
        var connection = await lab.OnlineAsync();
        var job = await lab.Server.Get<RunRuleNow>().RunAsync(new Actor(ActorKind.Administrator, "admin"), connection.Id, "rule-1", TestContext.Current.CancellationToken);
        Assert.True(job.Ok, job.Why);
        return await lab.EndAsync(job.Value);
    }
}
