using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Comet.Blazor.Features.Mail.Smtp;

/// <summary>One connection to a mail server, signed in. The only class that talks SMTP. Every failure is a <see cref="MailFailureException"/>.</summary>
public sealed class SmtpSender : IDisposable
{
    private readonly SmtpClient _client = new() { CheckCertificateRevocation = false }; // as browsers: a list that can't be fetched must not stop all mail
    private readonly MailOptions _options;
    private readonly SmtpLimits _limits;
    private readonly TimeProvider _clock;
    private SslPolicyErrors _certificate;

    private SmtpSender(MailOptions options, SmtpLimits limits, TimeProvider clock)
    {
        (_options, _limits, _clock) = (options, limits, clock);
        _client.ServerCertificateValidationCallback = Judge;
        if (options.SmtpCustomEhlo.Length > 0)
        {
            _client.LocalDomain = options.SmtpCustomEhlo;
        }
    }

    /// <summary>Connects, encrypts and signs in.</summary>
    /// <param name="options">With the plain password.</param>
    /// <param name="limits">How long each step may take.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="MailFailureException">It failed; the message says at what.</exception>
    public static async Task<SmtpSender> ConnectAsync(MailOptions options, SmtpLimits limits, TimeProvider clock, CancellationToken ct)
    {
        var sender = new SmtpSender(options, limits, clock);
        try
        {
            await sender.StepAsync(limits.Connect, sender.ConnectAsync, ct);
            await sender.StepAsync(limits.Connect, sender.SignInAsync, ct);
            return sender;
        }
        catch
        {
            sender.Dispose();
            throw;
        }
    }

    /// <summary>Hands over one message; when this returns, the mail server is responsible for it.</summary>
    /// <exception cref="MailFailureException">It was not taken.</exception>
    public Task SendAsync(Letter letter, CancellationToken ct) => StepAsync(
        _limits.Send,
        t => _client.SendAsync(letter.ToMime(_options), new MailboxAddress("", _options.FromEmail), [new MailboxAddress("", letter.Recipient)], t),
        ct);

    /// <summary>Says goodbye; whether the server hears it does not matter any more.</summary>
    public async Task CloseAsync(CancellationToken ct)
    {
        try
        {
            await StepAsync(TimeSpan.FromSeconds(5), t => _client.DisconnectAsync(true, t), ct);
        }
        catch (MailFailureException)
        {
            return; // all messages were handed over before
        }
    }

    /// <inheritdoc />
    public void Dispose() => _client.Dispose();

    private Task ConnectAsync(CancellationToken ct) => _client.ConnectAsync(
        _options.SmtpHost,
        _options.Port,
        _options.Mode == MailOptions.ModeTls ? SecureSocketOptions.SslOnConnect
            : _options.SmtpAllowUnencrypted ? SecureSocketOptions.StartTlsWhenAvailable : SecureSocketOptions.StartTls,
        ct);

    private Task SignInAsync(CancellationToken ct)
    {
        if (_options.SmtpUsername.Length == 0)
        {
            return Task.CompletedTask;
        }

        return _client.Capabilities.HasFlag(SmtpCapabilities.Authentication)
            ? _client.AuthenticateAsync(_options.SmtpUsername, _options.SmtpPassword, ct)
            : throw new MailFailureException(MailFault.Server, $"The mail server {Where} offers no sign-in. Clear username and password, or choose the port for sending (mostly 587 or 465).", null);
    }

    private bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _certificate = errors;
        return errors == SslPolicyErrors.None || _options.SmtpAllowInvalidCertificate;
    }

    private async Task StepAsync(TimeSpan limit, Func<CancellationToken, Task> step, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(limit, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            await step(both.Token);
        }
        catch (OperationCanceledException ex) when (late.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new MailFailureException(
                MailFault.Server, $"The mail server {Where} did not answer within {limit.TotalSeconds:0} seconds. Check its name and port, and that a firewall lets this server reach it.", ex, timedOut: true);
        }
        catch (Exception ex) when (ex is not (OperationCanceledException or MailFailureException))
        {
            throw SmtpWords.Explain(ex, _options, _certificate);
        }
    }

    private string Where => SmtpWords.Where(_options);
}
