using Comet.Blazor.Agent.Work;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Answers;

/// <summary>Counts that run on this device because somebody looks at an item's editor. Those that nobody asks about any more end by themselves.</summary>
/// <param name="clock">The clock.</param>
public sealed class Estimates(TimeProvider clock) : IDisposable
{
    private const int MaxAtOnce = 4;
    private const int MaxSeconds = 600;
    private const int MaxWaitSeconds = 20;
    private static readonly TimeSpan Forgotten = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);

    /// <summary>Begins a count, or says how far it is. Refused as <see cref="Refusal.Unsupported"/> for engines that can't be counted, <see cref="Refusal.TooMany"/>.</summary>
    public async Task<Outcome<ItemEstimate>> AskAsync(EstimateItem ask, CancellationToken ct)
    {
        if (ask.Engine != FileSelection.Engine)
        {
            return Outcome.Refuse(Refusal.Unsupported, "Only Protected Items of type Files and Folders can be counted before they are backed up.");
        }

        var found = Find(ask);
        if (!found.Ok)
        {
            return found.Plain;
        }

        var running = found.Value;
        if (ask.WaitSeconds <= 0)
        {
            running.End();
        }

        try
        {
            await running.Work.WaitAsync(TimeSpan.FromSeconds(Math.Clamp(ask.WaitSeconds, 1, MaxWaitSeconds)), clock, ct);
        }
        catch (TimeoutException)
        {
            return running.Count.Sum;
        }

        return running.Count.Sum;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var running in _running.Values)
            {
                running.End();
            }
        }
    }

    private Outcome<Running> Find(EstimateItem ask)
    {
        lock (_gate)
        {
            if (_running.TryGetValue(ask.EstimateId, out var known))
            {
                known.Asked();
                return known;
            }

            if (_running.Values.Count(static r => !r.Work.IsCompleted) >= MaxAtOnce)
            {
                return Outcome.Refuse(Refusal.TooMany, "This device counts for others already. Try again in a moment.");
            }

            var running = new Running(ask, clock);
            _running.Add(ask.EstimateId, running);
            _ = ForgetAsync(ask.EstimateId, running);
            return running;
        }
    }

    private async Task ForgetAsync(string id, Running running)
    {
        await running.OverAsync();
        lock (_gate)
        {
            _running.Remove(id);
        }

        running.Dispose();
    }

    private sealed class Running : IDisposable
    {
        private readonly CancellationTokenSource _wanted; // as long as somebody asks
        private readonly CancellationTokenSource _limit;
        private readonly CancellationTokenSource _stop;
        private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Running(EstimateItem ask, TimeProvider clock)
        {
            var selection = FileSelection.Of(new AgentItem("", ask.Engine, "", ask.EngineProps));
            Count = new ItemCount(selection.Paths, selection.Missing(), new Exclusions(selection.Exclusions));
            _wanted = new CancellationTokenSource(Forgotten, clock);
            _limit = new CancellationTokenSource(TimeSpan.FromSeconds(Math.Clamp(ask.LimitSeconds, 1, MaxSeconds)), clock);
            _stop = CancellationTokenSource.CreateLinkedTokenSource(_wanted.Token, _limit.Token);
            _wanted.Token.Register(() => _over.TrySetResult());
            Work = Task.Run(() => Count.Run(_stop.Token));
        }

        public ItemCount Count { get; }

        public Task Work { get; }

        public void Asked() => _wanted.CancelAfter(Forgotten);

        public void End() => _wanted.Cancel();

        /// <summary>Nobody asks any more, and the count has ended.</summary>
        public Task OverAsync() => Task.WhenAll(_over.Task, Work);

        public void Dispose()
        {
            _stop.Dispose();
            _limit.Dispose();
            _wanted.Dispose();
        }
    }
}
