using System.Text.Json;
using System.Text.Json.Serialization;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Features.Mail.Queue;
using Comet.Blazor.Features.Mail.Reports;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;

namespace Comet.Blazor.Features.Mail.Bulletins;

/// <summary>Whom a bulletin reaches.</summary>
/// <param name="Addresses">The addresses, each once.</param>
/// <param name="Users">Users with at least one of them.</param>
/// <param name="AllUsers">Users in the sender's scope that are not suspended.</param>
/// <param name="Suspended">Suspended users and those of suspended organizations, who get none.</param>
/// <param name="Unusable">Entries of profiles that are no addresses, or more than a user may have.</param>
public sealed record BulletinAudience(IReadOnlyList<string> Addresses, int Users, int AllUsers, int Suspended, int Unusable);

/// <summary>A bulletin that was handed over.</summary>
/// <param name="Id">Names its messages in the queue.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="By">Who sent it.</param>
/// <param name="OrganizationId">The sender's organization; empty for the top level.</param>
/// <param name="Time">When, UTC.</param>
/// <param name="Total">How many messages.</param>
public sealed record Bulletin(string Id, string Subject, string By, string OrganizationId, DateTimeOffset Time, int Total);

/// <summary>How far a bulletin has come.</summary>
/// <param name="Bulletin">The bulletin.</param>
/// <param name="Waiting">Messages that are not sent yet.</param>
/// <param name="Failed">Messages that were given up and are in the queue still.</param>
/// <param name="Gone">Messages that are not in the queue any more.</param>
public sealed record BulletinResult(Bulletin Bulletin, int Waiting, IReadOnlyList<QueuedMail> Failed, BatchTally Gone)
{
    /// <summary>Messages that were given up.</summary>
    public int GivenUp => Failed.Count + Gone.Failed;

    /// <summary>Messages that somebody has removed before they were sent.</summary>
    public int Removed => Gone.Removed;

    /// <summary>Messages that the mail server has taken.</summary>
    public int Sent => Bulletin.Total - Waiting - GivenUp - Removed;
}

/// <summary>
/// A message to all customers (mission "Send a client bulletin email"; spec/01 §8): plain text, one message for each address, by the queue. Goes to all
/// addresses of users who are not suspended, also of those that get no reports: a bulletin is an administrative message.
/// </summary>
/// <param name="accounts">The users.</param>
/// <param name="queue">Sends.</param>
/// <param name="tallies">What left the queue unsent.</param>
/// <param name="store">Remembers bulletins.</param>
/// <param name="audit">The record.</param>
/// <param name="clock">The clock.</param>
public sealed class SendBulletin(IAccountEmails accounts, MailQueue queue, BatchTallies tallies, ServerStore store, AuditLog audit, TimeProvider clock)
{
    /// <summary>Longest text, in characters.</summary>
    public const int LongestText = 50_000;

    /// <summary>Longest subject, in characters.</summary>
    public const int LongestSubject = 200;

    /// <summary>How many bulletins are listed.</summary>
    public const int Listed = 20;

    /// <summary>How many are kept.</summary>
    public const int Kept = 200;

    private const string Collection = "mail_bulletins";

    /// <summary>Rings when a message got further.</summary>
    public LiveSignal Changed => queue.Changed;

