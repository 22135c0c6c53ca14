using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Starting the agent, and what it says when it can't do its work.</summary>
public class StartTests
{
    [Theory]
    [InlineData("The option --server is missing")]
    [InlineData("The option --password-file is missing", "--server", "http://localhost", "--username", "mary")]
    [InlineData("--server is 'localhost'", "--server", "localhost", "--username", "mary", "--password-file", "x")]
    [InlineData("no option '--sever'", "--sever", "http://localhost")]
    [InlineData("The option --state needs a value", "--state")]
    [InlineData("belongs to no option", "run")]
    public async Task Arguments_Wrong_PrintsUsageAndExits2(string complaint, params string[] args)
    {
        await using var agent = CometProcess.Start(["agent", .. args]);

        Assert.Equal(2, await agent.ExitAsync());
        Assert.Contains(complaint, agent.Output, StringComparison.Ordinal);
        Assert.Contains("usage: Comet.Blazor", agent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_WrongAddress_SaysSoAndGoesOnTrying()
    {
        await using var lab = await AgentLab.StartAsync();
        var nobody = lab.StartAgentAt("http://127.0.0.1:9/");
        var notOurs = lab.StartAgentAt(lab.Address + "elsewhere/", "--state", lab.Work.Sub("state-2"));

        await Wait.UntilAsync(() => nobody.Output.Contains("http://127.0.0.1:9/ can't be reached: Connection refused. Check --server.", StringComparison.Ordinal), "the closed port is told: " + nobody.Output);
        await Wait.UntilAsync(() => notOurs.Output.Contains("answers, but not as a Comet Server", StringComparison.Ordinal), "the wrong address is told");

        Assert.False(nobody.HasExited || notOurs.HasExited);
        nobody.Signal("TERM");
        notOurs.Signal("INT");
        Assert.Equal((0, 0), (await nobody.ExitAsync(), await notOurs.ExitAsync()));
    }

    [Fact]
    public async Task Password_WrongAtFirstSignIn_ExitsWithASentence()
    {
        await using var lab = await AgentLab.StartAsync();
        File.WriteAllText(lab.PasswordFile, "wrong horse");
        var agent = lab.StartAgent();

        Assert.Equal(1, await agent.ExitAsync());
        Assert.Contains("The server refused the sign-in as \"mary\"", agent.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong horse", agent.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", agent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PasswordFile_MissingOrEmpty_ExitsWithASentence()
    {
        await using var lab = await AgentLab.StartAsync();
        File.WriteAllText(lab.PasswordFile, "\n");
        var empty = lab.StartAgent();
        Assert.Equal(1, await empty.ExitAsync());
        Assert.Contains("is empty", empty.Output, StringComparison.Ordinal);

        File.Delete(lab.PasswordFile);
        var missing = lab.StartAgent();
        Assert.Equal(1, await missing.ExitAsync());
        Assert.Contains("can't be read", missing.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StateFolder_InUseOrForeign_Refuses()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var second = lab.StartAgent();
        Assert.Equal(1, await second.ExitAsync());
        Assert.Contains($"Another agent is running on the state folder {lab.State}", second.Output, StringComparison.Ordinal);

        var foreign = lab.StartAgent("--state", lab.Work.Path);
        Assert.Equal(1, await foreign.ExitAsync());
        Assert.Contains("is no state folder of an agent", foreign.Output, StringComparison.Ordinal);
        Assert.NotNull(await lab.OnlineAsync());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(lab.State));
        }
    }

    [Fact]
    public async Task Device_Revoked_SaysSoAndStopsWithItsJobs()
    {
        await using var lab = await AgentLab.StartAsync();
        var agent = lab.StartAgent("--restic", lab.SlowRestic());
        await lab.OnlineAsync();
        var job = await lab.RunAsync(await lab.AddBigItemAsync(32), await lab.AddVaultAsync());
        await lab.ProgressAsync(job);

        Assert.True((await lab.RevokeAsync()).Ok);

        Assert.Equal(1, await agent.ExitAsync());
        Assert.Contains("revoked", agent.Output, StringComparison.Ordinal);
        Assert.Contains("ended: Cancelled", agent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sigterm_InMidBackup_EndsTheJobAsCancelledAndExits0()
    {
        await using var lab = await AgentLab.StartAsync();
        var agent = lab.StartAgent("--restic", lab.SlowRestic());
        await lab.OnlineAsync();
        var vault = await lab.AddVaultAsync();
        var job = await lab.RunAsync(await lab.AddBigItemAsync(32), vault);
        await lab.ProgressAsync(job);

        agent.Signal("TERM");

        Assert.Equal(0, await agent.ExitAsync());
        Assert.Equal(JobStatus.Cancelled, (await lab.EndAsync(job)).Status);
        Assert.Contains("W Stopped, because the agent on this device was stopped.", await lab.LogAsync(job), StringComparison.Ordinal);
        var (folder, password) = await lab.RepositoryAsync(vault);
        Assert.Equal("", (await Restic.OkAsync(folder, password, "list", "locks", "--no-lock")).Output);
        Assert.Empty(Directory.GetFiles(Path.Combine(lab.State, "jobs")));
    }
}
