using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Lockout;

/// <summary>
/// One check of a password, code or security key. It counts against the limit from the moment it may be tried until it is disposed, so that
/// guesses sent at the same time are not free. Dispose it as soon as the check is decided.
/// </summary>
public sealed class LoginAttempt : IDisposable
{
    private readonly Action<LoginAttempt, bool?>? _decide;

    internal LoginAttempt(Outcome may, TimeSpan wait, Action<LoginAttempt, bool?>? decide = null)
    {
        May = may;
        Wait = wait;
        _decide = decide;
    }

    /// <summary>Whether the check may be made; otherwise <see cref="Refusal.TooMany"/> with the wait in the sentence.</summary>
    public Outcome May { get; }

    /// <summary>How long to wait when it may not.</summary>
    public TimeSpan Wait { get; }

    internal bool IsDecided { get; set; }

    internal bool AsCustomer { get; private set; }

    /// <summary>
    /// The person is in: failures of this name from this address are forgotten. Not for a right password that a second step must follow:
    /// otherwise whoever knows the password could guess codes without end.
    /// </summary>
    public void Succeeded() => _decide?.Invoke(this, true);

    /// <summary>
    /// As <see cref="Succeeded"/>, for a customer. Forgets nothing when an administrator has the same name: the two are counted together, and a
    /// customer could otherwise guess that administrator's password without end by signing in between.
    /// </summary>
    public void SucceededAsCustomer()
    {
        AsCustomer = true;
        Succeeded();
    }

    /// <summary>The password, code or answer was wrong, or the name is unknown.</summary>
    public void Failed() => _decide?.Invoke(this, false);

    /// <summary>Ends it; without a decision before, it counts neither as success nor as failure.</summary>
    public void Dispose() => _decide?.Invoke(this, null);
}
