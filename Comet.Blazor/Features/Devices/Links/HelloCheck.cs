using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>What is wrong with a message that is valid JSON; null when nothing is. Sentences for whoever writes an agent.</summary>
public static class HelloCheck
{
    /// <summary>Longest name, id or description that is accepted, in characters.</summary>
    public const int MaxText = 255;

    /// <summary>Most jobs that a device may claim to be running.</summary>
    public const int MaxActiveJobs = 1000;

    private const int KeyBytes = 32;

    /// <summary>Checks the first frame.</summary>
    public static string? Complaint(AskSalt ask) =>
        ask.Username.Length is 0 or > MaxText ? $"username must have 1 to {MaxText} characters." : null;

    /// <summary>Checks the second frame; yields the key.</summary>
    public static string? Complaint(Hello hello, string asked, out byte[] key)
    {
        key = new byte[KeyBytes];
        return hello.Username != asked ? "username is not the one whose salt was asked for."
            : hello.AuthKey.Length > 64 || !Convert.TryFromBase64String(hello.AuthKey, key, out var length) || length != KeyBytes ? "authKey must be 32 bytes in base64."
            : !IsPlain(hello.DeviceId) ? $"deviceId must have 1 to {MaxText} printable characters."
            : !IsPlain(hello.Epoch) ? $"epoch must have 1 to {MaxText} printable characters."
            : hello.ActiveJobs.Length > MaxActiveJobs || hello.ActiveJobs.Any(static j => !IsJobId(j)) ? $"activeJobs must be at most {MaxActiveJobs} job ids."
            : null;
    }

    /// <summary>Checks a job message.</summary>
    public static string? Complaint(JobMessage message) =>
        message.Seq < 1 ? "seq counts from 1."
        : !IsJobId(message.JobId) ? "jobId must be a GUID of 36 lower-case characters."
        : message switch
        {
            JobStarted m => (m.Classification == JobKind.Backup || m.ItemId.Length > 0) && !IsPlain(m.ItemId) || !IsPlain(m.VaultId) ? "itemId and vaultId must not be empty."
                : m.Classification is < 4000 or > 4999 ? "classification must be 4000 to 4999."
                : m.CancellationId.Length > MaxText || m.AgentVersion.Length > MaxText ? $"cancellationId and agentVersion may have {MaxText} characters at most."
                : null,
            JobLog m => m.Entries.Length is 0 or > AgentProtocol.MaxLogLines ? $"entries must be 1 to {AgentProtocol.MaxLogLines} lines."
                : m.Entries.Any(static e => e is not { Severity: "D" or "I" or "W" or "E" }) ? "severity must be D, I, W or E."
                : null,
            JobFinished m => !JobStatus.IsFinal(m.Status) ? "status must be a final one, 5000 to 5999 or 7000 to 7999." : null,
            _ => null,
        };

    /// <summary>Checks a progress report.</summary>
    public static string? Complaint(JobProgress progress) =>
        !IsJobId(progress.JobId) ? "jobId must be a GUID of 36 lower-case characters."
        : progress.CurrentFiles.Length > 64 || progress.CurrentFiles.Any(static f => f is null) ? "currentFiles may name 64 files at most."
        : null;

    /// <summary>A text of a device as it may stand in tables and exports: no control characters, of bounded length.</summary>
    public static string Clean(string text) =>
        text.Length <= MaxText && !text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.Contains('\x7f')
            ? text
            : new string([.. text.Where(static c => !char.IsControl(c)).Take(MaxText)]);

    /// <summary>The operating system with clean texts.</summary>
    public static OsInfo Clean(OsInfo os) => new(Clean(os.Os), Clean(os.Arch), Clean(os.Distribution), Clean(os.Version));

    private static bool IsPlain(string text) => text.Length is > 0 and <= MaxText && !text.Any(char.IsControl);

    private static bool IsJobId(string? id) =>
        id is { Length: 36 } && Guid.TryParseExact(id, "D", out _) && !id.AsSpan().ContainsAnyInRange('A', 'F');
}
