using Comet.Blazor.Features.Jobs.Index;
using Comet.Blazor.Features.Jobs.Intake;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Store;

/// <summary>All jobs of an account together.</summary>
/// <param name="store">The jobs.</param>
/// <param name="live">What is known of running ones.</param>
public sealed class AccountHistory(JobStore store, LiveJobs live) : IAccountHistory
{
    private const int JobsPerTurn = 100; // each with the pieces of its log

    /// <inheritdoc />
    public int Count(AccountId account) => KeysOf(store.Index, account).Count;

    /// <inheritdoc />
    public async Task<int> RemoveAsync(AccountId account, CancellationToken ct)
    {
        var removed = 0;
        while (true)
        {
            var turn = await store.WriteAsync(
                writer =>
                {
                    var jobs = Next(writer.Index, account);
                    foreach (var job in jobs)
                    {
                        writer.Remove(job);
                    }

                    if (jobs.Count == 0)
                    {
                        writer.ForgetSequences(account);
                    }

                    return jobs;
                },
                ct);
            foreach (var job in turn)
            {
                live.End(job.Id);
            }

            removed += turn.Count;
            if (turn.Count == 0)
            {
                return removed;
            }
        }
    }

    private static KeyedRuns<JobKey> KeysOf(JobIndex index, AccountId account) =>
        index.Names.Find(0, account.Value) is >= 0 and var number ? index.Current.OfAccount(number) : KeyedRuns<JobKey>.Empty;

    private static List<JobFigures> Next(JobIndex index, AccountId account)
    {
        var rows = index.Current.Rows;
        return [.. KeysOf(index, account).Ascending(0, JobsPerTurn).SelectMany(static piece => piece)
            .Select(key => rows.TryGet(key.Key, out var job) ? job : default).Where(static job => job.Key != 0)];
    }
}
