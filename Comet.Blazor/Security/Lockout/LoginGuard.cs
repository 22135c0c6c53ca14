using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Passwords;

namespace Comet.Blazor.Security.Lockout;

/// <summary>
/// Bounds guessing, for web, API and devices alike (spec/04 §4.6): after so many failures of a name from an address, and ten times as many from an
/// address whatever the names, further attempts are refused for a while, the right password too. Known and unknown names count the same. Asked
/// before anything slow is computed. Lives in memory: a restart forgets.
/// </summary>
/// <param name="settings">Holds the limits; a change counts at once.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">Told of each wait.</param>
public sealed partial class LoginGuard(SettingsFile settings, TimeProvider clock, ILogger<LoginGuard> log) : IOpenAtStart
{
    /// <summary>How many times as many failures an address has free as one name from it has.</summary>
    public const int AddressFactor = 10;

    /// <summary>Pairs of address and name, and addresses, that are remembered with a count of their own.</summary>
    public const int Capacity = 20_000;

    /// <summary>Attempts that may wait for the outcome of others of the same name or address.</summary>
    public const int MaxWaiting = 2048;

    /// <summary>The longest name that is told apart from others, in characters; no account has a longer one.</summary>
    public const int MaxName = 256;

    private readonly Lock _gate = new();
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);
    private readonly FailureCounts _pairs = new(Capacity, clock);
    private readonly FailureCounts _addresses = new(Capacity, clock);
    private TaskCompletionSource _decided = Signal();
    private int _waiting;
    private (long Version, LoginProtection Value)? _protection;

    /// <summary>The limits at this moment.</summary>
    public LoginProtection Protection
    {
        get
        {
            lock (_gate)
            {
                return Current();
            }
        }
    }

    /// <summary>Counts in memory, for tests and figures.</summary>
    public int Remembered
    {
        get
        {
            lock (_gate)
            {
                return _pairs.Count + _addresses.Count;
            }
        }
    }

    /// <inheritdoc />
    /// <exception cref="InvalidDataException">The settings have limits that can't be used; the message says what to correct.</exception>
    public Task OpenAsync(CancellationToken ct)
    {
        if (settings.IsNew && settings.Read(static root => root[LoginProtection.Field] is null))
        {
            settings.Update(static root =>
            {
                LoginProtection.Default.Write(root);
                return true;
            });
        }

        if (!Protection.Enabled)
        {
            LogOff(log);
        }

        return Task.CompletedTask;
    }

    /// <summary>The sentence for somebody who must wait.</summary>
    public static string Sentence(TimeSpan wait)
    {
        var seconds = Seconds(wait);
        return $"Too many failed attempts. Try again in {seconds} second{(seconds == 1 ? "" : "s")}.";
    }

    /// <summary>The wait in whole seconds, at least 1.</summary>
    public static long Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));

    /// <summary>How long this name must wait at this address; zero when it may try.</summary>
    public TimeSpan Wait(string? address, string username)
    {
        var (pair, all) = Keys(address, username);
        lock (_gate)
        {
            return Current() is { Enabled: true } protection ? Wait(pair, all, protection) : TimeSpan.Zero;
        }
    }

    /// <summary>
    /// Begins a check. Answers at once when it may be made or must wait for the cooldown; while as many checks of this name or address are under way
    /// as may still fail, it waits for them. Dispose the answer when the check is decided.
    /// </summary>
    /// <param name="address">Where it comes from; null when unknown, which counts as one address.</param>
    /// <param name="username">The name as entered, whether it exists or not.</param>
    /// <param name="ct">Ends the waiting.</param>
    public async ValueTask<LoginAttempt> EnterAsync(string? address, string username, CancellationToken ct)
    {
        var (pair, all) = Keys(address, username);
        while (true)
        {
            Task decided;
            lock (_gate)
            {
                var protection = Current();
                if (!protection.Enabled)
                {
                    return new LoginAttempt(Outcome.Done, TimeSpan.Zero);
                }

                if (Wait(pair, all, protection) is var wait && wait > TimeSpan.Zero)
                {
                    return new LoginAttempt(Outcome.Refuse(Refusal.TooMany, Sentence(wait)), wait);
                }

                if (_pairs.Free(pair, OfPair(protection)) > 0 && _addresses.Free(all, OfAddress(protection)) > 0)
                {
                    return Begin(pair, all, protection, address, username);
                }

                if (_waiting >= MaxWaiting)
                {
                    return new LoginAttempt(HashQueue.Busy, TimeSpan.FromSeconds(5));
                }

                _waiting++;
                decided = _decided.Task;
            }

            try
            {
                await decided.WaitAsync(ct);
            }
            finally
            {
                lock (_gate)
                {
                    _waiting--;
                }
            }
        }
    }

    /// <summary>
    /// Begins a check of the second factor of somebody whose password was right, besides the one of <see cref="EnterAsync"/>: bounds the failures of one
    /// account from all addresses together, ten times as many as those of a name from one address. Only who knows the password gets here, so that
    /// nobody else can keep the person out; and a thousand computers have no more guesses than ten.
    /// </summary>
    /// <param name="address">Where it comes from.</param>
    /// <param name="account">Whose second factor, such as "administrator/admin".</param>
    /// <param name="ct">Ends the waiting.</param>
    public ValueTask<LoginAttempt> EnterSecondAsync(string? address, string account, CancellationToken ct) =>
        EnterAsync("the second step of " + account, ClientAddress.Counted(address), ct);

    /// <summary>
    /// Makes one check that decides everything: done counts as success, <see cref="Refusal.Unauthenticated"/> as failure, any other refusal as neither.
    /// </summary>
    public Task<Outcome<T>> CheckAsync<T>(string? address, string username, Func<Task<Outcome<T>>> check, CancellationToken ct) =>
        CheckAsync(address, username, check, static attempt => attempt.Succeeded(), ct);

    /// <summary>As <see cref="CheckAsync{T}(string?, string, Func{Task{Outcome{T}}}, CancellationToken)"/>, for a customer or a device (<see cref="LoginAttempt.SucceededAsCustomer"/>).</summary>
    public Task<Outcome<T>> CheckCustomerAsync<T>(string? address, string username, Func<Task<Outcome<T>>> check, CancellationToken ct) =>
        CheckAsync(address, username, check, static attempt => attempt.SucceededAsCustomer(), ct);

    private async Task<Outcome<T>> CheckAsync<T>(string? address, string username, Func<Task<Outcome<T>>> check, Action<LoginAttempt> succeeded, CancellationToken ct)
    {
        using var attempt = await EnterAsync(address, username, ct);
        if (!attempt.May.Ok)
        {
            return attempt.May;
        }

        var outcome = await check();
        if (outcome.Ok)
        {
            succeeded(attempt);
        }
        else if (outcome.Kind == Refusal.Unauthenticated)
        {
            attempt.Failed();
        }

        return outcome;
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static FailureLimit OfPair(LoginProtection protection) => new(protection.FailureThreshold, protection.Cooldown);

    private static FailureLimit OfAddress(LoginProtection protection) => new(protection.FailureThreshold * AddressFactor, protection.Cooldown);

    private TimeSpan Wait(UInt128 pair, UInt128 all, LoginProtection protection)
    {
        var wait = _pairs.Wait(pair, OfPair(protection));
        return _addresses.Wait(all, OfAddress(protection)) is var longer && longer > wait ? longer : wait;
    }

    private LoginAttempt Begin(UInt128 pair, UInt128 all, LoginProtection protection, string? address, string username)
    {
        var mine = _pairs.Begin(pair, OfPair(protection));
        var everybody = _addresses.Begin(all, OfAddress(protection));
        return new LoginAttempt(Outcome.Done, TimeSpan.Zero, (attempt, success) => Decide(attempt, success, mine, everybody, address, username));
    }

    private void Decide(LoginAttempt attempt, bool? success, FailureCount mine, FailureCount everybody, string? address, string username)
    {
        var (locked, lockedAddress) = (false, false);
        LoginProtection protection;
        TaskCompletionSource decided;
        lock (_gate)
        {
            if (attempt.IsDecided)
            {
                return;
            }

            attempt.IsDecided = true;
            protection = Current();
            if (success == false)
            {
                locked = _pairs.Failed(mine, OfPair(protection));
                lockedAddress = _addresses.Failed(everybody, OfAddress(protection));
            }
            else if (success == true && !(attempt.AsCustomer && IsAdministrator(username)))
            {
                FailureCounts.Succeeded(mine);
            }

            _pairs.End(mine);
            _addresses.End(everybody);
            (decided, _decided) = (_decided, Signal());
        }

        decided.SetResult();
        if (locked)
        {
            LogLocked(log, Clean(username), ClientAddress.Text(address), protection.CooldownSeconds, protection.FailureThreshold);
        }

        if (lockedAddress)
        {
            LogAddressLocked(log, ClientAddress.Text(address), protection.CooldownSeconds, protection.FailureThreshold * AddressFactor);
        }
    }

    private bool IsAdministrator(string name) => settings.Read(root => root["AdminUsers"] is JsonArray all
        && all.OfType<JsonObject>().Any(a => a["Username"] is JsonValue known && known.TryGetValue<string>(out var text) && text.Equals(name, StringComparison.OrdinalIgnoreCase)));

    private LoginProtection Current()
    {
        var version = settings.Changed.Version; // before the reading: a change meanwhile is read again
        if (_protection is not { } known || known.Version != version)
        {
            _protection = known = (version, settings.Read(LoginProtection.Read));
        }

        return known.Value;
    }

    /// <summary>Keyed, so that nobody can choose names that share a count; of a fixed size, so that long names cost nothing.</summary>
    private (UInt128 Pair, UInt128 All) Keys(string? address, string username)
    {
        var counted = ClientAddress.Counted(address);
        var name = username.Length > MaxName ? username[..MaxName] : username;
        return (Digest($"{counted}\n{name.ToUpperInvariant()}"), Digest(counted));
    }

    private UInt128 Digest(string text) => BinaryPrimitives.ReadUInt128LittleEndian(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(text)));

    private static string Clean(string name) => new([.. name.Where(static c => !char.IsControl(c)).Take(64)]);

    [LoggerMessage(LogLevel.Warning, "Sign-ins as \"{Username}\" from {Address} are refused for {Seconds} s after {Failures} failures.")]
    private static partial void LogLocked(ILogger log, string username, string address, int seconds, int failures);

    [LoggerMessage(LogLevel.Warning, "All sign-ins from {Address} are refused for {Seconds} s after {Failures} failures.")]
    private static partial void LogAddressLocked(ILogger log, string address, int seconds, int failures);

    [LoggerMessage(LogLevel.Warning, "Login protection is off: passwords can be guessed as fast as they can be checked. Set LoginProtection in cometd.cfg, for example {{\"Enabled\": true, \"FailureThreshold\": 10, \"CooldownSeconds\": 300}}.")]
    private static partial void LogOff(ILogger log);
}
