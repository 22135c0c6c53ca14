using System.Text.Json.Nodes;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Agent;

/// <summary>Vaults outside Storage Roles, with the real agent, real restic and real servers.</summary>
public class PlaceTests
{
    [Fact]
    public async Task LocalPath_BacksUpKeepsItsLimitAndNeverTouchesAForeignRepository()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var folder = lab.Work.Sub("disk");
        var item = await lab.AddBigItemAsync(1);
        var vault = await lab.AddRawVaultAsync(VaultTypes.Local, v => v["LocalcopyPath"] = folder);

        var job = await lab.BackUpAsync(item, vault);

        Assert.True(job.Status == JobStatus.Success, await lab.LogAsync(job.Id) + lab.Agent.Output);
        var password = await lab.VaultPasswordAsync(vault);
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "keys")));
        await Restic.OkAsync(folder, password, "check");
        Assert.Contains("big.bin", (await Restic.OkAsync(folder, password, "ls", job.SnapshotId!)).Output, StringComparison.Ordinal);

        await lab.EditAsync(d => (d.Root["Destinations"]![vault]!["StorageLimitEnabled"], d.Root["Destinations"]![vault]!["StorageLimitBytes"]) = (true, 1_000_000));
        await lab.SettledAsync();
        var full = await lab.BackUpAsync(item, vault);
        Assert.Equal(JobStatus.QuotaExceeded, full.Status);
        Assert.Contains("may hold", await lab.LogAsync(full.Id), StringComparison.Ordinal);

        var foreign = await lab.AddRawVaultAsync(VaultTypes.Local, v => v["LocalcopyPath"] = folder);
        var refused = await lab.BackUpAsync(item, foreign);
        Assert.Equal(JobStatus.Error, refused.Status);
        Assert.Contains("a repository at", await lab.LogAsync(refused.Id), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "keys")));

        var unplugged = await lab.AddRawVaultAsync(VaultTypes.Local, v => v["LocalcopyPath"] = Path.Combine(lab.Work.Path, "no", "such"));
        var away = await lab.BackUpAsync(item, unplugged);
        Assert.Equal(JobStatus.Error, away.Status);
        Assert.Contains("Connect the disk", await lab.LogAsync(away.Id), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(lab.Work.Path, "no")));
    }

    [Theory]
    [InlineData("init) $restic \"$@\"; rm -f {0}/config; exit 1;;")]
    [InlineData("init) $restic \"$@\"; exit 1;;")]
    [InlineData("key) case \"$*\" in *\"key add\"*) $restic \"$@\"; exit 1;; *) exec $restic \"$@\";; esac;;")]
    [InlineData("key) case \"$*\" in *\"key remove\"*) exit 1;; *) rm {1}; exec $restic \"$@\";; esac;;")]
    public async Task FirstBackup_CutOffAnywhere_IsMendedByTheNextOne(string fault)
    {
        await using var lab = await AgentLab.StartAsync();
        var (folder, once) = (lab.Work.Sub("disk"), lab.Work.Sub("once"));
        lab.StartAgent("--restic", lab.Script($$"""
            if [ ! -e {{once}} ]; then for word in "$@"; do case "$word" in init|key) touch {{once}}; case "$word" in {{fault.Replace("{0}", folder, StringComparison.Ordinal).Replace("{1}", once, StringComparison.Ordinal)}} *) rm {{once}};; esac;; esac; done; fi
            exec $restic "$@"
            """));
        await lab.OnlineAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddRawVaultAsync(VaultTypes.Local, v => v["LocalcopyPath"] = folder);

        var first = await lab.BackUpAsync(item, vault);
        var second = await lab.BackUpAsync(item, vault);

        Assert.True(first.Status == JobStatus.Error, await lab.LogAsync(first.Id));
        Assert.True(second.Status == JobStatus.Success, await lab.LogAsync(second.Id));
        var password = await lab.VaultPasswordAsync(vault);
        await Restic.OkAsync(folder, password, "check");
        Assert.Empty(Directory.GetFiles(Path.Combine(lab.State, "prepare")));
    }

    [Fact]
    public async Task Sftp_ByPrivateKey_BacksUpAndRefusesAChangedHost()
    {
        Assert.SkipUnless(Sshd.IsThere, "This test needs sshd: apt-get install openssh-server");
        await using var lab = await AgentLab.ConnectedAsync();
        using var sshd = await Sshd.StartAsync(lab.Work.Sub("sshd"));
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddRawVaultAsync(VaultTypes.Sftp, v =>
        {
            v["SFTPServer"] = $"127.0.0.1:{sshd.Port}";
            v["SFTPUsername"] = Environment.UserName;
            v["SFTPRemotePath"] = lab.Work.Sub("remote");
            v["SFTPAuthMode"] = 2;
            v["SFTPPrivateKey"] = sshd.PrivateKey;
        });

        var job = await lab.BackUpAsync(item, vault);

        var log = await lab.LogAsync(job.Id);
        Assert.True(job.Status == JobStatus.Success, log + lab.Agent.Output);
        await Restic.OkAsync(lab.Work.Sub("remote"), await lab.VaultPasswordAsync(vault), "check");
        Assert.Empty(Directory.GetFiles(Path.Combine(lab.State, "ssh"), "*.key"));
        Assert.DoesNotContain("PRIVATE KEY", log + lab.Agent.Output, StringComparison.Ordinal);

        await sshd.RestartAsync(otherHost: true);
        var moved = await lab.BackUpAsync(item, vault);

        Assert.Equal(JobStatus.Error, moved.Status);
        Assert.Contains("can't be used", await lab.LogAsync(moved.Id), StringComparison.Ordinal); // restic may end before it has passed on ssh's reason
    }

    [Fact]
    public async Task S3_RealServer_BacksUpAndTellsOfAWrongKey()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/swift-proxy-server") && File.Exists("/usr/bin/memcached"), "This test needs an S3 server: apt-get install swift swift-proxy swift-account swift-container swift-object memcached python3-swift");
        await using var s3 = await S3Server.StartAsync();
        await using var lab = await AgentLab.StartAsync();
        lab.Variables["SSL_CERT_FILE"] = s3.Certificate;
        lab.StartAgent();
        await lab.OnlineAsync();
        var item = await lab.AddBigItemAsync(1);
        void Fields(JsonObject v, string secret)
        {
            v["S3Server"] = s3.Host;
            v["S3UsesTLS"] = true;
            v["S3AccessKey"] = S3Server.AccessKey;
            v["S3SecretKey"] = secret;
            v["S3BucketName"] = "vaults";
            v["S3Subdir"] = "mary/" + Guid.NewGuid();
            v["S3CustomRegion"] = S3Server.Region;
        }

        var vault = await lab.AddRawVaultAsync(VaultTypes.S3, v => Fields(v, S3Server.SecretKey));
        var wrong = await lab.AddRawVaultAsync(VaultTypes.S3, v => Fields(v, "not-the-secret"));

        var job = await lab.EndAsync(await lab.RunAsync(item, vault, new BackupOptions(ConcurrencyCount: 2)), 120);
        var refused = await lab.EndAsync(await lab.RunAsync(item, wrong), 120);

        Assert.True(job.Status == JobStatus.Success, await lab.LogAsync(job.Id) + lab.Agent.Output);
        Assert.InRange(job.UploadSize, 1_000_000, 1_200_000);
        Assert.Equal(JobStatus.Error, refused.Status);
        Assert.DoesNotContain("not-the-secret", await lab.LogAsync(refused.Id) + lab.Agent.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(S3Server.SecretKey, await lab.LogAsync(job.Id) + lab.Agent.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(VaultTypes.Ftp)]
    [InlineData(VaultTypes.WebDav)]
    [InlineData(VaultTypes.Storj)]
    [InlineData(VaultTypes.Spanned)]
    public void Reason_OfTypesThatNoDeviceServes_SaysWhatToUse(int type) => Assert.Contains("Use", VaultTypes.Reason(type)!, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task VaultOfATypeThatIsNotServed_EndsWithTheSameReason()
    {
        await using var lab = await AgentLab.ConnectedAsync();
        var item = await lab.AddItemAsync([lab.PasswordFile]);
        var vault = await lab.AddRawVaultAsync(VaultTypes.Ftp, static v => v["FTPServer"] = "ftp.example");

        var job = await lab.BackUpAsync(item, vault);

        Assert.Equal(JobStatus.Error, job.Status);
        Assert.Contains(VaultTypes.Reason(VaultTypes.Ftp)!, await lab.LogAsync(job.Id), StringComparison.Ordinal);
        Assert.Equal("", (await lab.VaultAsync(vault)).WrappedKey);
    }
}
