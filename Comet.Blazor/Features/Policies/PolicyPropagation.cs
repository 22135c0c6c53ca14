using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Policies;

/// <summary>
/// Brings a changed policy into the profiles that follow it (spec/01 §4.6). What is to be done stands on the disk since the policy's own write, and
/// goes only when all have it: a server that was stopped in between, or could not write, goes on by itself.
/// </summary>
/// <param name="store">The policies, and what is to be done.</param>
/// <param name="followers">The profiles.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Tells of profiles that could not follow.</param>
public sealed partial class PolicyPropagation(PolicyStore store, IPolicyFollowers followers, TimeProvider clock, ILogger<PolicyPropagation> log) : BackgroundService
{
    /// <summary>How soon it looks again whether something was left, at first; twice as long after each time that something still is.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan AtLatest = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>
    /// Does what is to be done for a policy. The refusal says how many users don't have it yet and why; the policy itself is saved then all the same.
    /// </summary>
    /// <param name="id">The policy.</param>
    /// <param name="progress">Told how many users are through.</param>
    /// <param name="ct">Ends it between two commits; it goes on at the next start.</param>
    public async Task<Outcome> RunAsync(string id, IProgress<int>? progress, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            while (await store.ErrandAsync(id, ct) is { } errand)
            {
                var hash = store.Entry(id)?.Hash;
                var result = await followers.RefreshAsync(id, errand.DeleteSources, progress, ct);
                if (result.Failed > 0)
                {
                    LogLeft(id, result.Failed, result.Why.Why);
                    return Outcome.Refuse(result.Why.Kind, $"The policy is saved, but {result.Failed} of {result.Done + result.Failed} users don't have it yet: {result.Why.Why} The server tries again by itself, within an hour.");
                }

                await store.DoneAsync(id, hash);
            }

            return Outcome.Done;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    /// <summary>Finishes what an earlier run of the server left undone, and what could not be written.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            for (var pause = Again; ;)
            {
                pause = await FinishAsync(stoppingToken) ? Again : pause * 2 < AtLatest ? pause * 2 : AtLatest;
                await Task.Delay(pause, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>True when nothing is left.</summary>
    private async Task<bool> FinishAsync(CancellationToken ct)
    {
        var all = true;
        foreach (var errand in await store.ErrandsAsync(ct))
        {
            try
            {
                LogGoesOn(errand.PolicyId);
                all &= (await RunAsync(errand.PolicyId, null, ct)).Ok;
            }
            catch (Exception ex) when (ex is not OperationCanceledException || !ct.IsCancellationRequested)
            {
                LogFault(ex, errand.PolicyId); // a full disk must not stop the server; what is to be done stands still
                all = false;
            }
        }

        return all;
    }

    [LoggerMessage(LogLevel.Information, "The policy {Policy} was changed, and not all of its users have it; they get it now.")]
    private partial void LogGoesOn(string policy);

    [LoggerMessage(LogLevel.Error, "The policy {Policy} could not be brought to its users.")]
    private partial void LogFault(Exception ex, string policy);

    [LoggerMessage(LogLevel.Error, "The policy {Policy} could not be brought to {Users} users: {Why}")]
    private partial void LogLeft(string policy, int users, string why);
}
