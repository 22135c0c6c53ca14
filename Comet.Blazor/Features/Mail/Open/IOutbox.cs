using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Mail.Open;

/// <summary>Where other features hand over mail. What was accepted is on the disk, and is sent or shown as failed.</summary>
public interface IOutbox
{
    /// <summary>
    /// Takes one text for one or many recipients, each of whom gets a message of their own. All or none. Refused as <see cref="Refusal.Invalid"/>
    /// for an address that is none, <see cref="Refusal.Unsupported"/> while mail is off, <see cref="Refusal.TooMany"/> when the queue is full.
    /// Answers how many messages were taken; an address that is named twice gets one.
    /// </summary>
    /// <exception cref="IOException">It could not be stored; nothing was taken.</exception>
    Task<Outcome<int>> PutAsync(OutgoingMail mail, CancellationToken ct);
}
