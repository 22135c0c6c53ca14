using Comet.Blazor.Security.Secrets;

namespace Comet.Blazor.Features.Mail.Pages;

/// <summary>What stands in the form of the mail settings, saved or not.</summary>
public sealed class MailForm
{
    /// <summary>The form of stored settings.</summary>
    public MailForm(MailOptions stored)
    {
        (Mode, FromEmail, FromName) = (stored.IsOn ? stored.Mode : MailOptions.ModeOff, stored.FromEmail, stored.FromName);
        (Host, Port, Username) = (stored.SmtpHost, stored.SmtpPort > 0 ? stored.SmtpPort : null, stored.SmtpUsername);
        (AllowInvalidCertificate, AllowUnencrypted, Ehlo) = (stored.SmtpAllowInvalidCertificate, stored.SmtpAllowUnencrypted, stored.SmtpCustomEhlo);
        Password = Obscured.Of(stored.SmtpPassword);
    }

    /// <summary>How mail is sent.</summary>
    public string Mode { get; set; }

    /// <summary>The sender's address.</summary>
    public string? FromEmail { get; set; }

    /// <summary>The sender's name.</summary>
    public string? FromName { get; set; }

    /// <summary>The mail server.</summary>
    public string? Host { get; set; }

    /// <summary>Its port; null for the usual one.</summary>
    public int? Port { get; set; }

    /// <summary>User name.</summary>
    public string? Username { get; set; }

    /// <summary>The new password, or the mark that stands for the stored one.</summary>
    public string? Password { get; set; }

    /// <summary>Any certificate will do.</summary>
    public bool AllowInvalidCertificate { get; set; }

    /// <summary>No encryption will do.</summary>
    public bool AllowUnencrypted { get; set; }

    /// <summary>The name for EHLO.</summary>
    public string? Ehlo { get; set; }

    /// <summary>True unless mail is off.</summary>
    public bool IsOn => Mode != MailOptions.ModeOff;

    /// <summary>True when the stored password is to stay.</summary>
    public bool KeepsPassword => Password == Obscured.Text;

    /// <summary>The password for a command: null for the one that is stored.</summary>
    public string? NewPassword => KeepsPassword ? null : Password ?? "";

    /// <summary>The settings, without the password.</summary>
    public MailOptions Options => new()
    {
        Mode = Mode,
        FromEmail = FromEmail?.Trim() ?? "",
        FromName = MailText.Line(FromName ?? ""),
        SmtpHost = Host?.Trim() ?? "",
        SmtpPort = Port ?? 0,
        SmtpUsername = Username?.Trim() ?? "",
        SmtpAllowInvalidCertificate = AllowInvalidCertificate,
        SmtpAllowUnencrypted = AllowUnencrypted,
        SmtpCustomEhlo = Ehlo?.Trim() ?? "",
    };
}
