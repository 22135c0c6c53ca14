using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts;

/// <summary>
/// Work on many accounts in windows: those of one window wait at the store together and so share a commit; between two windows everybody else
/// has a turn there. Faults of the disk and of a single profile become the outcomes of those they hit.
/// </summary>
public static class AccountWindows
{
    /// <summary>Accounts in one window: at most some tens of milliseconds for who comes after them.</summary>
    public const int Size = 64;

    /// <summary>The refusal of what was left when somebody cancelled.</summary>
    public static readonly Outcome Cancelled = Outcome.Conflict("Not done: it was cancelled before its turn.");

    /// <summary>Runs one piece of work for each; see the class.</summary>
    /// <param name="all">What to work on.</param>
    /// <param name="one">The work; must reach the store without waiting for another of the same window.</param>
    /// <param name="progress">Told how many are through.</param>
    /// <param name="ct">Ends it between two windows.</param>
    public static Task<IReadOnlyList<Outcome<TResult>>> RunAsync<TItem, TResult>(IReadOnlyList<TItem> all, Func<TItem, Task<Outcome<TResult>>> one, IProgress<int>? progress, CancellationToken ct) =>
        RunWindowsAsync<TItem, TResult>(all, async window => await Task.WhenAll(window.Select(each => GuardedAsync(() => one(each)))), progress, ct);

    /// <summary>Runs the work for a window at a time; see the class.</summary>
    /// <param name="all">What to work on.</param>
    /// <param name="many">The work for one window; answers an outcome for each, in order.</param>
    /// <param name="progress">Told how many are through.</param>
    /// <param name="ct">Ends it between two windows.</param>
    public static async Task<IReadOnlyList<Outcome<TResult>>> RunWindowsAsync<TItem, TResult>(
        IReadOnlyList<TItem> all, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<Outcome<TResult>>>> many, IProgress<int>? progress, CancellationToken ct)
    {
        List<Outcome<TResult>> outcomes = new(all.Count);
        Outcome? ended = null;
        foreach (var window in all.Chunk(Size))
        {
            ended ??= ct.IsCancellationRequested ? Cancelled : null;
            if (ended is { } why)
            {
                outcomes.AddRange(Enumerable.Repeat((Outcome<TResult>)why, window.Length));
                continue;
            }

            try
            {
                outcomes.AddRange(await many(window));
            }
            catch (IOException ex)
            {
                outcomes.AddRange(Enumerable.Repeat((Outcome<TResult>)Fault(ex), window.Length));
            }

            if (outcomes.FindLast(static o => o.Kind == Refusal.Unsupported) is { Kind: Refusal.Unsupported, Why: var fault })
            {
                ended = Outcome.Refuse(Refusal.Unsupported, $"Not done: an earlier one could not be written. {fault}");
            }

            progress?.Report(outcomes.Count);
        }

        return outcomes;
    }

    private static async Task<Outcome<TResult>> GuardedAsync<TResult>(Func<Task<Outcome<TResult>>> one)
    {
        try
        {
            return await one();
        }
        catch (IOException ex)
        {
            return Fault(ex);
        }
        catch (InvalidDataException ex)
        {
            return Outcome.Conflict(ex.Message); // this profile is damaged; the others are not
        }
    }

    private static Outcome Fault(IOException ex) => Outcome.Refuse(Refusal.Unsupported, ex.Message);
}
