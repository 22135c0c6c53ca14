using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Jobs.Store;

/// <summary>A bell for each job that somebody watches, so that a page of one job sleeps while others report.</summary>
public sealed class JobSignals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, (LiveSignal Signal, int Watchers)> _watched = [];

    /// <summary>Number of jobs that are watched.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _watched.Count;
            }
        }
    }

    /// <summary>Watches a job until the watch is disposed of.</summary>
    /// <param name="job">The job's key.</param>
    public JobSignal Watch(long job)
    {
        lock (_gate)
        {
            var (signal, watchers) = _watched.GetValueOrDefault(job);
            signal ??= new LiveSignal();
            _watched[job] = (signal, watchers + 1);
            return new JobSignal(this, job, signal);
        }
    }

    /// <summary>A job or its log changed, or it reported progress.</summary>
    public void Raise(long job)
    {
        LiveSignal? signal;
        lock (_gate)
        {
            signal = _watched.GetValueOrDefault(job).Signal;
        }

        signal?.Raise();
    }

    internal void Leave(long job)
    {
        lock (_gate)
        {
            var (signal, watchers) = _watched[job];
            if (watchers == 1)
            {
                _watched.Remove(job);
            }
            else
            {
                _watched[job] = (signal, watchers - 1);
            }
        }
    }
}

/// <summary>One watch over a job.</summary>
public sealed class JobSignal : IDisposable
{
    private readonly JobSignals _signals;
    private readonly long _job;
    private bool _over;

    internal JobSignal(JobSignals signals, long job, LiveSignal changed) => (_signals, _job, Changed) = (signals, job, changed);

    /// <summary>Rings when the job or its log changed, or it reported progress.</summary>
    public LiveSignal Changed { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_over)
        {
            _over = true;
            _signals.Leave(_job);
        }
    }
}
