using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Passwords;

/// <summary>
/// Bounds the slow hashes of passwords: they are pure work, and more of them at once than half the processors would starve everybody else.
/// What waits is bounded as well; each lane sends its oldest into one common queue, so that the lanes take turns.
/// </summary>
public sealed class HashQueue : IDisposable
{
    /// <summary>Administrators' checks that may wait: some seconds of work.</summary>
    public const int MaxAdministrators = 64;

    /// <summary>Customers' checks that may wait: as many devices as may be signing in at once.</summary>
    public const int MaxCustomers = 2048;

    /// <summary>Customers' checks of the password itself that may wait: some seconds of work.</summary>
    public const int MaxCustomerPasswords = 64;

    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly Lane _administrators = new(MaxAdministrators);
    private readonly Lane _customers = new(MaxCustomers);
    private readonly Lane _customerPasswords = new(MaxCustomerPasswords);

    /// <summary>Slow hashes that run at once: half the processors.</summary>
    public static int AtOnce { get; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>The refusal when too many wait.</summary>
    public static Outcome Busy { get; } = Outcome.Refuse(Refusal.TooMany, "The server is busy checking passwords. Try again in a few seconds.");

    /// <summary>Runs the work on a thread of its own when its turn comes; <see cref="Busy"/> when too many wait already.</summary>
    /// <param name="lane">Who waits.</param>
    /// <param name="work">The slow hash. Once begun it is finished, whether the caller is still there or not: its outcome must count.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async Task<Outcome<T>> RunAsync<T>(PasswordLane lane, Func<T> work, CancellationToken ct)
    {
        var mine = lane switch
        {
            PasswordLane.Administrators => _administrators,
            PasswordLane.CustomerPasswords => _customerPasswords,
            _ => _customers,
        };
        if (Interlocked.Increment(ref mine.Inside) > mine.Most + AtOnce)
        {
            Interlocked.Decrement(ref mine.Inside);
            return Busy;
        }

        try
        {
            await mine.Turn.WaitAsync(ct);
            try
            {
                await _places.WaitAsync(ct);
                try
                {
                    return await Task.Run(work, CancellationToken.None);
                }
                finally
                {
                    _places.Release();
                }
            }
            finally
            {
                mine.Turn.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref mine.Inside);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _places.Dispose();
        _administrators.Turn.Dispose();
        _customers.Turn.Dispose();
        _customerPasswords.Turn.Dispose();
    }

    private sealed class Lane(int most)
    {
        public int Inside;

        public int Most { get; } = most;

        public SemaphoreSlim Turn { get; } = new(AtOnce);
    }
}
