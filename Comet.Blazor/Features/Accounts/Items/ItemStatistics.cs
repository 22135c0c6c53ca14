using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Items;

/// <summary>Writes figures of finished jobs into profiles. A late message about an older job does not replace a newer one.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="clock">The clock.</param>
public sealed class ItemStatistics(AccountStore accounts, TimeProvider clock) : IItemStatistics
{
    /// <inheritdoc />
    public async Task RecordAsync(
        AccountId account, string itemId, string vaultId, byte[] jobJson, int status, long startTime, long? vaultBytes, CancellationToken ct)
    {
        var outcome = await accounts.ChangeAsync(
            account,
            null,
            document =>
            {
                if (document.Item(itemId) is { } item)
                {
                    var statistics = item.MapForWrite("Statistics");
                    statistics["LastStartTime"] = Math.Max(startTime, statistics.Number("LastStartTime"));
                    Put(statistics, "LastBackupJob", jobJson, startTime);
                    if (JobStatus.IsSuccess(status))
                    {
                        Put(statistics, "LastSuccessfulBackupJob", jobJson, startTime);
                    }
                }

                if (vaultBytes is { } bytes && document.Vault(vaultId) is { } vault)
                {
                    var now = clock.UnixNow();
                    vault.MapForWrite("Statistics")["ClientProvidedSize"] =
                        new JsonObject { ["Size"] = bytes, ["MeasureStarted"] = now, ["MeasureCompleted"] = now };
                }

                return Outcome.Done;
            },
            tellDevices: false,
            ct);
        if (outcome.Kind is not (Refusal.None or Refusal.Missing))
        {
            throw new InvalidOperationException($"Statistics of item {itemId} could not be written: {outcome.Why}");
        }
    }

    private static void Put(JsonObject statistics, string name, byte[] jobJson, long startTime)
    {
        if (startTime >= statistics.Map(name).Number("StartTime"))
        {
            statistics[name] = JsonNode.Parse(jobJson);
        }
    }
}
