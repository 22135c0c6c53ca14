using Comet.Blazor.Security.Lockout;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Security.Lockout;

/// <summary>What happens when all places are taken.</summary>
public sealed class FailureCountsTests
{
    private const int Capacity = 64;
    private static readonly FailureLimit Limit = new(3, TimeSpan.FromMinutes(5));
    private readonly FakeTimeProvider _clock = new();
    private readonly FailureCounts _counts;

    public FailureCountsTests() => _counts = new FailureCounts(Capacity, _clock);

    [Fact]
    public void Spray_OfSingleFailures_ForgetsTheOldestOfThem_AndNoWait()
    {
        Fail(Key(1), 3);
        for (var i = 2; i < 10_000; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(20));
            Fail(Key(i), 1);
        }

        Assert.InRange(_counts.Count, 1, Capacity + FailureCounts.Shared);
        Assert.True(_counts.Wait(Key(1), Limit) > TimeSpan.Zero);
    }

    [Fact]
    public void Spray_OfWaits_ForgetsNoWait_AndNewcomersAreCountedAllTheSame()
    {
        for (var i = 1; i <= Capacity; i++)
        {
            Fail(Key(i), 3);
        }

        _clock.Advance(TimeSpan.FromSeconds(2));
        Fail(Key(500), 3);
        for (var i = 1000; i < 20_000; i++)
        {
            Fail(Key(i), 1);
        }

        Assert.InRange(_counts.Count, Capacity, Capacity + FailureCounts.Shared);
        Assert.All(Enumerable.Range(1, Capacity), i => Assert.True(_counts.Wait(Key(i), Limit) > TimeSpan.Zero));
        Assert.True(_counts.Wait(Key(500), Limit) > TimeSpan.Zero);
    }

    [Fact]
    public void SharedCount_IsNotResetByOneWhoSucceeds_AndEndsWithTheRest()
    {
        for (var i = 1; i <= Capacity; i++)
        {
            Fail(Key(i), 3);
        }

        Fail(Key(500), 2);
        var attempt = _counts.Begin(Key(500), Limit);
        FailureCounts.Succeeded(attempt);
        _counts.End(attempt);
        Fail(Key(500), 1);
        Assert.True(_counts.Wait(Key(500), Limit) > TimeSpan.Zero);

        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(TimeSpan.Zero, _counts.Wait(Key(500), Limit));
        Fail(Key(500), 1);
        Fail(Key(501), 1);
        Assert.InRange(_counts.Count, 1, Capacity);
    }

    [Fact]
    public void AttemptsUnderWay_KeepTheirPlace()
    {
        var under = _counts.Begin(Key(1), Limit);
        for (var i = 2; i < 5_000; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            Fail(Key(i), 1);
        }

        Assert.Equal(2, _counts.Free(Key(1), Limit));
        _counts.Failed(under, Limit);
        _counts.End(under);
        Fail(Key(1), 2);
        Assert.True(_counts.Wait(Key(1), Limit) > TimeSpan.Zero);
    }

    private static UInt128 Key(int number) => (UInt128)(number + 1) * 0x9E3779B97F4A7C15UL << 32 | (uint)number * 7919u;

    private void Fail(UInt128 key, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var count = _counts.Begin(key, Limit);
            _counts.Failed(count, Limit);
            _counts.End(count);
        }
    }
}
