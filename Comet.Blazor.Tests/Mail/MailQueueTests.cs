using Comet.Blazor.Data;
using Comet.Blazor.Features.Mail;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Features.Mail.Smtp;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Mail;

/// <summary>The queue and its delivery, by a real mail server.</summary>
public sealed class MailQueueTests : IAsyncLifetime
{
    private static readonly Actor Admin = new(ActorKind.Administrator, "admin", null, "127.0.0.1");
    private readonly FakeTimeProvider _clock = new(TimeProvider.System.GetUtcNow());
    private TestServer _server = null!;
    private SmtpServer _smtp = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private MailQueue Queue => _server.Get<MailQueue>();

    public async ValueTask InitializeAsync()
    {
        _smtp = await SmtpServer.StartAsync();
        _server = await StartAsync(new TempFolder());
        Save(_smtp.Options());
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _smtp.DisposeAsync();
    }

    [Fact]
    public async Task OneText_ForMany_IsOneMessageForEach()
    {
        var put = await Queue.PutAsync(new OutgoingMail(["a@example.com", "b@example.com", "A@example.com"], "Hello\r\nBcc: all@example.com", "Text ü\n.\nend") { Html = "<p>Text</p>" }, Ct);

        Assert.Equal(2, put.Value);
        await Wait.UntilAsync(() => _smtp.Mails.Count == 2, "both have arrived");
        Assert.Equal(["a@example.com", "b@example.com"], _smtp.Mails.Select(static m => m.To.Mailboxes.Single().Address).Order(StringComparer.Ordinal));
        Assert.All(_smtp.Mails, static m => Assert.Equal(("Hello Bcc: all@example.com", 0, "<p>Text</p>"), (m.Subject, m.Bcc.Count, m.HtmlBody?.Trim())));
        Assert.All(_smtp.Mails, static m => Assert.Contains("Text ü", m.TextBody, StringComparison.Ordinal));
        await Wait.UntilAsync(() => Queue.All.All(static m => m.State == MailState.Sent), "both are marked as sent");
        Assert.Equal(0, await TextsAsync());
    }

    [Fact]
    public async Task ServerDown_IsTriedAgain_UntilItIsBack()
    {
        await _smtp.DownAsync();
        await PutAsync("a@example.com");
        var mail = await UntilAsync(static m => m.Attempts == 1);
        Assert.Contains("refused the connection", mail.Error, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(5), mail.Next - mail.Created);

        await _smtp.UpAsync();
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(MailState.Waiting, Queue.All.Single().State);
        await LaterAsync(TimeSpan.FromMinutes(1), static m => m.State == MailState.Sent);
        Assert.Equal(mail.MessageId, Assert.Single(_smtp.Mails).MessageId);
        Assert.Equal("", Queue.All.Single().Error);
    }

    [Fact]
    public async Task ServerDownForADay_IsGivenUp_AndTriedAnewByHand()
    {
        await _smtp.DownAsync();
        await PutAsync("a@example.com");
        await UntilAsync(static m => m.Attempts == 1);
        foreach (var (i, delay) in MailRetries.Delays.Index())
        {
            await LaterAsync(delay, m => m.Attempts == i + 2);
        }

        Assert.Equal(MailState.Failed, Queue.All.Single().State);
        await _smtp.UpAsync();
        Assert.True((await _server.Get<QueueCommands>().RetryAsync(Admin, Queue.All.Single().Id)).Ok);
        await UntilAsync(static m => m.State == MailState.Sent);
    }

    [Fact]
    public async Task RefusedForGood_IsNotTriedAgain_AndStopsNobodyElse()
    {
        await Queue.PutAsync(new OutgoingMail(["unknown@example.com", "spam@example.com", "later@example.com", "good@example.com"], "S", "T"), Ct);

        await Wait.UntilAsync(() => Queue.All.All(static m => m.Attempts == 1), "each was tried once");
        var states = Queue.All.OrderBy(static m => m.Id).Select(static m => m.State);
        Assert.Equal([MailState.Failed, MailState.Failed, MailState.Waiting, MailState.Sent], states);
        Assert.Contains("no such mailbox", Queue.All.Single(static m => m.Recipient.StartsWith("unknown", StringComparison.Ordinal)).Error, StringComparison.Ordinal);
        Assert.Equal("good@example.com", Assert.Single(_smtp.Mails).To.Mailboxes.Single().Address);
    }

