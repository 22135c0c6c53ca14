using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts.Vaults;

/// <summary>The analysis of a vault and how old it is.</summary>
/// <param name="Analysis">How its data is distributed; null when not measured yet.</param>
/// <param name="Behind">By how many backups the analysis is behind; null when unknown.</param>
public sealed record AnalysisView(VaultAnalysis? Analysis, int? Behind);

/// <summary>Reads the analysis of a Storage Vault (spec/01 §6.2).</summary>
/// <param name="read">Reads the vault.</param>
/// <param name="age">Counts the backups since.</param>
public sealed class ReadAnalysis(ReadVault read, AnalysisAge age)
{
    /// <summary>Refused as <see cref="Refusal.Denied"/> or, for an unknown user or vault, as <see cref="Refusal.Missing"/>.</summary>
    public async Task<Outcome<AnalysisView>> RunAsync(Actor by, string username, string vaultId, CancellationToken ct)
    {
        var found = await read.RunAsync(by, username, vaultId, ct);
        if (!found.Ok)
        {
            return found.Plain;
        }

        var analysis = found.Value.Analysis;
        int? behind = analysis is not null && await age.RunAsync(by, username, vaultId, analysis.Started, ct) is { Ok: true } count ? count.Value : null;
        return new AnalysisView(analysis, behind);
    }
}
