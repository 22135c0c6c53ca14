using System.Diagnostics;

namespace Comet.Blazor.Tests.Support;

/// <summary>A disk of a few MiB at a folder, to fill up in tests. Needs root.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    /// <summary>Mounts one; the folder is made when missing. Fails the test where mounting is not allowed.</summary>
    public SmallDisk(string folder, int mebibytes)
    {
        Assert.True(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess,
            "This test fills a small disk of its own and must mount one: run the tests as root on Linux (sudo ./test.sh, or in a container with --cap-add SYS_ADMIN).");
        _folder = Directory.CreateDirectory(folder).FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={mebibytes}m", "tmpfs", _folder);
    }

    public void Dispose() => Run("umount", "-l", _folder);

    private static void Run(string program, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', args)}: {errors} These tests need to mount a small disk: run them as root, in a container with --cap-add SYS_ADMIN.");
    }
}
