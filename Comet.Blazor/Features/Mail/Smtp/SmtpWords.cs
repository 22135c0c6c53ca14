using System.Net.Security;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Comet.Blazor.Features.Mail.Smtp;

/// <summary>What the faults of the SMTP library mean for a person, and for the queue.</summary>
internal static class SmtpWords
{
    /// <summary>The mail server, as sentences name it.</summary>
    public static string Where(MailOptions options) => $"{options.SmtpHost}:{options.Port}";

    /// <summary>The failure of a fault.</summary>
    /// <param name="ex">The fault.</param>
    /// <param name="options">How mail is sent.</param>
    /// <param name="certificate">What was wrong with the server's certificate.</param>
    public static MailFailureException Explain(Exception ex, MailOptions options, SslPolicyErrors certificate)
    {
        var where = Where(options);
        return ex switch
        {
            SmtpCommandException command => OfCommand(command, where),
            SslHandshakeException when certificate != SslPolicyErrors.None && !options.SmtpAllowInvalidCertificate => Server($"The certificate of {where} is not valid: {CertificateWords(certificate, options.SmtpHost)}"),
            SslHandshakeException => Server(options.Mode == MailOptions.ModeTls
                ? $"{where} does not speak TLS from the first byte. Choose STARTTLS, or the port for TLS (mostly 465)."
                : $"The encryption with {where} could not be agreed on."),
            AuthenticationException => Server($"{where} refused the username or the password{Said(ex.InnerException?.Message ?? ex.Message)}"),
            ServiceNotAuthenticatedException => Server($"{where} wants a sign-in before it takes mail: give username and password."),
            SocketException socket => Server(OfSocket(socket, where, options.SmtpHost)),
            NotSupportedException when options.Mode == MailOptions.ModeStartTls && ex.Message.Contains("STARTTLS", StringComparison.OrdinalIgnoreCase) =>
                Server($"{where} offers no STARTTLS, so nothing was sent. Choose TLS from the start, or another port; only within your own network allow mail without encryption."),
            NotSupportedException or FormatException => Message(MailFault.MessageForGood, $"{where} can't take this message: {MailText.Line(ex.Message)}"),
            IOException or ProtocolException or ServiceNotConnectedException or TimeoutException => Server(options.Mode == MailOptions.ModeStartTls && ex is SmtpProtocolException
                ? $"{where} did not answer as a mail server does, or closed the connection. Check the port: with STARTTLS mostly 587, with TLS from the start mostly 465."
                : $"The connection to {where} broke off."),
            _ => Server($"Sending by {where} failed: {MailText.Line(ex.Message)}"),
        };

        MailFailureException Server(string why) => new(MailFault.Server, why, ex);
        MailFailureException Message(MailFault fault, string why) => new(fault, why, ex);
    }

    private static MailFailureException OfCommand(SmtpCommandException ex, string where)
    {
        var forGood = (int)ex.StatusCode >= 500;
        return ex.ErrorCode switch
        {
            SmtpErrorCode.RecipientNotAccepted => new(
                forGood ? MailFault.MessageForGood : MailFault.MessageForNow, $"{where} {(forGood ? "refused" : "does not take now")} the recipient {ex.Mailbox?.Address}{Said(ex)}", ex),
            SmtpErrorCode.SenderNotAccepted => new(MailFault.Server, $"{where} refused the sender {ex.Mailbox?.Address}: use an address that this mail server may send for{Said(ex)}", ex),
            SmtpErrorCode.MessageNotAccepted => new(
                forGood ? MailFault.MessageForGood : MailFault.MessageForNow, $"{where} {(forGood ? "refused" : "does not take now")} the message{Said(ex)}", ex),
            _ => new(MailFault.Server, $"{where} refused to go on{Said(ex)}", ex),
        };
    }

    private static string OfSocket(SocketException ex, string where, string host) => ex.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"{where} refused the connection: no mail server listens there, or a firewall forbids it. Check name and port.",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"The name {host} is not known. Check how it is written, and this server's DNS.",
        SocketError.TimedOut => $"{where} can't be reached: no answer. Check name, port and firewalls.",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => $"There is no way from this server to {where}. Check its network.",
        _ => $"The connection to {where} failed: {MailText.Line(ex.Message)}.",
    };

    private static string CertificateWords(SslPolicyErrors errors, string host) =>
        (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? $"it is for another name than {host}. Use the name in the certificate"
            : "no authority that this computer trusts has signed it, or it has expired")
        + ". Nothing was sent. Allow it only for a server of your own.";

    private static string Said(SmtpCommandException ex) => Said($"{(int)ex.StatusCode} {ex.Message}");

    private static string Said(string answer) => MailText.Line(answer) is { Length: > 0 } line ? $". It said: {line.TrimEnd('.')}." : ".";
}
