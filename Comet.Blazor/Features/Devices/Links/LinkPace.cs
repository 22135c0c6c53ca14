namespace Comet.Blazor.Features.Devices.Links;

/// <summary>How fast one device sends: counts its frames of this second, and what it may still say without being asked. A field of its link, not shared.</summary>
/// <param name="limits">What is allowed.</param>
/// <param name="clock">The clock.</param>
public struct LinkPace(LinkLimits limits, TimeProvider clock)
{
    private double _talk = limits.MaxTalkAtOnce;
    private long _talkedAt = clock.GetTimestamp();
    private long _second;
    private int _frames;

    /// <summary>A frame was read; how long to wait before the next one is.</summary>
    public TimeSpan AfterFrame()
    {
        var now = clock.GetTimestamp();
        var since = clock.GetElapsedTime(_second, now);
        if (since >= TimeSpan.FromSeconds(1))
        {
            (_second, _frames, since) = (now, 0, TimeSpan.Zero);
        }

        return ++_frames > limits.MaxFramesPerSecond ? TimeSpan.FromSeconds(1) - since : TimeSpan.Zero;
    }

    /// <summary>A message other than a job message was read; false when there have been too many.</summary>
    public bool MayTalk()
    {
        var now = clock.GetTimestamp();
        var earned = clock.GetElapsedTime(_talkedAt, now).TotalSeconds * limits.MaxTalkPerSecond;
        _talk = Math.Min(limits.MaxTalkAtOnce, _talk + earned) - 1;
        _talkedAt = now;
        return _talk >= 0;
    }
}
