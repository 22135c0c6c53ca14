using System.Buffers.Binary;
using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Vaults;

namespace Comet.Blazor.Agent.Answers;

/// <summary>
/// Whether an SFTP server lets this device write into a folder and remove there again, by one small file: the protocol's version 3, over the same ssh
/// with the same options that restic is given.
/// </summary>
public static class SftpProbe
{
    private const string Prefix = "SSH_ASKPASS";
    private const int MostMessage = 256 * 1024;
    private const int MostComplaint = 20;
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(35);

    /// <summary>Returns when both work.</summary>
    /// <param name="place">The place, with its ssh.</param>
    /// <param name="path">The folder; relative to the home folder without a slash at the beginning.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="AgentFailure">One does not; the sentence names what is wrong.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task RunAsync(Place place, string path, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        using var ssh = Start(place);
        List<string> complaints = [];
        ssh.ErrorDataReceived += (_, e) =>
        {
            lock (complaints)
            {
                if (e.Data is { Length: > 0 } line && complaints.Count < MostComplaint && !line.StartsWith("Warning: Permanently added", StringComparison.Ordinal))
                {
                    complaints.Add(line);
                }
            }
        };
        ssh.BeginErrorReadLine();
        try
        {
            await TryAsync(new Talk(ssh.StandardOutput.BaseStream, ssh.StandardInput.BaseStream, limit.Token), path);
        }
        catch (Exception ex) when (ex is EndOfStreamException or IOException)
        {
            ssh.StandardInput.Close();
            using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
            end.CancelAfter(LastWords);
            await ssh.WaitForExitAsync(end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its end means that its complaints are read
            ct.ThrowIfCancellationRequested();
            throw Describe(place, complaints, ex);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new AgentFailure($"The storage at {place.Shown} does not answer. Check that the server runs and that this computer may connect to it.");
        }
        finally
        {
            if (!ssh.HasExited)
            {
                ssh.Kill(entireProcessTree: true);
            }
        }
    }

    private static Process Start(Place place)
    {
        var start = new ProcessStartInfo(place.Command[0], place.Command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, CreateNoWindow = true };
        foreach (var name in start.Environment.Keys.Where(static k => k.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name); // the person's own must not answer for the vault
        }

        foreach (var (name, value) in place.Environment)
        {
            start.Environment[name] = value;
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception ex)
        {
            throw new AgentFailure("There is no ssh on this device. Install it (Debian: apt-get install openssh-client).", ex);
        }
    }

    private static AgentFailure Describe(Place place, List<string> complaints, Exception problem)
    {
        string[] lines;
        lock (complaints)
        {
            lines = [.. complaints];
        }

        var all = string.Join(' ', lines);
        bool Says(string text) => all.Contains(text, StringComparison.OrdinalIgnoreCase);
        return new AgentFailure(
            Says("HOST IDENTIFICATION HAS CHANGED") || Says("Host key verification failed") ? $"The storage at {place.Shown} is not trusted: {(Says("HAS CHANGED") ? ResticOutput.Shortened(lines) : "its host key is not in the file with known hosts.")}"
            : Says("Permission denied") ? $"The server at {place.Shown} does not accept the user name, or not the {(Says("Load key") ? "private key: it can't be read, or needs a passphrase" : "password or key")}. Correct the vault."
            : Says("Could not resolve") ? $"There is no server of the name in {place.Shown}, or this device can't ask for it. Correct the address, or check the device's network."
            : Says("subsystem request failed") ? $"The server at {place.Shown} lets this device sign in but offers no SFTP. Switch it on there."
            : lines.Length > 0 ? $"The storage at {place.Shown} can't be reached: {ResticOutput.Shortened(lines).TrimEnd('.')}. Check that the server runs and that this computer may connect to it."
            : $"What answers at {place.Shown} is no SFTP server.",
            problem);
    }

