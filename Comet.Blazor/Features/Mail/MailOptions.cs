using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Mail;

/// <summary>How mail leaves this server (spec/04 §8; contract: EmailOptions). The password is the plain one, or the sealed text of the settings file.</summary>
public sealed partial record MailOptions
{
    /// <summary>The field in <c>cometd.cfg</c>.</summary>
    public const string Field = "Email";

    /// <summary>Mode: SMTP, encrypted by STARTTLS.</summary>
    public const string ModeStartTls = "smtp";

    /// <summary>Mode: SMTP within TLS from the first byte.</summary>
    public const string ModeTls = "smtp-ssl";

    /// <summary>Mode: no mail.</summary>
    public const string ModeOff = "disabled";

    /// <summary>Mode of other servers that this one does not have: delivery without a mail server in between.</summary>
    public const string ModeDirect = "builtin";

    /// <summary>Longest host name, name, user name and password, in characters.</summary>
    public const int LongestText = 255;

    /// <summary>The sender's address.</summary>
    public string FromEmail { get; init; } = "";

    /// <summary>The sender's name; may be empty.</summary>
    public string FromName { get; init; } = "";

    /// <summary>"" or <see cref="ModeOff"/>, <see cref="ModeStartTls"/>, <see cref="ModeTls"/>; in settings of another server also <see cref="ModeDirect"/>.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Name or IP address of the mail server.</summary>
    public string SmtpHost { get; init; } = "";

    /// <summary>Its port; 0 for the usual one of the mode.</summary>
    public int SmtpPort { get; init; }

    /// <summary>User name; empty to send without signing in.</summary>
    public string SmtpUsername { get; init; } = "";

    /// <summary>Password.</summary>
    public string SmtpPassword { get; init; } = "";

    /// <summary>Also talks to a server whose certificate proves nothing.</summary>
    public bool SmtpAllowInvalidCertificate { get; init; }

    /// <summary>Goes on without encryption when the server has no STARTTLS.</summary>
    public bool SmtpAllowUnencrypted { get; init; }

    /// <summary>The name by which this server introduces itself; empty for its own.</summary>
    public string SmtpCustomEhlo { get; init; } = "";

    /// <summary>True when mail is to be sent, in a way that this server has.</summary>
    public bool IsOn => Mode is ModeStartTls or ModeTls;

    /// <summary>The port that is used.</summary>
    public int Port => SmtpPort > 0 ? SmtpPort : Mode == ModeTls ? 465 : 587;

    /// <summary>Why no mail is sent; empty when it is.</summary>
    public string WhyOff => Mode switch
    {
        ModeStartTls or ModeTls => "",
        ModeDirect => "Mail is off: these settings ask for direct delivery without a mail server, which this server does not do. Choose a mail server under Settings ▸ Email.",
        _ => "Mail is off. An administrator can switch it on under Settings ▸ Email.",
    };

    /// <summary>Reads the settings document.</summary>
    /// <exception cref="InvalidDataException">A field has a shape that is none; the message says which.</exception>
    public static MailOptions Read(JsonObject settings)
    {
        if (settings[Field] is not JsonObject fields)
        {
            return settings[Field] is null ? new MailOptions() : throw new InvalidDataException("The settings file cometd.cfg has an Email that is no object. Correct it.");
        }

        return new MailOptions
        {
            FromEmail = Get(fields, "FromEmail", ""),
            FromName = Get(fields, "FromName", ""),
            Mode = Get(fields, "Mode", ""),
            SmtpHost = Get(fields, "SMTPHost", ""),
            SmtpPort = Get(fields, "SMTPPort", 0),
            SmtpUsername = Get(fields, "SMTPUsername", ""),
            SmtpPassword = Get(fields, "SMTPPassword", ""),
            SmtpAllowInvalidCertificate = Get(fields, "SMTPAllowInvalidCertificate", false),
            SmtpAllowUnencrypted = Get(fields, "SMTPAllowUnencrypted", false),
            SmtpCustomEhlo = Get(fields, "SMTPCustomEhlo", ""),
        };
    }

    /// <summary>Writes it into the settings document; what else is there stays.</summary>
    public void Write(JsonObject settings)
    {
        if (settings[Field] is not JsonObject fields)
        {
            settings[Field] = fields = [];
        }

        fields["FromEmail"] = FromEmail;
        fields["FromName"] = FromName;
        fields["Mode"] = Mode;
        fields["SMTPHost"] = SmtpHost;
        fields["SMTPPort"] = SmtpPort;
        fields["SMTPUsername"] = SmtpUsername;
        fields["SMTPPassword"] = SmtpPassword;
        fields["SMTPAllowInvalidCertificate"] = SmtpAllowInvalidCertificate;
        fields["SMTPAllowUnencrypted"] = SmtpAllowUnencrypted;
        fields["SMTPCustomEhlo"] = SmtpCustomEhlo;
    }

    /// <summary>Whether mail can be sent by this; settings that switch mail off may be incomplete.</summary>
    public Outcome Check()
    {
        if (!IsOn)
        {
            return Mode is "" or ModeOff ? Outcome.Done
                : Mode == ModeDirect ? Outcome.Invalid("This server does not deliver mail directly. Name a mail server, or switch mail off.")
                : Outcome.Invalid($"“{MailText.Line(Mode)}” is no way to send mail. Choose {ModeStartTls}, {ModeTls} or {ModeOff}.");
        }

        return FromEmail.Length == 0 ? Outcome.Invalid("Give the sender's address.")
            : MailText.CheckAddress(FromEmail) is { Ok: false } wrong ? wrong
            : FromName.Length > LongestText ? Outcome.Invalid($"The sender's name may have {LongestText} characters.")
            : Uri.CheckHostName(SmtpHost) == UriHostNameType.Unknown || SmtpHost.Length > LongestText ? Outcome.Invalid("Give the name or IP address of the mail server, such as smtp.example.com, without a port.")
            : SmtpPort is < 0 or > 65535 ? Outcome.Invalid("The port must be 1 to 65535, or empty for the usual one.")
            : SmtpUsername.Length > LongestText || SmtpPassword.Length > LongestText ? Outcome.Invalid($"Username and password may have {LongestText} characters each.")
            : SmtpUsername.Length == 0 && SmtpPassword.Length > 0 ? Outcome.Invalid("A password needs its username. Clear the password to send without signing in.")
            : SmtpUsername.Length > 0 && SmtpPassword.Length == 0 ? Outcome.Invalid("Give the password of this username, or clear the username to send without signing in.")
            : SmtpCustomEhlo.Length > 0 && !EhloName().IsMatch(SmtpCustomEhlo) ? Outcome.Invalid("The name for EHLO must be a host name such as backup.example.com, or an address in brackets such as [192.0.2.1].")
            : Outcome.Done;
    }

    /// <summary>Without the password, wherever the record is printed.</summary>
    public override string ToString() => $"{Mode} {SmtpHost}:{Port}";

    private static T Get<T>(JsonObject fields, string name, T whenAbsent)
    {
        try
        {
            return fields[name] is { } node ? node.Deserialize<T>() ?? whenAbsent : whenAbsent;
        }
        catch (JsonException ex)
        {
            throw new InvalidDataException($"The settings file cometd.cfg has an Email.{name} that can't be read. Correct it, or set it anew under Settings ▸ Email.", ex);
        }
    }

    [GeneratedRegex(@"^(\[[0-9a-fA-F:.]{3,45}\]|[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)\z", RegexOptions.CultureInvariant)]
    private static partial Regex EhloName();
}
