using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Agent.Link;

/// <summary>What this device has asked the server over one link and not been answered yet.</summary>
public sealed class Questions
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<Response?>> _open = new(StringComparer.Ordinal);
    private long _last;
    private volatile bool _gone;

    /// <summary>Asks; null when the link ended before the answer.</summary>
    public async Task<Response?> AskAsync(Frames link, string action, JsonElement? body, CancellationToken ct)
    {
        var id = Interlocked.Increment(ref _last).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<Response?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _open[id] = answer;
        try
        {
            if (_gone)
            {
                return null;
            }

            await link.SendAsync(new Request(id, action, body), ct);
            return await answer.Task.WaitAsync(ct);
        }
        finally
        {
            _open.TryRemove(id, out _);
        }
    }

    /// <summary>An answer came.</summary>
    public void Answered(Response response)
    {
        if (_open.TryGetValue(response.Id, out var answer))
        {
            answer.TrySetResult(response);
        }
    }

    /// <summary>The link is over.</summary>
    public void Gone()
    {
        _gone = true;
        foreach (var answer in _open.Values)
        {
            answer.TrySetResult(null);
        }
    }
}
