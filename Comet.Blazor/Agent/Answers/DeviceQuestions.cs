using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Comet.Blazor.Agent.Work;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Answers;

/// <summary>Leads what is asked while a person waits to those who know.</summary>
/// <param name="settings">What the device allows.</param>
/// <param name="profile">The vaults.</param>
/// <param name="estimates">Counts.</param>
/// <param name="vaults">Looks into vaults.</param>
public sealed class DeviceQuestions(AgentSettings settings, ProfileKeeper profile, Estimates estimates, VaultQuestions vaults)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(55); // the server waits a minute

    /// <summary>Answers one; null when it is none of these.</summary>
    /// <exception cref="JsonException">The body is not what the action needs.</exception>
    public async Task<Response?> AnswerAsync(Request request, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Limit);
        try
        {
            return request.Action switch
            {
                AgentProtocol.Actions.BrowseFolder => Answer(request, await BrowseAsync(Body(request, AgentJson.Default.BrowseFolder), limit.Token), AgentJson.Default.FolderPage),
                AgentProtocol.Actions.EstimateItem => Answer(request, await estimates.AskAsync(Body(request, AgentJson.Default.EstimateItem), limit.Token), AgentJson.Default.ItemEstimate),
                AgentProtocol.Actions.TestVault => Answer(request, await vaults.TestAsync(Body(request, AgentJson.Default.TestVault), limit.Token), AgentJson.Default.VaultTested),
                AgentProtocol.Actions.ListSnapshots => Answer(request, await SnapshotsAsync(Body(request, AgentJson.Default.ListSnapshots), limit.Token), AgentJson.Default.SnapshotPage),
                _ => null,
            };
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Response(request.Id, (int)Refusal.TimedOut, "The device needs longer for the answer than anybody waits for it.");
        }
    }

    private static T Body<T>(Request request, JsonTypeInfo<T> shape) =>
        request.Body is { ValueKind: JsonValueKind.Object } body && body.Deserialize(shape) is { } ask ? ask : throw new JsonException("The body is missing.");

    private static Response Answer<T>(Request request, Outcome<T> outcome, JsonTypeInfo<T> shape) => outcome.Ok
        ? new Response(request.Id, 200, "OK", JsonSerializer.SerializeToElement(outcome.Value, shape))
        : new Response(request.Id, (int)outcome.Kind, outcome.Why);

    private async Task<Outcome<FolderPage>> BrowseAsync(BrowseFolder ask, CancellationToken ct) => settings.AllowsFilenames
        ? await Task.Run(() => FolderReader.Read(ask, ct), ct)
        : Outcome.Denied("This device does not allow administrators to see file names.");

    private async Task<Outcome<SnapshotPage>> SnapshotsAsync(ListSnapshots ask, CancellationToken ct) =>
        await profile.FindVaultAsync(ask.VaultId, ct) is { } vault
            ? await vaults.SnapshotsAsync(vault, ask.Skip, ct)
            : Outcome.Missing("This device may not use such a Storage Vault.");
}
