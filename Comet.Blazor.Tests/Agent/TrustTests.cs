using Comet.Blazor.Data;
using Comet.Blazor.Security.Transport;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>The agent and https: only certificates that are trusted, or given to it, count.</summary>
public sealed class TrustTests
{
    [Fact]
    public async Task SelfSignedServer_WithItsCertificateGiven_ConnectsAndBacksUp()
    {
        await using var lab = await AgentLab.StartAsync(args: ["--Urls", "https://127.0.0.1:0", "--Comet:SelfSigned", "true"]);
        var certificate = SelfSignedCertificate.PublicFile(lab.Server.Get<DataFolder>());
        lab.StartAgent("--ca", certificate);
        await lab.OnlineAsync();
        Directory.CreateDirectory(lab.Work.Sub("files"));
        await File.WriteAllTextAsync(lab.Work.Sub("files/a.txt"), "some text", TestContext.Current.CancellationToken);
        var vault = await lab.AddVaultAsync();
        var item = await lab.AddItemAsync([lab.Work.Sub("files")]);

        var job = await lab.BackUpAsync(item, vault);

        Assert.True(job.Status == JobStatus.Success, $"Ended as {job.Status}: {lab.Agent.Output}");
    }

    [Fact]
    public async Task SelfSignedServer_WithoutItsCertificate_IsNotTrustedAndTheOptionNamed()
    {
        await using var lab = await AgentLab.StartAsync(args: ["--Urls", "https://127.0.0.1:0", "--Comet:SelfSigned", "true"]);
        var agent = lab.StartAgent();
        await Wait.UntilAsync(() => agent.Output.Contains("is not accepted", StringComparison.Ordinal), "the agent refuses the certificate");
        Assert.Contains("given with --ca", agent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CaFile_WithoutCertificate_IsSaidAtTheStart()
    {
        await using var lab = await AgentLab.StartAsync();
        var agent = lab.StartAgent("--ca", lab.PasswordFile);
        Assert.Equal(1, await agent.ExitAsync());
        Assert.Contains("of --ca holds no certificate", agent.Output, StringComparison.Ordinal);
    }
}
