using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>Writes into profiles what devices find out about their vaults. An older measurement does not replace a newer one.</summary>
/// <param name="accounts">The accounts.</param>
public sealed class RecordVaultReport(AccountStore accounts) : IVaultReports
{
    private const int MaxComponents = 1000;
    private const int MaxText = 600;
    private const int MaxSentence = 1000;

    /// <inheritdoc />
    public async Task<Outcome> RecordAsync(AccountId account, string deviceId, VaultReport report, CancellationToken ct)
    {
        if (report.Content is { } told && Complaint(told) is { } complaint)
        {
            return Outcome.Invalid(complaint);
        }

        var outcome = await accounts.ChangeAsync(
            account,
            null,
            document =>
            {
                if (!document.Devices.ContainsKey(deviceId) || document.Vault(report.VaultId) is not { } vault || !AccountDocument.VaultServes(vault, deviceId))
                {
                    return Outcome.Missing("The Storage Vault does not exist, or this device may not use it.");
                }

                if (report.RetentionError is { } error && vault.Text("RetentionError") != Clean(error))
                {
                    vault["RetentionError"] = Clean(error);
                }

                if (report.Content is { } content)
                {
                    Put(vault, content);
                }

                return Outcome.Done;
            },
            tellDevices: false,
            ct);
        return outcome.Plain;
    }

    private static void Put(JsonObject vault, VaultContent content)
    {
        var statistics = vault.MapForWrite("Statistics");
        if (statistics.Map("ClientProvidedContent").Number("MeasureCompleted") > content.Completed)
        {
            return;
        }

        statistics["ClientProvidedContent"] = new JsonObject
        {
            ["MeasureStarted"] = content.Started,
            ["MeasureCompleted"] = content.Completed,
            ["Components"] = new JsonArray(
                [.. content.Components.Select(static c => (JsonNode)new JsonObject { ["Bytes"] = c.Bytes, ["UsedBy"] = new JsonArray([.. c.UsedBy.Select(static u => (JsonNode)u)]) })]),
        };
        if (vault.Number("DestinationType") != VaultTypes.StorageRole)
        {
            statistics["ClientProvidedSize"] = new JsonObject
            {
                ["Size"] = content.Components.Sum(static c => c.Bytes), ["MeasureStarted"] = content.Started, ["MeasureCompleted"] = content.Completed,
            };
        }
    }

    private static string? Complaint(VaultContent content) =>
        content.Components.Length > MaxComponents ? $"A measurement may have {MaxComponents} components."
        : content.Components.Any(static c => c is not { Bytes: >= 0 and < 1L << 60, UsedBy.Length: > 0 }) ? "Every component of a measurement needs bytes, 0 or more, and users."
        : content.Components.SelectMany(static c => c.UsedBy).Any(static u => u is null || u.Length > MaxText || u.Any(char.IsControl)) ? "A component's user is no name."
        : null;

    private static string Clean(string sentence) => new([.. sentence.Where(static c => !char.IsControl(c)).Take(MaxSentence)]);
}
