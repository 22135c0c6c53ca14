using Comet.Blazor.Agent.State;
using Comet.Blazor.Features.Devices.Open;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Work that needs a vault alone while a program of somebody else works on it: it names whose lock it waits for, and goes on when that is gone.</summary>
public class LockTests
{
    [Fact]
    public async Task RetentionPassAndDeletion_WhileSomebodyWorksOnTheVault_NameTheLockAndWait()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        var first = await lab.BackUpAsync(item, vault);
        var second = await lab.BackUpAsync(item, vault);
        var third = await lab.BackUpAsync(item, vault);
        await lab.KeepAsync(vault, 1);
        var (folder, password) = await lab.RepositoryAsync(vault);
        using var other = await HoldAsync(lab, folder, password);

        var deletion = await lab.BeginWorkAsync(vault, w => (by, link, v, ct) => w.DeleteSnapshotsAsync(by, link, v, [first.SnapshotId!], ct));
        var pass = await lab.BeginWorkAsync(vault, static w => w.ApplyRetentionAsync);
        await SaysAsync(lab, deletion, $"The Storage Vault is locked by the computer {Environment.MachineName} (user {Environment.UserName}, process {other.Id}, ");
        Assert.Contains("waiting for it", await lab.LogAsync(deletion), StringComparison.Ordinal);
        Assert.True((await lab.JobAsync(pass))!.IsRunning);
        other.StandardInput.Close();
        var (deleted, passed) = (await lab.EndAsync(deletion), await lab.EndAsync(pass));

        Assert.Equal((JobStatus.Success, JobStatus.Success), (deleted.Status, passed.Status));
        var left = await lab.SnapshotsAsync(vault);
        Assert.Contains(left, s => s.Id == third.SnapshotId);
        Assert.DoesNotContain(left, s => s.Id == first.SnapshotId || s.Id == second.SnapshotId);
        await Restic.OkAsync(folder, password, "check");
    }

    [Fact]
    public async Task WhatAnInterruptedRunHasStored_IsRemovedWhenTheLockIsGone()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddVaultAsync();
        var half = await lab.BackUpAsync(item, vault);
        var mark = Path.Combine(lab.State, "cut-off", StateFolder.NameFor(vault), half.Id);
        Directory.CreateDirectory(Path.GetDirectoryName(mark)!);
        await File.WriteAllBytesAsync(mark, [], TestContext.Current.CancellationToken);
        var (folder, password) = await lab.RepositoryAsync(vault);
        using var other = await HoldAsync(lab, folder, password);

        var job = await lab.RunAsync(item, vault);
        await SaysAsync(lab, job, $"The Storage Vault is locked by the computer {Environment.MachineName} (");
        other.StandardInput.Close();
        var ended = await lab.EndAsync(job);

        Assert.True(ended.Status == JobStatus.Success, await lab.LogAsync(job));
        Assert.DoesNotContain(await lab.SnapshotsAsync(vault), s => s.Id == half.SnapshotId);
        Assert.False(File.Exists(mark));
    }

    private static async Task<System.Diagnostics.Process> HoldAsync(AgentLab lab, string folder, string password)
    {
        var other = Restic.Hold(folder, password, lab.Work.Sub("other-cache"));
        await Wait.UntilAsync(() => Directory.EnumerateFiles(Path.Combine(folder, "locks")).Any(static f => Path.GetFileName(f).Length == 64), "the other has its lock");
        return other;
    }

    private static Task SaysAsync(AgentLab lab, string job, string text) =>
        Wait.UntilAsync(async () => (await lab.LogAsync(job)).Contains(text, StringComparison.Ordinal), $"the job says: {text}");
}