    [Fact]
    public async Task SlowServer_IsLeft_AndTheNextMessageGoesOut()
    {
        await PutAsync("stuck@example.com");
        await Wait.UntilAsync(() => Queue.IsSending(Queue.All.Single().Id), "it is being sent");
        Assert.Equal(Refusal.Conflict, (await _server.Get<QueueCommands>().RemoveAsync(Admin, Queue.All.Single().Id)).Kind);
        await PutAsync("good@example.com");

        await Wait.UntilAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
                return _smtp.Mails.Count == 1;
            },
            "the other one has arrived");
        Assert.Contains("did not answer within", Queue.All.Single(static m => m.Recipient.StartsWith("stuck", StringComparison.Ordinal)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_NothingIsTaken_AndWhatWaitsStaysUntilItIsOn()
    {
        await _smtp.DownAsync();
        await PutAsync("a@example.com");
        await UntilAsync(static m => m.Attempts == 1);
        Save(_smtp.Options() with { Mode = MailOptions.ModeDirect });
        await _smtp.UpAsync();

        var refused = await Queue.PutAsync(new OutgoingMail(["b@example.com"], "S", "T"), Ct);
        Assert.Equal(Refusal.Unsupported, refused.Kind);
        Assert.Contains("direct delivery", refused.Why, StringComparison.Ordinal);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, Queue.All.Single().Attempts);
        Save(_smtp.Options());
        Queue.Wake();
        await UntilAsync(static m => m.State == MailState.Sent);
    }

    [Fact]
    public async Task Restart_KeepsWhatWaits()
    {
        await _smtp.DownAsync();
        await PutAsync("a@example.com");
        var before = await UntilAsync(static m => m.Attempts == 1);
        await _server.StopAsync();

        _server = await StartAsync(_server.Folder);

        Assert.Equal(before, Queue.All.Single());
        await _smtp.UpAsync();
        await LaterAsync(TimeSpan.FromMinutes(5), static m => m.State == MailState.Sent);
        Assert.Equal(before.MessageId, Assert.Single(_smtp.Mails).MessageId);
    }

    [Fact]
    public async Task KilledWhileSending_LosesNothing()
    {
        await PutAsync("stuck@example.com");
        await Wait.UntilAsync(() => _smtp.Stuck == 1, "it is being sent");
        var before = Queue.All.Single();
        await _server.StopAsync();
        await using (var process = await CometProcess.StartServerAsync(_server.Folder.Path))
        {
            await Wait.UntilAsync(() => _smtp.Stuck == 2, "it is being sent again");
            await process.KillAsync();
        }

        _server = await StartAsync(_server.Folder);

        await Wait.UntilAsync(() => _smtp.Stuck == 3, "it is being sent once more");
        Assert.Equal(before, Queue.All.Single());
        Assert.Equal(1, await TextsAsync());
    }

    [Fact]
    public async Task Removed_IsGoneWithItsText_AndOldOnesGoByThemselves()
    {
        await _smtp.DownAsync();
        await PutAsync("a@example.com");
        var id = (await UntilAsync(static m => m.Attempts == 1)).Id;
        Assert.Equal(1, await TextsAsync());
        Assert.True((await _server.Get<QueueCommands>().RemoveAsync(Admin, id)).Ok);
        Assert.Empty(Queue.All);
        Assert.Equal(0, await TextsAsync());
        Assert.Equal(Refusal.Missing, (await _server.Get<QueueCommands>().RetryAsync(Admin, id)).Kind);

        await _smtp.UpAsync();
        await PutAsync("b@example.com");
        await UntilAsync(static m => m.State == MailState.Sent);
        _clock.Advance(MailDelivery.KeepSent + MailDelivery.Every);
        await Wait.UntilAsync(() => Queue.All.Count == 0, "the sent one is cleared away");
    }

    [Fact]
    public async Task Queue_HasAnEnd_AndRefusesWhatIsNoAddress()
    {
        Save(_smtp.Options() with { Mode = MailOptions.ModeOff });
        Save(_smtp.Options() with { SmtpPort = 1 });
        Assert.Equal(Refusal.TooMany, (await Queue.PutAsync(new OutgoingMail([.. Enumerable.Range(0, MailQueue.MostWaiting + 1).Select(static i => $"u{i}@example.com")], "S", "T"), Ct)).Kind);
        Assert.Equal(Refusal.Invalid, (await Queue.PutAsync(new OutgoingMail(["a@example.com", "a@example.com\r\nDATA"], "S", "T"), Ct)).Kind);
        Assert.Equal(Refusal.Invalid, (await Queue.PutAsync(new OutgoingMail(["a@example.com"], "S", new string('x', MailQueue.LargestText + 1)), Ct)).Kind);
        Assert.Empty(Queue.All);
    }

    [Fact]
    public async Task Tenant_SeesAndTouchesOnlyItsOwn()
    {
        await _smtp.DownAsync();
        await PutAsync("a@example.com");
        await UntilAsync(static m => m.Attempts == 1);
        var commands = _server.Get<QueueCommands>();
        var tenant = Admin with { OrganizationId = "org" };

        Assert.Empty(commands.All(tenant).Value!);
        Assert.Equal(Refusal.Missing, (await commands.RemoveAsync(tenant, Queue.All.Single().Id)).Kind);
        Assert.Equal(Refusal.Denied, (await commands.RetryAsync(Admin with { Limits = new ActorLimits { Denied = [Right.MailSettingsEdit] } }, Queue.All.Single().Id)).Kind);
    }

    private Task<TestServer> StartAsync(TempFolder folder) =>
        TestServer.StartAsync(folder, b => b.Services.AddSingleton<TimeProvider>(_clock).AddSingleton(new SmtpLimits(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2))));

    private void Save(MailOptions options) => _server.Get<SettingsFile>().Update(root =>
    {
        options.Write(root);
        return true;
    });

    private async Task PutAsync(string to) => Assert.Equal(1, (await Queue.PutAsync(new OutgoingMail([to], "Subject", "Text"), Ct)).Value);

    private async Task<QueuedMail> UntilAsync(Func<QueuedMail, bool> condition)
    {
        await Wait.UntilAsync(() => Queue.All.Any(condition), "the message is so far; it is " + Queue.All.FirstOrDefault());
        return Queue.All.First(condition);
    }

    /// <summary>Goes on in time, and a bit more until the delivery has begun to wait.</summary>
    private Task LaterAsync(TimeSpan time, Func<QueuedMail, bool> condition)
    {
        _clock.Advance(time);
        return Wait.UntilAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromMilliseconds(100));
                return Queue.All.Any(condition);
            },
            "the message is so far");
    }

    private async Task<int> TextsAsync()
    {
        var texts = 0;
        await foreach (var _ in _server.Get<ServerStore>().Db.ScanAsync("mail_contents", null, Ct))
        {
            texts++;
        }

        return texts;
    }
}
