using Comet.Blazor.Features.Accounts.Passwords;
using Comet.Blazor.Features.Devices.Asking;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>A connected device follows a change of the account's password by itself.</summary>
public class NewPasswordTests
{
    private const string Next = "another horse";
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reset_ConnectedDevice_StoresTheNewPasswordComesBackAndBacksUp()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddItemAsync([lab.Work.Path]);
        var vault = await lab.AddVaultAsync();
        Assert.Equal(JobStatus.Success, (await lab.BackUpAsync(item, vault)).Status);
        var before = await lab.OnlineAsync();

        var reset = await lab.Server.Get<ResetUserPassword>().RunAsync(Admin, AgentLab.User, Next, AgentLab.Password, requireChange: false, Ct);

        Assert.True(reset.Ok, reset.Why);
        Assert.Equal(Next + "\n", await File.ReadAllTextAsync(lab.PasswordFile, Ct));
        Assert.Null(lab.Server.Get<Features.Devices.Open.ILiveConnections>().Find(before.Id));
        await Wait.UntilAsync(() => !lab.IsOffline, "the device is back");
        Assert.False(lab.Agent.HasExited);
        var job = await lab.BackUpAsync(item, vault);
        Assert.True(job.Status == JobStatus.Success, await lab.LogAsync(job.Id));

        // A file that somebody has changed on the device is mended; a wrong password is not sent.
        await File.WriteAllTextAsync(lab.PasswordFile, "something else", Ct);
        var (update, link) = (lab.Server.Get<UpdateLoginPassword>(), (await lab.OnlineAsync()).Id);
        Assert.Equal(Refusal.Invalid, (await update.RunAsync(Admin, link, AgentLab.Password, Ct)).Kind);
        Assert.Equal("something else", await File.ReadAllTextAsync(lab.PasswordFile, Ct));
        var mended = await update.RunAsync(Admin, link, Next, Ct);
        Assert.True(mended.Ok, mended.Why);
        Assert.Equal(Next + "\n", await File.ReadAllTextAsync(lab.PasswordFile, Ct));
    }

    [Fact]
    public async Task Reset_DeviceThatCannotStoreIt_IsToldWhyItIsRefused()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var blocked = Directory.CreateDirectory(lab.PasswordFile + ".new"); // where the new content would be written first
        await File.WriteAllTextAsync(Path.Combine(blocked.FullName, "x"), "", Ct);

        var reset = await lab.Server.Get<ResetUserPassword>().RunAsync(Admin, AgentLab.User, Next, AgentLab.Password, requireChange: false, Ct);

        Assert.True(reset.Ok, reset.Why);
        Assert.Equal(AgentLab.Password + "\n", await File.ReadAllTextAsync(lab.PasswordFile, Ct));
        await Wait.UntilAsync(() => lab.Agent.Output.Contains("Correct the password file", StringComparison.Ordinal), "the agent says what to do");
        Assert.True(lab.IsOffline);
    }
}
