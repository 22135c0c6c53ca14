using System.Text.Json.Nodes;
using Comet.Blazor.Features.Mail;
using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Features.Mail.Smtp;

namespace Comet.Blazor.Tests.Mail;

/// <summary>Headers that can't be broken out of, addresses, and when a message is tried again.</summary>
public sealed class MailTextTests
{
    [Theory]
    [InlineData("Report\r\nBcc: all@example.com", "Report Bcc: all@example.com")]
    [InlineData("a\nb\rc\0d\u2028e\u0085f", "a b c d e f")]
    [InlineData("\r\n lead", "lead")]
    [InlineData("Grüße 名前 😀", "Grüße 名前 😀")]
    public void Line_HasNoSecondLine(string text, string expected) => Assert.Equal(expected, MailText.Line(text));

    [Fact]
    public void Line_IsCut_BetweenCharacters() => Assert.Equal(MailText.LongestLine - 1, MailText.Line("a" + string.Concat(Enumerable.Repeat("😀", 300))).Length);

    [Theory]
    [InlineData("ops@example.com", true)]
    [InlineData("o'neil+x@mail.example.com", true)]
    [InlineData("", false)]
    [InlineData("ops", false)]
    [InlineData("@example.com", false)]
    [InlineData("ops@", false)]
    [InlineData("a@example.com,b@example.com", false)]
    [InlineData("Ops <ops@example.com>", false)]
    [InlineData("ops@example.com\r\nRCPT TO:<all@example.com>", false)]
    [InlineData("ops@example.com>\r\nDATA", false)]
    [InlineData("o ps@example.com", false)]
    public void Address_IsOneAddress(string address, bool ok) => Assert.Equal(ok, MailText.CheckAddress(address).Ok);

    [Fact]
    public void Mime_OfHostileTexts_HasOnlyItsOwnHeaders()
    {
        var letter = new Letter("id@example.com", DateTimeOffset.UnixEpoch, "to@example.com", "Hello\r\nBcc: all@example.com\r\n\r\nBody", "text\r\n.\r\nMAIL FROM:<x@example.com>", null);
        using var wire = new MemoryStream();
        letter.ToMime(new MailOptions { FromEmail = "from@example.com", FromName = "Name\r\nX-Evil: 1" }).WriteTo(wire, TestContext.Current.CancellationToken);
        wire.Position = 0;

        var read = MimeKit.MimeMessage.Load(wire, TestContext.Current.CancellationToken);

        Assert.Empty(read.Bcc);
        Assert.DoesNotContain(read.Headers, static h => h.Field == "X-Evil");
        Assert.Equal("Hello Bcc: all@example.com Body", read.Subject);
        Assert.Equal("id@example.com", read.MessageId);
    }

    [Fact]
    public void Retries_AreFive_WithinADay()
    {
        var start = DateTimeOffset.UnixEpoch;
        var (mail, now, attempts) = (new QueuedMail { Next = start }, start, 0);
        while (mail.State == MailState.Waiting)
        {
            now = mail.Next;
            mail = mail.AfterFailure("down", false, now);
            attempts++;
        }

        Assert.Equal((6, TimeSpan.FromHours(24), MailState.Failed), (attempts, now - start, mail.State));
    }

    [Theory]
    [InlineData("""{"Email":{"SMTPPort":"x"}}""", "SMTPPort")]
    [InlineData("""{"Email":{"FromEmail":7}}""", "FromEmail")]
    [InlineData("""{"Email":[]}""", "Email")]
    public void Settings_OfAWrongShape_SayWhich(string json, string field) =>
        Assert.Contains(field, Assert.Throws<InvalidDataException>(() => MailOptions.Read(JsonNode.Parse(json)!.AsObject())).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("builtin", "mail.example.com", 0, "", "directly")]
    [InlineData("pigeon", "mail.example.com", 0, "", "pigeon")]
    [InlineData("smtp", "", 0, "", "mail server")]
    [InlineData("smtp", "mail.example.com:25", 0, "", "without a port")]
    [InlineData("smtp", "mail.example.com", 65536, "", "port")]
    [InlineData("smtp", "mail.example.com", 25, "a\r\nMAIL", "EHLO")]
    public void Settings_ThatCantBeRight_AreRefused(string mode, string host, int port, string ehlo, string expected)
    {
        var check = new MailOptions { Mode = mode, FromEmail = "a@example.com", SmtpHost = host, SmtpPort = port, SmtpCustomEhlo = ehlo }.Check();

        Assert.False(check.Ok);
        Assert.Contains(expected, check.Why, StringComparison.Ordinal);
    }
}
