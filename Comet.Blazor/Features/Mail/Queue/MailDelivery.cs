using Comet.Blazor.Features.Mail.Smtp;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Mail.Queue;

/// <summary>Sends what is due, one message after the other over one connection, and clears away what was finished long ago.</summary>
/// <param name="queue">The queue.</param>
/// <param name="settings">How mail is sent.</param>
/// <param name="limits">How long the mail server may take.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log.</param>
public sealed partial class MailDelivery(MailQueue queue, MailSettings settings, SmtpLimits limits, TimeProvider clock, ILogger<MailDelivery> log) : BackgroundService
{
    /// <summary>The longest time between two looks: settings may also change by hand.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>How long sent messages are listed.</summary>
    public static readonly TimeSpan KeepSent = TimeSpan.FromDays(7);

    /// <summary>How long messages are kept that were given up.</summary>
    public static readonly TimeSpan KeepFailed = TimeSpan.FromDays(30);

    /// <summary>The most sent messages that are listed.</summary>
    public const int MostSent = 5_000;

    // A single message may make a server drop the connection; several in a row mean that the server itself is not well.
    private const int MostBreaks = 3;

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await LookAsync(stoppingToken);
                await queue.WaitAsync(Every, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        try
        {
            await SendDueAsync(ct);
            await ClearAsync();
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            LogFailed(ex); // a disk that is full, a damaged record: the next look tries again
        }
    }

    private async Task SendDueAsync(CancellationToken ct)
    {
        for (var breaks = 0; queue.Due() is { Count: > 0 } due;)
        {
            try
            {
                if (!settings.Stored.IsOn)
                {
                    return; // they wait until it is on
                }

                var options = settings.Current;
                using var sender = await SmtpSender.ConnectAsync(options, limits, clock, ct);
                if (await SendAllAsync(sender, due, breaks == MostBreaks, ct))
                {
                    await sender.CloseAsync(ct);
                    breaks = 0;
                }
                else if (++breaks > MostBreaks)
                {
                    return;
                }
            }
            catch (Exception ex) when (ex is MailFailureException or SecretLostException or InvalidDataException)
            {
                LogServer(due.Count, ex.Message);
                await queue.FailedAsync(due.Select(static m => m.Id), ex.Message, forGood: false);
                return;
            }
        }
    }

    /// <summary>Sends one after the other; false when the connection was lost. With <paramref name="lastTry"/> all the rest is put off then.</summary>
    private async Task<bool> SendAllAsync(SmtpSender sender, IReadOnlyList<QueuedMail> due, bool lastTry, CancellationToken ct)
    {
        foreach (var (i, mail) in due.Index())
        {
            try
            {
                if (await queue.TakeAsync(mail.Id, ct) is not { } letter)
                {
                    continue;
                }

                await sender.SendAsync(letter, ct);
                await queue.SentAsync(mail.Id);
            }
            catch (MailFailureException ex)
            {
                LogMessage(mail.Id, mail.MessageId, ex.Message);
                await queue.FailedAsync([mail.Id], ex.Message, ex.Fault == MailFault.MessageForGood);
                if (ex.Fault == MailFault.Server)
                {
                    if (lastTry)
                    {
                        await queue.FailedAsync(due.Skip(i + 1).Select(static m => m.Id), ex.Message, forGood: false);
                    }

                    return false;
                }
            }
            catch (InvalidDataException ex)
            {
                LogMessage(mail.Id, mail.MessageId, ex.Message);
                await queue.FailedAsync([mail.Id], ex.Message, forGood: true);
            }
            finally
            {
                queue.Release(mail.Id);
            }
        }

        return true;
    }

    private async Task ClearAsync()
    {
        var now = clock.GetUtcNow();
        var all = queue.All;
        var sent = all.Where(static m => m.State == MailState.Sent).OrderByDescending(static m => m.Finished).ToList();
        long[] old =
        [
            .. sent.Where((m, i) => i >= MostSent || m.Finished < now - KeepSent).Select(static m => m.Id),
            .. all.Where(m => m.State == MailState.Failed && m.Finished < now - KeepFailed).Select(static m => m.Id),
        ];
        if (old.Length > 0)
        {
            await queue.RemoveAsync(old);
        }
    }

    [LoggerMessage(LogLevel.Error, "The mail queue could not go on; it is tried again within a minute.")]
    private partial void LogFailed(Exception ex);

    [LoggerMessage(LogLevel.Warning, "{Count} messages are put off. {Why}")]
    private partial void LogServer(int count, string why);

    [LoggerMessage(LogLevel.Warning, "Message {Id} ({MessageId}) was not taken. {Why}")]
    private partial void LogMessage(long id, string messageId, string why);
}
