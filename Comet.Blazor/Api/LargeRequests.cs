using Comet.Blazor.Kernel;

namespace Comet.Blazor.Api;

/// <summary>
/// Bounds how many large requests are in memory at once: credentials are inside the form, so that a stranger's 64 MiB have to be read before he can be
/// refused. Small requests, which nearly all are, never wait.
/// </summary>
/// <param name="clock">Bounds the waiting.</param>
public sealed class LargeRequests(TimeProvider clock) : IDisposable
{
    /// <summary>A body of more bytes, or of unknown length, is large.</summary>
    public const long LargeFrom = 1024 * 1024;

    /// <summary>Large requests at once.</summary>
    public const int AtOnce = 4;

    /// <summary>How long one waits for its turn.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim _places = new(AtOnce);

    /// <summary>A place until it is disposed of.</summary>
    /// <param name="length">Bytes of the body; null when unknown.</param>
    /// <param name="ct">The caller has gone.</param>
    /// <exception cref="ApiException">No place became free in time.</exception>
    public async ValueTask<Place> EnterAsync(long? length, CancellationToken ct)
    {
        if (length <= LargeFrom)
        {
            return default;
        }

        if (!_places.Wait(0, CancellationToken.None))
        {
            using var late = new CancellationTokenSource(Patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, ct);
            try
            {
                await _places.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                throw new ApiException(Refusal.TooMany, "The server is busy with other large requests. Try again in a few seconds.");
            }
        }

        return new Place(_places);
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    /// <summary>One of the places, or none for a small request.</summary>
    /// <param name="places">Where it goes back to.</param>
    public readonly struct Place(SemaphoreSlim places) : IDisposable
    {
        /// <summary>Gives it back.</summary>
        public void Dispose() => places?.Release();
    }
}
