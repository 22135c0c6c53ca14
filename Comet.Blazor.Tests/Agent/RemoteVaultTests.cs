using System.Text.Json.Nodes;
using Comet.Blazor.Features.Jobs;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Vaults on real servers of other makes, end to end: the test of the connection with each of its failures, backups, a retention pass, the analysis.</summary>
public class RemoteVaultTests
{
    [Fact]
    public async Task Sftp_TestNamesEachFailure_AndAllWorkIsDoneByAPassword()
    {
        Assert.SkipUnless(Sshd.IsThere, "This test needs sshd: apt-get install openssh-server");
        const string password = "it's \"a\" $ecret";
        await using var lab = await AgentLab.ConnectedAsync();
        using var sshd = await Sshd.StartAsync(lab.Work.Sub("sshd"), password);
        var folder = lab.Work.Sub("remote");
        void Fields(JsonObject v, string path, int mode, string secret)
        {
            v["SFTPServer"] = $"127.0.0.1:{sshd.Port}";
            v["SFTPUsername"] = Environment.UserName;
            v["SFTPRemotePath"] = path;
            v["SFTPAuthMode"] = mode;
            v[mode == 1 ? "SFTPPassword" : "SFTPPrivateKey"] = secret;
        }

        Task<VaultTested> TryAsync(string path, int mode, string secret, Action<JsonObject>? more = null) => lab.TestAsync(VaultTypes.Sftp, v => { Fields(v, path, mode, secret); more?.Invoke(v); });

        Assert.Equal(new VaultTested(true, "", false), await TryAsync(folder + "/deep/down", 1, password));
        Assert.Equal(new VaultTested(true, "", false), await TryAsync(folder, 2, sshd.PrivateKey));
        Assert.False(Directory.Exists(folder)); // nothing stays behind
        AssertSays(await TryAsync(folder, 1, "not that"), "does not accept the user name, or not the password or key");
        AssertSays(await TryAsync(folder, 2, sshd.OtherKey), "does not accept the user name, or not the password or key");
        AssertSays(await TryAsync(folder, 2, "-----BEGIN OPENSSH PRIVATE KEY-----\nnonsense\n-----END OPENSSH PRIVATE KEY-----"), "private key");
        AssertSays(await TryAsync("/proc/backup", 1, password), "can't be written into the folder /proc");
        AssertSays(await TryAsync(folder, 1, password, static v => v["SFTPServer"] = "127.0.0.1:9"), "Connection refused");
        AssertSays(await TryAsync(folder, 1, password, static v => v["SFTPServer"] = "no-such-host.invalid"), "no server of the name");
        AssertSays(
            await TryAsync(folder, 1, password, v => { v["SFTPCustomAuth_UseKnownHostsFile"] = true; v["SFTPCustomAuth_KnownHostsFile"] = lab.PasswordFile; }), "not in the file with known hosts");

        var vault = await lab.AddRawVaultAsync(VaultTypes.Sftp, v => Fields(v, folder, 1, password));
        await AssertWorksAsync(lab, vault, folder);
        Assert.Equal(new VaultTested(true, "", true), await TryAsync(folder, 1, password));
        Assert.DoesNotContain(Directory.GetFiles(folder), static f => Path.GetFileName(f).StartsWith(".comet", StringComparison.Ordinal));
        Assert.DoesNotContain(password, lab.Agent.Output, StringComparison.Ordinal);

        await sshd.RestartAsync(otherHost: true);
        AssertSays(await TryAsync(folder, 1, password), "host key is another one than before");
    }

    [Fact]
    public async Task S3_TestNamesEachFailure_AndAllWorkIsDone()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/swift-proxy-server") && File.Exists("/usr/bin/memcached"), "This test needs an S3 server: apt-get install swift swift-proxy swift-account swift-container swift-object memcached python3-swift");
        await using var s3 = await S3Server.StartAsync();
        await using var lab = await AgentLab.StartAsync();
        lab.Variables["SSL_CERT_FILE"] = s3.Certificate;
        lab.StartAgent();
        await lab.OnlineAsync();
        void Fields(JsonObject v, string secret)
        {
            v["S3Server"] = s3.Host;
            v["S3UsesTLS"] = true;
            v["S3AccessKey"] = S3Server.AccessKey;
            v["S3SecretKey"] = secret;
            v["S3BucketName"] = "vaults";
            v["S3Subdir"] = "users of ours/mary+anna";
            v["S3CustomRegion"] = S3Server.Region;
            v["S3ObjectLockMode"] = 2; // off, as a Storage Template says it
        }

