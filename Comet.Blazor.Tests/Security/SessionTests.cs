using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Security;

/// <summary>Sessions on the server's side (decisions.md 17, 24; spec/04 §4.5).</summary>
public sealed class SessionTests : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly Stamps _stamps = new();
    private ServerStore? _store;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_EndsThirtyMinutesAfterTheLastGesture()
    {
        var sessions = await OpenAsync();
        var key = await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);

        _clock.Advance(TimeSpan.FromMinutes(29));
        Assert.True(await sessions.TouchAsync(key, Ct));
        _clock.Advance(TimeSpan.FromMinutes(29));
        Assert.NotNull(sessions.Find(key));
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(sessions.Find(key));
        Assert.False(await sessions.TouchAsync(key, Ct));
    }

    [Fact]
    public async Task Session_EndsAfterSevenDays_WhateverThePersonDoes()
    {
        var sessions = await OpenAsync();
        var key = await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);

        for (var i = 0; i < 7 * 24 * 3; i++)
        {
            Assert.True(await sessions.TouchAsync(key, Ct));
            _clock.Advance(TimeSpan.FromMinutes(20));
        }

        Assert.Null(sessions.Find(key));
    }

    [Fact]
    public async Task Session_SurvivesARestart_AndItsKeyIsNotInTheFile()
    {
        var key = await (await OpenAsync()).StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);
        _clock.Advance(TimeSpan.FromMinutes(5));

        var again = await ReopenAsync();

        Assert.Equal("admin", again.Find(key)!.Name);
        await _store!.DisposeAsync();
        Assert.DoesNotContain(key, await File.ReadAllTextAsync(_folder.Sub("comet-server.db"), Ct), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_Ended_RingsForItsTabs_AndStaysEndedAfterARestart()
    {
        var sessions = await OpenAsync();
        var key = await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);
        var other = await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await using var ticks = sessions.Find(other)!.Ended.TicksAsync(TimeSpan.FromSeconds(1), _clock, listening.Token).GetAsyncEnumerator(listening.Token);
        var rang = ticks.MoveNextAsync();

        await sessions.EndOthersAsync(ActorKind.Administrator, "admin", keep: key, Ct);

        Assert.True(await rang);
        Assert.Null(sessions.Find(other));
        Assert.NotNull(sessions.Find(key));
        Assert.Null((await ReopenAsync()).Find(other));
    }

    [Fact]
    public async Task Sweep_EndsWhatHasExpired_AndTellsItsTabs()
    {
        var sessions = await OpenAsync();
        var session = sessions.Find(await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct))!;
        await using var ticks = session.Ended.TicksAsync(TimeSpan.FromSeconds(1), _clock, Ct).GetAsyncEnumerator(Ct);
        var rang = ticks.MoveNextAsync();

        _clock.Advance(TimeSpan.FromMinutes(31));
        await sessions.SweepAsync(Ct);

        Assert.True(await rang);
    }

    [Fact]
    public async Task Session_EndedByACallerWhoDidNotWait_StaysEndedAfterARestart()
    {
        var sessions = await OpenAsync();
        var key = await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sessions.EndAsync(key, new CancellationToken(canceled: true))); // the tab was closed

        Assert.Null(sessions.Find(key));
        Assert.Null((await ReopenAsync()).Find(key));
    }

    [Fact]
    public async Task Session_EndedWhileAGestureIsStored_StaysEndedAfterARestart()
    {
        var sessions = await OpenAsync();
        var key = await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);
        _clock.Advance(TimeSpan.FromMinutes(2));
        using var first = new ManualResetEventSlim();
        var busy = _store!.Db.WriteAsync(
            _ =>
            {
                first.Wait(Ct);
                return true;
            },
            Ct);

        var stored = sessions.TouchAsync(key, Ct); // waits for its turn
        var ended = sessions.EndAsync(key, Ct);
        var late = sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct); // somebody with the old password
        var others = sessions.EndOthersAsync(ActorKind.Administrator, "admin", null, Ct);
        first.Set();
        await Task.WhenAll(busy, stored, ended, others);

        Assert.Null(sessions.Find(key));
        Assert.Null(sessions.Find(await late));
        var again = await ReopenAsync();
        Assert.Empty(again.All);
    }

    [Fact]
    public async Task Ended_WhileNothingCouldBeWritten_IsRemovedLater_AndDoesNotComeBack()
    {
        var sessions = await OpenAsync();
        var key = await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);
        await _store!.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => sessions.EndAsync(key, Ct));
        Assert.Null(sessions.Find(key));
        await _store.OpenAsync(Ct);

        await sessions.SweepAsync(Ct);

        Assert.Empty((await ReopenAsync()).All);
    }

    [Fact]
    public async Task OpenedByAnotherPasswordThanNow_IsOverAtTheNextStart_AndTheOneThatChangedItLivesOn()
    {
        var sessions = await OpenAsync();
        var mine = await sessions.StartAsync(SessionOwner.Administrator("admin", null, null, ActorVia.Web), Ct);
        var stolen = await sessions.StartAsync(SessionOwner.Administrator("mary", null, null, ActorVia.Web), Ct);
        _stamps.Text = "another password";
        await sessions.EndOthersAsync(ActorKind.Administrator, "admin", mine, Ct); // and the power fails before mary's are ended
        await sessions.TouchAsync(stolen, Ct);

        var again = await ReopenAsync();
        await again.EndOutdatedAsync(Ct);

        Assert.NotNull(again.Find(mine));
        Assert.Null(again.Find(stolen));
    }

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task<SessionStore> OpenAsync()
    {
        _store = new ServerStore(new DataFolder(_folder.Path));
        await _store.OpenAsync(Ct);
        var sessions = new SessionStore(_store, new SessionTimes(SettingsFile.Open(_folder.Sub("cometd.cfg"))), _stamps, _clock);
        await sessions.OpenAsync(Ct);
        return sessions;
    }

    private async Task<SessionStore> ReopenAsync()
    {
        await _store!.DisposeAsync();
        return await OpenAsync();
    }

    /// <summary>Stamps that the test decides.</summary>
    private sealed class Stamps : ISessionStamps
    {
        public string Text { get; set; } = "a password";

        public string Of(SessionOwner owner) => Text;
    }
}