    /// <summary>Whom a bulletin of this sender reaches now. Refused as <see cref="Refusal.Denied"/>.</summary>
    public Outcome<BulletinAudience> Audience(Actor by)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        var seen = accounts.All.Where(a => by.Sees(a.Account.OrganizationId)).ToList();
        var active = seen.Where(static a => !a.Account.IsSuspended).ToList();
        var usable = active.Select(static a => EmailRules.Usable(a.Settings).ToList()).ToList();
        return new BulletinAudience(
            [.. usable.SelectMany(static e => e).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)],
            usable.Count(static e => e.Count > 0), active.Count, seen.Count - active.Count, active.Sum(static a => a.Settings.Emails.Length) - usable.Sum(static e => e.Count));
    }

    /// <summary>
    /// Sends it to all; answers what was handed over. Refused as <see cref="Refusal.Denied"/>, as <see cref="Refusal.Invalid"/> for a text that can't be sent or
    /// when there is nobody, or as the queue refuses.
    /// </summary>
    /// <param name="by">Who sends.</param>
    /// <param name="subject">One line.</param>
    /// <param name="text">Plain text.</param>
    /// <param name="expected">How many addresses the sender was told of; refused as <see cref="Refusal.Conflict"/> when there are others by now. Null for any.</param>
    /// <param name="ct">Ends it before it is handed over.</param>
    public async Task<Outcome<Bulletin>> RunAsync(Actor by, string subject, string text, int? expected, CancellationToken ct)
    {
        var happened = new AuditEvent(by, AuditActions.BulletinSent, AuditTarget.Server) { Note = MailText.Line(subject) };
        var audience = Audience(by);
        if (!audience.Ok)
        {
            return await audit.RecordAsync(happened, (Outcome<Bulletin>)audience.Plain);
        }

        if (Check(subject, text) is { Ok: false } wrong)
        {
            return wrong;
        }

        if (audience.Value.Addresses.Count == 0)
        {
            return Outcome.Invalid("There is nobody to send it to: no user who is not suspended has an e-mail address.");
        }

        if (expected is { } number && number != audience.Value.Addresses.Count)
        {
            return Outcome.Conflict($"There are {audience.Value.Addresses.Count} addresses by now. Look at the count, and send again.");
        }

        var bulletin = new Bulletin(Guid.NewGuid().ToString("N"), MailText.Line(subject), by.Name, by.OrganizationId, clock.GetUtcNow(), audience.Value.Addresses.Count);
        var record = JsonSerializer.SerializeToUtf8Bytes(bulletin, BulletinJson.Default.Bulletin);
        var put = await queue.PutAllAsync([Mail(audience.Value.Addresses, subject, text, by) with { Batch = bulletin.Id }], db => Keep(db, bulletin, record), ct);
        return await audit.RecordAsync(happened with { Note = $"{bulletin.Subject} (to {bulletin.Total} addresses)" }, put.Ok ? bulletin : (Outcome<Bulletin>)put.Plain);
    }

    /// <summary>Sends it to one address, to see how it looks. Refused as <see cref="RunAsync"/> does.</summary>
    public async Task<Outcome> TestAsync(Actor by, string subject, string text, string address, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        if (Check(subject, text) is { Ok: false } wrong)
        {
            return wrong;
        }

        var happened = new AuditEvent(by, AuditActions.MailTested, AuditTarget.Server) { Note = MailText.Line($"Bulletin to {address}") };
        return await audit.RecordAsync(happened, (await queue.PutAsync(Mail([address], subject, text, by), ct)).Plain);
    }

    /// <summary>The last bulletins that are the caller's business, newest first. Refused as <see cref="Refusal.Denied"/>.</summary>
    public async Task<Outcome<IReadOnlyList<BulletinResult>>> ListAsync(Actor by, CancellationToken ct)
    {
        if (by.Needs(Right.AccountsManage) is { Ok: false } denied)
        {
            return denied;
        }

        var all = await store.Db.ReadAsync(static db => db.Scan(Collection).Select(static r => JsonSerializer.Deserialize(r.Json, BulletinJson.Default.Bulletin)).OfType<Bulletin>().ToList(), ct);
        var messages = queue.All.Where(static m => m.Batch.Length > 0).ToLookup(static m => m.Batch);
        return Outcome.Of<IReadOnlyList<BulletinResult>>(
        [
            .. all.Where(b => by.Sees(b.OrganizationId)).OrderByDescending(static b => b.Time).Take(Listed).Select(b => new BulletinResult(
                b, messages[b.Id].Count(static m => m.State == MailState.Waiting), [.. messages[b.Id].Where(static m => m.State == MailState.Failed).OrderBy(static m => m.Recipient, StringComparer.OrdinalIgnoreCase)],
                tallies.Of(b.Id))),
        ]);
    }

    private static Outcome Check(string subject, string text) =>
        MailText.Line(subject).Length == 0 ? Outcome.Invalid("Give the bulletin a subject.")
        : subject.Length > LongestSubject ? Outcome.Invalid($"The subject may have {LongestSubject} characters.")
        : string.IsNullOrWhiteSpace(text) ? Outcome.Invalid("The bulletin has no text.")
        : text.Length > LongestText ? Outcome.Invalid($"The text may have {LongestText:N0} characters.")
        : Outcome.Done;

    private static OutgoingMail Mail(IReadOnlyCollection<string> to, string subject, string text, Actor by) =>
        new(to, subject, text.ReplaceLineEndings("\r\n")) { OrganizationId = by.OrganizationId };

    private void Keep(DbWriter db, Bulletin bulletin, byte[] record)
    {
        List<DbRecord> all = [.. db.Scan(Collection)];
        foreach (var old in all.OrderByDescending(static r => r.Key.Text, StringComparer.Ordinal).Skip(Kept - 1))
        {
            db.Delete(Collection, old.Key);
            tallies.Forget(db, JsonSerializer.Deserialize(old.Json, BulletinJson.Default.Bulletin)!.Id);
        }

        db.Put(Collection, new DbRecord(Key(bulletin), [], record));
    }

    // Sorts by time.
    private static string Key(Bulletin bulletin) => FormattableString.Invariant($"{bulletin.Time.ToUnixTimeMilliseconds():x16}-{bulletin.Id}");
}

/// <summary>How bulletins are stored.</summary>
[JsonSerializable(typeof(Bulletin))]
internal sealed partial class BulletinJson : JsonSerializerContext;
