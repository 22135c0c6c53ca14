using System.Text.Json;
using System.Text.Json.Serialization;

namespace Comet.Blazor.Wire;

/// <summary>One text frame between agent and server: a JSON object whose property "t" names the kind. Unknown properties are ignored; a missing or null one that is not optional makes the frame invalid.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "t", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(AskSalt), "ask-salt")]
[JsonDerivedType(typeof(Salt), "salt")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Welcome), "welcome")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(Ping), "ping")]
[JsonDerivedType(typeof(Pong), "pong")]
[JsonDerivedType(typeof(Request), "request")]
[JsonDerivedType(typeof(Response), "response")]
[JsonDerivedType(typeof(JobStarted), "job-started")]
[JsonDerivedType(typeof(JobLog), "job-log")]
[JsonDerivedType(typeof(JobFinished), "job-finished")]
[JsonDerivedType(typeof(JobProgress), "job-progress")]
[JsonDerivedType(typeof(Ack), "ack")]
public abstract record AgentMessage;

/// <summary>Agent, first frame: how is this account's password derived?</summary>
/// <param name="Versions">Protocol versions that the agent speaks.</param>
/// <param name="Username">The account's name.</param>
public sealed record AskSalt(int[] Versions, string Username) : AgentMessage;

/// <summary>Server: parameters of the key derivation (decisions.md 25). An unknown name gets a stable false salt.</summary>
/// <param name="Version">The version to speak.</param>
/// <param name="Value">The salt, base64.</param>
/// <param name="Iterations">PBKDF2-SHA512 iterations.</param>
public sealed record Salt(int Version, string Value, int Iterations) : AgentMessage;

/// <summary>Agent, second frame: who it is, and what it is doing.</summary>
/// <param name="Username">The account's name.</param>
/// <param name="AuthKey">The authenticating half of the derived key, 32 bytes, base64.</param>
/// <param name="DeviceId">The random id kept in the agent's state folder.</param>
/// <param name="DeviceName">The computer's name.</param>
/// <param name="AgentVersion">MAJOR.MINOR.PATCH.</param>
/// <param name="Platform">os/arch in the contract's words, such as linux/amd64.</param>
/// <param name="Os">Details of the operating system.</param>
/// <param name="TimeZone">IANA name of the device's zone.</param>
/// <param name="AllowsFilenames">True when administrators may see file names of this device.</param>
/// <param name="Epoch">Random id of the outbox; a new one starts at sequence 1.</param>
/// <param name="ActiveJobs">Jobs that still run on the device or have messages in its outbox; every other running job of this device is over.</param>
public sealed record Hello(
    string Username, string AuthKey, string DeviceId, string DeviceName, string AgentVersion, string Platform,
    OsInfo Os, string TimeZone, bool AllowsFilenames, string Epoch, string[] ActiveJobs) : AgentMessage;

/// <summary>Operating system of a device, as in the contract's OSInfo.</summary>
/// <param name="Os">"linux", "windows", "darwin".</param>
/// <param name="Arch">"amd64", "arm64", "386".</param>
/// <param name="Distribution">Such as "Debian GNU/Linux 12 (bookworm)".</param>
/// <param name="Version">The kernel's or system's version.</param>
public sealed record OsInfo(string Os, string Arch, string Distribution, string Version);

/// <summary>Server: signed in.</summary>
/// <param name="ConnectionId">Key of this live connection.</param>
/// <param name="AccountId">The account's stable id; outbox and keys belong to it.</param>
/// <param name="ServerVersion">The server's version.</param>
/// <param name="ServerTime">The server's clock, Unix seconds UTC.</param>
/// <param name="LastSequence">The last outbox sequence of the hello's epoch that is stored; the agent drops up to it and sends the rest.</param>
/// <param name="ProfileHash">Changes with the profile; another one than known means: ask for it.</param>
public sealed record Welcome(string ConnectionId, string AccountId, string ServerVersion, long ServerTime, long LastSequence, string ProfileHash) : AgentMessage;

/// <summary>Server: not signed in, or dropped; the close frame follows with the same code.</summary>
/// <param name="Code">One of <see cref="AgentProtocol.CloseCodes"/>.</param>
/// <param name="Message">A sentence for the person at the device.</param>
/// <param name="RetryAfterSeconds">Wait at least so long; 0 for the usual back-off; -1: do not come back by itself.</param>
public sealed record Refused(int Code, string Message, int RetryAfterSeconds) : AgentMessage;

/// <summary>Either side: are you there? Sent after <see cref="AgentProtocol.HeartbeatSeconds"/> of quiet.</summary>
public sealed record Ping : AgentMessage;

/// <summary>The answer to <see cref="Ping"/>.</summary>
public sealed record Pong : AgentMessage;

/// <summary>Either side asks for something; answered by one <see cref="Response"/> with the same id.</summary>
/// <param name="Id">Unique within the link and direction.</param>
/// <param name="Action">One of <see cref="AgentProtocol.Actions"/> or <see cref="AgentProtocol.DeviceActions"/>.</param>
/// <param name="Body">The action's own record; absent when it has none.</param>
public sealed record Request(string Id, string Action, JsonElement? Body = null) : AgentMessage;

