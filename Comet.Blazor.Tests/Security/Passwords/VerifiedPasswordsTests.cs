using System.Text;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Passwords;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Security.Passwords;

/// <summary>Slow hashes once, remembered successes afterwards, and bounds on both.</summary>
public sealed class VerifiedPasswordsTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly VerifiedPasswords _passwords;

    public VerifiedPasswordsTests() => _passwords = new VerifiedPasswords(_clock);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _passwords.Dispose();

    [Fact]
    public async Task Success_IsRememberedForAWhile()
    {
        for (var i = 0; i < 1000; i++)
        {
            Assert.True((await CheckAsync("mary", "record", "secret", right: true)).Ok);
        }

        Assert.Equal(1, _passwords.SlowChecks);
        _clock.Advance(VerifiedPasswords.Remembered);
        await CheckAsync("mary", "record", "secret", right: true);
        Assert.Equal(2, _passwords.SlowChecks);
    }

    [Fact]
    public async Task Failure_IsNeverRemembered()
    {
        Assert.Equal(VerifiedPasswords.Wrong, await CheckAsync("mary", "record", "secret", right: false));
        Assert.Equal(VerifiedPasswords.Wrong, await CheckAsync("mary", "record", "secret", right: false));

        Assert.Equal(2, _passwords.SlowChecks);
        Assert.Equal(0, _passwords.Count);
        Assert.True((await CheckAsync("mary", "record", "secret", right: true)).Ok);
    }

    [Theory]
    [InlineData("mary", "record", "Secret")]
    [InlineData("peter", "record", "secret")]
    [InlineData("mary", "new record", "secret")]
    [InlineData("maryr", "ecord", "secret")]
    [InlineData("mary", "records", "ecret")]
    public async Task RememberedSuccess_FitsNothingElse(string name, string record, string secret)
    {
        await CheckAsync("mary", "record", "secret", right: true);

        Assert.False((await CheckAsync(name, record, secret, right: false)).Ok);
    }

    [Fact]
    public async Task RememberedSuccess_OfACustomer_IsNoneOfAnAdministrator()
    {
        await CheckAsync("mary", "record", "secret", right: true, PasswordLane.Customers);

        Assert.False((await CheckAsync("mary", "record", "secret", right: false)).Ok);
    }

    [Fact]
    public async Task Successes_AreBounded()
    {
        for (var i = 0; i < VerifiedPasswords.MaxRemembered + 500; i++)
        {
            _clock.Advance(TimeSpan.FromTicks(1));
            await CheckAsync($"user {i}", "record", "secret", right: true);
        }

        Assert.InRange(_passwords.Count, 1, VerifiedPasswords.MaxRemembered);
        var before = _passwords.SlowChecks;
        await CheckAsync($"user {VerifiedPasswords.MaxRemembered + 499}", "record", "secret", right: true);
        Assert.Equal(before, _passwords.SlowChecks);
    }

    [Fact]
    public async Task SameSecret_ManyAtOnce_IsHashedOncePerProcessorAtMost()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => CheckAsync("mary", "record", "secret", right: true)));

        Assert.All(answers, static a => Assert.True(a.Ok));
        Assert.InRange(_passwords.SlowChecks, 1, HashQueue.AtOnce);
    }

    [Fact]
    public async Task Queue_RunsHalfTheProcessorsAtOnce_AndRefusesWhatWouldWaitTooLong()
    {
        using var queue = new HashQueue();
        using var gate = new ManualResetEventSlim();
        var (running, most) = (0, 0);
        var all = Enumerable.Range(0, HashQueue.AtOnce + HashQueue.MaxAdministrators).Select(_ => queue.RunAsync(PasswordLane.Administrators, Hash, Ct)).ToList();
        await Wait.UntilAsync(() => Volatile.Read(ref running) == HashQueue.AtOnce, "the first ones run");

        var refused = await queue.RunAsync(PasswordLane.Administrators, Hash, Ct);
        var customer = queue.RunAsync(PasswordLane.Customers, Hash, Ct);

        Assert.Equal(HashQueue.Busy, refused.Plain);
        Assert.Equal((Refusal.TooMany, "The server is busy checking passwords. Try again in a few seconds."), (refused.Kind, refused.Why));
        gate.Set();
        Assert.All(await Task.WhenAll([.. all, customer]), static a => Assert.True(a.Ok));
        Assert.Equal(HashQueue.AtOnce, most);

        bool Hash()
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            gate.Wait(CancellationToken.None);
            Interlocked.Decrement(ref running);
            return true;
        }
    }

    [Fact]
    public async Task Queue_OtherLane_WaitsForAFewAndNotForAll()
    {
        using var queue = new HashQueue();
        using var gate = new ManualResetEventSlim();
        var order = new List<PasswordLane>();
        var customers = Enumerable.Range(0, 500).Select(_ => queue.RunAsync(PasswordLane.Customers, () => Hash(PasswordLane.Customers), Ct)).ToList();
        var administrator = queue.RunAsync(PasswordLane.Administrators, () => Hash(PasswordLane.Administrators), Ct);

        gate.Set();
        await administrator;
        await Task.WhenAll(customers);

        Assert.InRange(order.IndexOf(PasswordLane.Administrators), 0, (3 * HashQueue.AtOnce) - 1);

        bool Hash(PasswordLane lane)
        {
            gate.Wait(CancellationToken.None);
            lock (order)
            {
                order.Add(lane);
            }

            return true;
        }
    }

    [Fact]
    public async Task Queue_CallerWhoLeaves_GivesHisPlaceBack()
    {
        using var queue = new HashQueue();
        using var gate = new ManualResetEventSlim();
        var running = Enumerable.Range(0, HashQueue.AtOnce).Select(_ => queue.RunAsync(PasswordLane.Administrators, Hash, Ct)).ToList();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var waiting = Enumerable.Range(0, HashQueue.MaxAdministrators).Select(_ => queue.RunAsync(PasswordLane.Administrators, Hash, leaving.Token)).ToList();

        await leaving.CancelAsync();
        foreach (var one in waiting)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        }

        var again = Enumerable.Range(0, HashQueue.MaxAdministrators).Select(_ => queue.RunAsync(PasswordLane.Administrators, Hash, Ct)).ToList();
        gate.Set();
        Assert.All(await Task.WhenAll([.. running, .. again]), static a => Assert.True(a.Ok));

        bool Hash()
        {
            gate.Wait(CancellationToken.None);
            return true;
        }
    }

    private Task<Outcome> CheckAsync(string name, string record, string secret, bool right, PasswordLane lane = PasswordLane.Administrators) =>
        _passwords.CheckAsync(lane, name, record, Encoding.UTF8.GetBytes(secret), () => right, Ct);
}
