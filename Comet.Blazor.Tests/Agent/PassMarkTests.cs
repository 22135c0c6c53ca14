using Comet.Blazor.Agent.Retention;
using Comet.Blazor.Agent.State;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Agent;

/// <summary>When a backup is followed by a retention pass.</summary>
public sealed class PassMarkTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly StateFolder _state;

    public PassMarkTests() => _state = StateFolder.Open(_folder.Sub("state"));

    public void Dispose()
    {
        _state.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void IsDue_ADayAfterTheLastPass()
    {
        var marks = new PassMarks(_state, _clock);
        Assert.False(marks.IsDue("vault", 0));
        marks.Passed("vault");

        _clock.Advance(TimeSpan.FromHours(23));
        Assert.False(marks.IsDue("vault", 0));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.True(marks.IsDue("vault", 0));
    }

    [Fact]
    public void IsDue_MarksOfAClockThatWasAhead_DoNotPutPassesOff()
    {
        var ahead = new PassMarks(_state, new FakeTimeProvider(new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        ahead.Passed("vault");
        ahead.Pruned("vault");

        var marks = new PassMarks(_state, _clock);

        Assert.True(marks.IsDue("vault", 3));
        Assert.True(marks.IsPruneDue("vault"));
    }
}
