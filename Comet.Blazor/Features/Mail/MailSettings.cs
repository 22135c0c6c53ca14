using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Secrets;

namespace Comet.Blazor.Features.Mail;

/// <summary>The mail settings as they stand, with the password sealed on disk. A plain one, of another server or written by hand, works and is sealed at the next start.</summary>
/// <param name="settings">The settings file.</param>
/// <param name="secrets">Seals.</param>
public sealed class MailSettings(SettingsFile settings, SecretBox secrets) : IOpenAtStart
{
    private const string Purpose = "smtp";

    /// <summary>Rings when any settings have changed.</summary>
    public LiveSignal Changed => settings.Changed;

    /// <inheritdoc />
    public Task OpenAsync(CancellationToken ct)
    {
        if (Stored is { SmtpPassword.Length: > 0 } plain && !SecretBox.IsSealed(plain.SmtpPassword))
        {
            settings.Update(root =>
            {
                (plain with { SmtpPassword = Seal(plain.SmtpPassword) }).Write(root);
                return true;
            });
        }

        return Task.CompletedTask;
    }

    /// <summary>As on disk: the password is sealed.</summary>
    /// <exception cref="InvalidDataException">The file's Email can't be read; the message says what to correct.</exception>
    public MailOptions Stored => settings.Read(MailOptions.Read);

    /// <summary>The whole field as it stands on disk, a copy, for those who keep what they do not know.</summary>
    public JsonObject Document() => settings.Read(static root => root[MailOptions.Field]?.DeepClone() as JsonObject ?? []);

    /// <summary>As the mail server needs it.</summary>
    /// <exception cref="InvalidDataException">The file's Email can't be read.</exception>
    /// <exception cref="SecretLostException">The password does not open; the message says what to do.</exception>
    public MailOptions Current => Unsealed(Stored);

    /// <summary>
    /// What a form wants, with its secret in place: null or the mark <see cref="Obscured.Text"/> stands for the password that is stored. Such a
    /// password goes to the server only for which it was given, or whoever may change the settings could have it sent to a server of their own.
    /// </summary>
    /// <exception cref="SecretLostException">The stored password does not open.</exception>
    public Outcome<MailOptions> Complete(MailOptions wanted, string? password)
    {
        var complete = wanted with { SmtpPassword = password is null or Obscured.Text ? "" : password };
        if (password is null or Obscured.Text && Stored is { SmtpPassword.Length: > 0 } stored)
        {
            // Also while mail is off, or the way around would have two steps.
            if (!string.Equals(stored.SmtpHost, wanted.SmtpHost, StringComparison.OrdinalIgnoreCase))
            {
                return Outcome.Invalid("The mail server is another one: type the password for it.");
            }

            complete = wanted with { SmtpPassword = Unsealed(stored).SmtpPassword };
        }

        return complete.Check() is { Ok: false } wrong ? wrong : complete;
    }

    /// <summary>Writes it, sealed. An unchanged password keeps its sealed text.</summary>
    /// <param name="options">With the plain password.</param>
    /// <param name="expected">What the person had seen, as on disk; refused as <see cref="Refusal.Conflict"/> when it is not that any more.</param>
    /// <param name="whole">All fields when the whole field is replaced, also those that this server does not know; null to leave the others as they are.</param>
    /// <exception cref="IOException">It could not be written; nothing was changed.</exception>
    public Outcome<(JsonNode? Before, JsonNode? After)> Save(MailOptions options, MailOptions expected, JsonObject? whole = null)
    {
        JsonNode? before = null, after = null;
        var saved = settings.TryUpdate(root =>
        {
            var stored = MailOptions.Read(root);
            if (stored != expected)
            {
                return Outcome.Conflict("Somebody else has changed the mail settings meanwhile. Reload the page, and change them again.");
            }

            before = root[MailOptions.Field]?.DeepClone();
            if (whole is not null)
            {
                root[MailOptions.Field] = whole.DeepClone();
            }

            var same = stored.SmtpPassword.Length > 0 && SecretBox.IsSealed(stored.SmtpPassword) && TryOpen(stored.SmtpPassword) == options.SmtpPassword;
            (options with { SmtpPassword = same ? stored.SmtpPassword : Seal(options.SmtpPassword) }).Write(root);
            after = root[MailOptions.Field]?.DeepClone();
            return Outcome.Done;
        });
        return saved.Ok ? (before, after) : saved;
    }

    private string? TryOpen(string text)
    {
        try
        {
            return secrets.Open(Purpose, text);
        }
        catch (SecretLostException)
        {
            return null; // a new password takes its place
        }
    }

    private MailOptions Unsealed(MailOptions stored) =>
        SecretBox.IsSealed(stored.SmtpPassword) ? stored with { SmtpPassword = secrets.Open(Purpose, stored.SmtpPassword) } : stored;

    private string Seal(string plain) => plain.Length == 0 ? "" : secrets.Seal(Purpose, plain);
}