/// <summary>The answer to a <see cref="Request"/>.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Code">200, or a refusal's number (spec/06 §3).</param>
/// <param name="Message">A sentence when refused.</param>
/// <param name="Body">The answer's own record; absent when it has none.</param>
public sealed record Response(string Id, int Code, string Message, JsonElement? Body = null) : AgentMessage;

/// <summary>
/// A durable message about a job: kept in the agent's outbox until acknowledged, delivered at least once and in sequence,
/// recorded exactly once (the server keeps the last sequence of each device and epoch in the same transaction as the job).
/// </summary>
/// <param name="Seq">Sequence within the epoch, from 1, without gaps.</param>
/// <param name="JobId">The job, 36-character lower-case GUID.</param>
public abstract record JobMessage(long Seq, string JobId) : AgentMessage;

/// <summary>A job has begun on the device.</summary>
/// <param name="Seq">Sequence within the epoch.</param>
/// <param name="JobId">The job's id: the server's when it was asked for, else the device's own.</param>
/// <param name="Classification">4001 backup … (spec/02 §3.2).</param>
/// <param name="ItemId">Protected Item.</param>
/// <param name="VaultId">Storage Vault.</param>
/// <param name="StartTime">Unix seconds UTC, the device's clock.</param>
/// <param name="AgentVersion">The agent's version.</param>
/// <param name="CancellationId">Non-empty when the job can be cancelled.</param>
/// <param name="RuleId">The backup rule whose run this is; empty for none.</param>
/// <param name="RetryCount">How often this run has been tried before.</param>
/// <param name="Tags">As asked for.</param>
public sealed record JobStarted(
    long Seq, string JobId, int Classification, string ItemId, string VaultId, long StartTime, string AgentVersion, string CancellationId,
    string RuleId = "", long RetryCount = 0, string Tags = "")
    : JobMessage(Seq, JobId);

/// <summary>Lines of a job's log.</summary>
/// <param name="Seq">Sequence within the epoch.</param>
/// <param name="JobId">The job.</param>
/// <param name="Entries">At most 200 lines.</param>
public sealed record JobLog(long Seq, string JobId, LogLine[] Entries) : JobMessage(Seq, JobId);

/// <summary>One line of a job's log.</summary>
/// <param name="Time">Unix seconds UTC.</param>
/// <param name="Severity">D, I, W or E (spec/02 §3.4).</param>
/// <param name="Message">The text.</param>
public sealed record LogLine(long Time, string Severity, string Message);

/// <summary>A job has ended on the device.</summary>
/// <param name="Seq">Sequence within the epoch.</param>
/// <param name="JobId">The job.</param>
/// <param name="Status">A final status, 5xxx or 7xxx (spec/02 §3.1).</param>
/// <param name="EndTime">Unix seconds UTC.</param>
/// <param name="Result">The engine's real figures; null when it told none.</param>
public sealed record JobFinished(long Seq, string JobId, int Status, long EndTime, JobResult? Result = null) : JobMessage(Seq, JobId);

/// <summary>Figures of a finished backup. Sizes in bytes.</summary>
/// <param name="SnapshotId">The engine's full snapshot id; empty when none was written.</param>
/// <param name="TotalDirectories">Directories looked at.</param>
/// <param name="TotalFiles">Files looked at.</param>
/// <param name="TotalSize">Bytes of those files, the selected size.</param>
/// <param name="TotalChunks">New data blobs.</param>
/// <param name="UploadSize">Bytes added to the vault.</param>
/// <param name="DownloadSize">Bytes read from the vault.</param>
public sealed record JobResult(string SnapshotId, long TotalDirectories, long TotalFiles, long TotalSize, long TotalChunks, long UploadSize, long DownloadSize)
{
    /// <summary>Nothing.</summary>
    public static JobResult Empty { get; } = new("", 0, 0, 0, 0, 0, 0);

    /// <summary>The sum of both, under the snapshot of <paramref name="other"/> when it has one.</summary>
    public JobResult Plus(JobResult other) => new(
        other.SnapshotId.Length > 0 ? other.SnapshotId : SnapshotId, TotalDirectories + other.TotalDirectories, TotalFiles + other.TotalFiles, TotalSize + other.TotalSize,
        TotalChunks + other.TotalChunks, UploadSize + other.UploadSize, DownloadSize + other.DownloadSize);
}

/// <summary>How far a running job is; about once a second, not durable, not acknowledged.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Counter">Grows with each report of the job; a report at or below the last one is ignored.</param>
/// <param name="SentTime">Unix seconds UTC.</param>
/// <param name="BytesDone">Bytes processed.</param>
/// <param name="BytesTotal">Bytes found so far.</param>
/// <param name="ItemsDone">Files done.</param>
/// <param name="ItemsTotal">Files found so far.</param>
/// <param name="CurrentFiles">What is being read; empty when file names are not allowed.</param>
public sealed record JobProgress(string JobId, long Counter, long SentTime, long BytesDone, long BytesTotal, long ItemsDone, long ItemsTotal, string[] CurrentFiles) : AgentMessage;

/// <summary>Server: everything up to this sequence of the link's epoch is stored durably.</summary>
/// <param name="Seq">The last stored sequence.</param>
public sealed record Ack(long Seq) : AgentMessage;