        Task<VaultTested> TryAsync(string secret, Action<JsonObject>? more = null) => lab.TestAsync(VaultTypes.S3, v => { Fields(v, secret); more?.Invoke(v); });

        AssertSays(await TryAsync(S3Server.SecretKey), "There is no bucket vaults at");
        var vault = await lab.AddRawVaultAsync(VaultTypes.S3, v => Fields(v, S3Server.SecretKey));
        await AssertWorksAsync(lab, vault, null);

        Assert.Equal(new VaultTested(true, "", true), await TryAsync(S3Server.SecretKey));
        Assert.Equal(new VaultTested(true, "", false), await TryAsync(S3Server.SecretKey, static v => v["S3Subdir"] = "another"));
        AssertSays(await TryAsync("not-the-secret"), "The secret key is wrong");
        AssertSays(await TryAsync(S3Server.SecretKey, static v => v["S3AccessKey"] = "test:nobody"), "key");
        AssertSays(await TryAsync(S3Server.SecretKey, static v => v["S3Server"] = "127.0.0.1:9"), "can't be reached: Connection refused");
        AssertSays(await TryAsync(S3Server.SecretKey, static v => v["S3Server"] = "no-such-host.invalid"), "no server of the name no-such-host.invalid");
        AssertSays(await TryAsync(S3Server.SecretKey, v => v["S3Server"] = s3.Host.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)), "The certificate of localhost");
        AssertSays(await TryAsync(S3Server.SecretKey, v => v["S3Server"] = new Uri(lab.Address).Authority), "does not speak TLS");
        AssertSays(await TryAsync(S3Server.SecretKey, static v => v["S3ObjectLockMode"] = 1), VaultLocations.NoObjectLock);
        Assert.DoesNotContain(S3Server.SecretKey + "\n", lab.Agent.Output, StringComparison.Ordinal);
    }

    /// <summary>Backups, a retention pass, the analysis; with restic as the judge where the repository is a folder here.</summary>
    private static async Task AssertWorksAsync(AgentLab lab, string vault, string? folder)
    {
        var item = await lab.AddBigItemAsync(1);
        Assert.Empty(await lab.SnapshotsAsync(vault));
        List<Job> jobs = [];
        for (var i = 0; i < 3; i++)
        {
            await lab.AddBigFileAsync(1);
            jobs.Add(await lab.EndAsync(await lab.RunAsync(item, vault), 120));
            Assert.True(jobs[i].Status == JobStatus.Success, await lab.LogAsync(jobs[i].Id) + lab.Agent.Output);
        }

        Assert.Equal(jobs.Select(static j => j.SnapshotId), (await lab.SnapshotsAsync(vault)).Select(static s => s.Id));
        Assert.Null(await lab.ContentAsync(vault));
        await lab.KeepAsync(vault, 2);
        var pass = await lab.EndAsync(await lab.BeginWorkAsync(vault, static w => w.ApplyRetentionAsync), 120);
        Assert.True(pass.Status == JobStatus.Success, await lab.LogAsync(pass.Id) + lab.Agent.Output);
        Assert.Equal(jobs.Skip(1).Select(static j => j.SnapshotId), (await lab.SnapshotsAsync(vault)).Select(static s => s.Id));

        await Wait.UntilAsync(async () => await lab.ContentAsync(vault) is not null, "the analysis has arrived");
        var parts = (await lab.ContentAsync(vault))!;
        Assert.InRange(parts.Single(p => p.UsedBy is [var one] && one == $"{item}/CURRENT").Bytes, 1 << 20, 1_200_000);
        Assert.InRange(parts.Single(p => p.UsedBy is [var one] && one == $"{item}/HISTORIC").Bytes, 1 << 20, 1_200_000);
        if (folder is not null)
        {
            await Restic.OkAsync(folder, await lab.VaultPasswordAsync(vault), "check", "--read-data");
            Assert.Equal(new DirectoryInfo(Path.Combine(folder, "data")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length), parts.Sum(static p => p.Bytes));
        }
    }

    private static void AssertSays(VaultTested tested, string expected)
    {
        Assert.False(tested.Works);
        Assert.Contains(expected, tested.Why, StringComparison.Ordinal);
    }
}