    private static async Task TryAsync(Talk talk, string path)
    {
        await talk.BeginAsync();
        var folder = path.Length == 0 ? "." : path.Length > 1 ? path.TrimEnd('/') : path;
        while (await talk.StatAsync(folder) == Talk.NoSuchFile && folder is not ("." or "/" or ""))
        {
            // It is made with the first backup: what counts is whether it can be.
            folder = folder.LastIndexOf('/') switch { < 0 => ".", 0 => "/", var slash => folder[..slash] };
        }

        var file = $"{folder.TrimEnd('/')}/.comet-test-{Guid.NewGuid():N}";
        var written = await talk.WriteAsync(file, RandomNumberGenerator.GetBytes(32));
        if (written.Code != Talk.Fine)
        {
            throw new AgentFailure(written.Code == Talk.Denied ? $"The user may sign in but not write into the folder {folder}. Give the user the right to, or choose another folder."
                : $"A file can't be written into the folder {folder}: {written.Why}.");
        }

        var removed = await talk.RemoveAsync(file);
        if (removed.Code != Talk.Fine)
        {
            throw new AgentFailure($"The user may write into the folder {folder} but not remove there ({removed.Why}), which the backup engine has to. The file {file} of this test is left there.");
        }
    }

    /// <summary>Requests of SFTP version 3, one at a time.</summary>
    private sealed class Talk(Stream from, Stream to, CancellationToken ct)
    {
        public const uint Fine = 0;
        public const uint NoSuchFile = 2;
        public const uint Denied = 3;
        private const byte Init = 1;
        private const byte Open = 3;
        private const byte Close = 4;
        private const byte Write = 6;
        private const byte Remove = 13;
        private const byte Stat = 17;
        private const byte Version = 2;
        private const byte Status = 101;
        private const byte Handle = 102;
        private const uint WriteNewFile = 0x2 | 0x8 | 0x20;

        public async Task BeginAsync()
        {
            await SendAsync([Init, .. Number(3)]);
            if ((await ReceiveAsync())[0] != Version)
            {
                throw new EndOfStreamException("No answer of the protocol.");
            }
        }

        public async Task<uint> StatAsync(string path) => CodeOf(await AskAsync(Stat, Text(path))).Code;

        public async Task<(uint Code, string Why)> WriteAsync(string path, byte[] content)
        {
            var opened = await AskAsync(Open, [.. Text(path), .. Number(WriteNewFile), .. Number(0)]);
            if (opened[0] != Handle)
            {
                return CodeOf(opened);
            }

            var handle = opened[5..];
            var written = CodeOf(await AskAsync(Write, [.. handle, .. Number(0), .. Number(0), .. Bytes(content)]));
            var closed = CodeOf(await AskAsync(Close, handle));
            return written.Code != Fine ? written : closed;
        }

        public async Task<(uint Code, string Why)> RemoveAsync(string path) => CodeOf(await AskAsync(Remove, Text(path)));

        private static byte[] Number(uint number)
        {
            var bytes = new byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
            return bytes;
        }

        private static byte[] Bytes(byte[] bytes) => [.. Number((uint)bytes.Length), .. bytes];

        private static byte[] Text(string text) => Bytes(Encoding.UTF8.GetBytes(text));

        /// <summary>The status in an answer; fine for an answer of another kind.</summary>
        private static (uint Code, string Why) CodeOf(byte[] answer)
        {
            if (answer[0] != Status || answer.Length < 9)
            {
                return (Fine, "");
            }

            var code = BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(5));
            var length = answer.Length >= 13 ? (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(9)), (uint)(answer.Length - 13)) : 0;
            var why = new string([.. Encoding.UTF8.GetString(answer, Math.Min(13, answer.Length), length).Where(static c => !char.IsControl(c)).Take(200)]);
            return (code, why.Length > 0 ? why : $"code {code}");
        }

        private async Task<byte[]> AskAsync(byte kind, byte[] body)
        {
            await SendAsync([kind, .. Number(1), .. body]);
            return await ReceiveAsync();
        }

        private async Task SendAsync(byte[] message)
        {
            await to.WriteAsync(Bytes(message), ct);
            await to.FlushAsync(ct);
        }

        private async Task<byte[]> ReceiveAsync()
        {
            var head = new byte[4];
            await from.ReadExactlyAsync(head, ct);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (length is < 1 or > MostMessage)
            {
                throw new EndOfStreamException("No answer of the protocol.");
            }

            var message = new byte[length];
            await from.ReadExactlyAsync(message, ct);
            return message;
        }
    }
}
