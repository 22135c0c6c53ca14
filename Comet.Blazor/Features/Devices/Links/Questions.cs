using System.Globalization;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Devices.Links;

/// <summary>Questions to one device that wait for their answer: promises with an id, removed in any case.</summary>
public sealed class Questions
{
    private readonly Dictionary<string, TaskCompletionSource<Response?>> _waiting = [];
    private long _last;
    private bool _gone;

    /// <summary>A new question; dispose it when the answer is there or not wanted any more.</summary>
    /// <exception cref="InvalidOperationException"><paramref name="max"/> questions wait already.</exception>
    public Question Ask(int max)
    {
        lock (_waiting)
        {
            if (_waiting.Count >= max)
            {
                throw new InvalidOperationException($"{max} questions to this device wait for an answer already.");
            }

            var answer = new TaskCompletionSource<Response?>(TaskCreationOptions.RunContinuationsAsynchronously);
            var id = (++_last).ToString(CultureInfo.InvariantCulture);
            if (_gone)
            {
                answer.SetResult(null);
            }
            else
            {
                _waiting.Add(id, answer);
            }

            return new Question(this, id, answer.Task);
        }
    }

    /// <summary>Brings an answer; ignored when nobody waits for it any more.</summary>
    public void Answered(Response response)
    {
        TaskCompletionSource<Response?>? answer;
        lock (_waiting)
        {
            _waiting.Remove(response.Id, out answer);
        }

        answer?.TrySetResult(response);
    }

    /// <summary>The link is over: whoever waits gets null.</summary>
    public void Gone()
    {
        TaskCompletionSource<Response?>[] all;
        lock (_waiting)
        {
            _gone = true;
            all = [.. _waiting.Values];
            _waiting.Clear();
        }

        foreach (var answer in all)
        {
            answer.TrySetResult(null);
        }
    }

    private void Forget(string id)
    {
        lock (_waiting)
        {
            _waiting.Remove(id);
        }
    }

    /// <summary>One question.</summary>
    /// <param name="all">All questions of the device.</param>
    /// <param name="id">Its id within the link.</param>
    /// <param name="answer">The answer; null when the link ended first.</param>
    public sealed class Question(Questions all, string id, Task<Response?> answer) : IDisposable
    {
        /// <summary>Its id within the link.</summary>
        public string Id { get; } = id;

        /// <summary>Waits for the answer; null when the link ended first.</summary>
        /// <exception cref="TimeoutException"><paramref name="late"/> was cancelled before.</exception>
        public async Task<Response?> AnswerAsync(CancellationToken late, CancellationToken ct)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late, ct);
            try
            {
                return await answer.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new TimeoutException("The device did not answer in time.");
            }
        }

        /// <inheritdoc />
        public void Dispose() => all.Forget(Id);
    }
}
