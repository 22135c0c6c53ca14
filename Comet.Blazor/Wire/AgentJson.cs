using System.Text.Json;
using System.Text.Json.Serialization;
using Comet.Blazor.Wire.Schedules;

namespace Comet.Blazor.Wire;

/// <summary>The one JSON shape of the agent protocol: camelCase, source-generated.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, AllowOutOfOrderMetadataProperties = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 32)]
[JsonSerializable(typeof(AgentMessage))]
[JsonSerializable(typeof(RunBackup))]
[JsonSerializable(typeof(RunBackupAccepted))]
[JsonSerializable(typeof(CancelJob))]
[JsonSerializable(typeof(AgentProfile))]
[JsonSerializable(typeof(AgentSchedule))]
[JsonSerializable(typeof(OfferVaultKey))]
[JsonSerializable(typeof(VaultKeyStored))]
[JsonSerializable(typeof(BrowseFolder))]
[JsonSerializable(typeof(FolderPage))]
[JsonSerializable(typeof(EstimateItem))]
[JsonSerializable(typeof(ItemEstimate))]
[JsonSerializable(typeof(TestVault))]
[JsonSerializable(typeof(VaultTested))]
[JsonSerializable(typeof(ListSnapshots))]
[JsonSerializable(typeof(SnapshotPage))]
[JsonSerializable(typeof(VaultWork))]
[JsonSerializable(typeof(UnlockVault))]
[JsonSerializable(typeof(DeleteSnapshots))]
[JsonSerializable(typeof(UpdatePassword))]
[JsonSerializable(typeof(Uninstall))]
[JsonSerializable(typeof(VaultReport))]
[JsonSerializable(typeof(AgentRetention))]
public sealed partial class AgentJson : JsonSerializerContext;
