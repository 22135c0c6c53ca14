using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Comet.Blazor.Tests.Support;

/// <summary>A real ssh server on a free port of this computer, with SFTP: one person's key, and a password for root if one is given.</summary>
public sealed class Sshd : IDisposable
{
    private const string Program = "/usr/sbin/sshd";
    private readonly string _folder;
    private readonly bool _byPassword;
    private Process _process;

    private Sshd(string folder, int port, bool byPassword)
    {
        (_folder, Port, _byPassword) = (folder, port, byPassword);
        _process = Start("host");
    }

    /// <summary>False where this computer has none.</summary>
    public static bool IsThere => File.Exists(Program) && File.Exists("/usr/lib/openssh/sftp-server");

    public int Port { get; }

    public string PrivateKey => File.ReadAllText(Path.Combine(_folder, "person"));

    /// <summary>A key that nobody has let in.</summary>
    public string OtherKey => File.ReadAllText(Path.Combine(_folder, "stranger"));

    public static async Task<Sshd> StartAsync(string folder, string? password = null)
    {
        Directory.CreateDirectory(folder);
        foreach (var key in new[] { "host", "other", "person", "stranger" })
        {
            using var make = Process.Start("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, key)]);
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        File.Copy(Path.Combine(folder, "person.pub"), Path.Combine(folder, "authorized"));
        if (password is not null)
        {
            File.WriteAllText(Path.Combine(folder, "shadow"), $"root:{await HashAsync(password)}:19000:0:99999:7:::\n");
        }

        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var sshd = new Sshd(folder, port, password is not null);
        await sshd.ReadyAsync();
        return sshd;
    }

    /// <summary>The same again, with another host key if it is to look like another computer.</summary>
    public async Task RestartAsync(bool otherHost)
    {
        Dispose();
        _process = Start(otherHost ? "other" : "host");
        await ReadyAsync();
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task<string> HashAsync(string password)
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", ["passwd", "-6", "-stdin"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        await openssl.StandardInput.WriteLineAsync(password);
        openssl.StandardInput.Close();
        return (await openssl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim();
    }

    private Process Start(string hostKey)
    {
        Directory.CreateDirectory("/run/sshd");
        string[] options =
        [
            "-D", "-f", "/dev/null", "-p", Port.ToString(CultureInfo.InvariantCulture), "-h", Path.Combine(_folder, hostKey), "-o", "ListenAddress=127.0.0.1", "-o", "StrictModes=no",
            "-o", $"AuthorizedKeysFile={Path.Combine(_folder, "authorized")}", "-o", "PermitRootLogin=yes", "-o", "UsePAM=no", "-o", "PidFile=none", "-o", "Subsystem=sftp /usr/lib/openssh/sftp-server",
        ];

        // It asks the system for passwords; its own view of the file system has a list of its own.
        return _byPassword
            ? Process.Start("unshare", ["-m", "sh", "-c", "mount --bind \"$0\" /etc/shadow && exec \"$@\"", Path.Combine(_folder, "shadow"), Program, .. options])
            : Process.Start(Program, options);
    }

    private Task ReadyAsync() => Wait.UntilAsync(
        async () =>
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        },
        "sshd listens");
}
