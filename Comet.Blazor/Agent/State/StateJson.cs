using System.Text.Json;
using System.Text.Json.Serialization;
using Comet.Blazor.Agent.Retention;
using Comet.Blazor.Agent.Schedules;

namespace Comet.Blazor.Agent.State;

/// <summary>Who this device is.</summary>
/// <param name="DeviceId">Its random id.</param>
/// <param name="AccountId">The account of the last sign-in; empty before the first one.</param>
/// <param name="GivenName">The username that the agent was started with when it learned another one; null when it did not.</param>
/// <param name="Username">The account's name as the server told it last.</param>
/// <param name="Removed">An administrator has removed this client.</param>
public sealed record AgentIdentity(string DeviceId, string AccountId, string? GivenName = null, string? Username = null, bool Removed = false);

/// <summary>The first line of an outbox.</summary>
/// <param name="Epoch">Its random id.</param>
/// <param name="Acknowledged">The last sequence that is stored on the server.</param>
public sealed record OutboxHead(string Epoch, long Acknowledged);

/// <summary>A note about a job that has not ended: what is needed to clean up after the agent was killed.</summary>
/// <param name="JobId">The job.</param>
/// <param name="VaultId">Its vault.</param>
/// <param name="AccountId">The account whose outbox it reports to.</param>
/// <param name="Pid">The engine's process; 0 while there is none.</param>
/// <param name="PidStart">When that process began, in milliseconds since 1970, UTC: process ids are used again.</param>
/// <param name="Streams">True when the engine stores what a command gives: the end of the agent looks like the end of the output.</param>
public sealed record JobNote(string JobId, string VaultId, string AccountId, int Pid = 0, long PidStart = 0, bool Streams = false);

/// <summary>The one JSON shape of the state folder.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AgentIdentity))]
[JsonSerializable(typeof(OutboxHead))]
[JsonSerializable(typeof(JobNote))]
[JsonSerializable(typeof(RuleMarks))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(PassMark))]
public sealed partial class StateJson : JsonSerializerContext;
