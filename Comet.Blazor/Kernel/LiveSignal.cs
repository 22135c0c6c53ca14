using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Comet.Blazor.Kernel;

/// <summary>
/// A bell without a message: something changed, read again. Listeners hear it at most as often as they ask for, never
/// less than once after the last change. Raising costs a few nanoseconds and never waits.
/// </summary>
public sealed class LiveSignal
{
    private ImmutableArray<Channel<bool>> _listeners = [];

    private long _version;

    /// <summary>Grows with each ring: what was derived before from what the bell stands for may be kept as long as this is the same.</summary>
    public long Version => Interlocked.Read(ref _version);

    /// <summary>The number of listeners, for tests of clean-up.</summary>
    public int Listeners => _listeners.Length;

    /// <summary>Rings the bell.</summary>
    public void Raise()
    {
        Interlocked.Increment(ref _version);
        foreach (var box in _listeners)
        {
            box.Writer.TryWrite(true);
        }
    }

    /// <summary>Yields after each change, at most once per <paramref name="atMostEvery"/>. Listening starts with the call of the enumerator.</summary>
    public async IAsyncEnumerable<bool> TicksAsync(TimeSpan atMostEvery, TimeProvider clock, [EnumeratorCancellation] CancellationToken ct)
    {
        var box = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        ImmutableInterlocked.Update(ref _listeners, static (all, b) => all.Add(b), box);
        try
        {
            await foreach (var _ in box.Reader.ReadAllAsync(ct))
            {
                yield return true;
                await Task.Delay(atMostEvery, clock, ct);
            }
        }
        finally
        {
            ImmutableInterlocked.Update(ref _listeners, static (all, b) => all.Remove(b), box);
        }
    }
}
