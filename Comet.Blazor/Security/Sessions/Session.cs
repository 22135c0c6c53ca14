using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Sessions;

/// <summary>Whose session it is and where it runs.</summary>
/// <param name="Kind">An administrator or a customer.</param>
/// <param name="Name">The administrator's or account's name when it began.</param>
public sealed record SessionOwner(ActorKind Kind, string Name)
{
    /// <summary>The customer's account.</summary>
    public AccountId? Account { get; init; }

    /// <summary>The IP address that signed in.</summary>
    public string? Address { get; init; }

    /// <summary>The program that signed in, in words, such as "Firefox on Windows".</summary>
    public string? Device { get; init; }

    /// <summary>Browser or API.</summary>
    public ActorVia Via { get; init; }

    /// <summary>The administrator who started this session of a customer, to act as the customer; null when the customer did.</summary>
    public string? StartedBy { get; init; }

    /// <summary>The second factor is still missing: the key opens nothing but its own upgrade (spec/04 §4.4).</summary>
    public bool Pending { get; init; }

    /// <summary>An administrator's session in a browser or by the API.</summary>
    public static SessionOwner Administrator(string name, string? address, string? device, ActorVia via) =>
        new(ActorKind.Administrator, name) { Address = address, Device = device, Via = via };
}

/// <summary>One signed-in browser or program (decisions.md 24).</summary>
/// <param name="id">Names the session to people; opens nothing.</param>
/// <param name="owner">Whose it is.</param>
/// <param name="started">UTC.</param>
/// <param name="lastGesture">UTC.</param>
public sealed class Session(string id, SessionOwner owner, DateTimeOffset started, DateTimeOffset lastGesture)
{
    private long _lastGesture = lastGesture.UtcTicks;

    /// <summary>Names the session to people; opens nothing.</summary>
    public string Id { get; } = id;

    /// <summary>Whose it is.</summary>
    public SessionOwner Owner { get; internal set; } = owner;

    /// <summary>The administrator's or account's name.</summary>
    public string Name => Owner.Name;

    /// <summary>When the person signed in, UTC.</summary>
    public DateTimeOffset Started { get; } = started;

    /// <summary>When the person last did something, UTC. Traffic of the page itself does not count (decisions.md 17).</summary>
    public DateTimeOffset LastGesture
    {
        get => new(Interlocked.Read(ref _lastGesture), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _lastGesture, value.UtcTicks);
    }

    /// <summary>What it was opened by (<see cref="ISessionStamps"/>); empty when that was not written down.</summary>
    internal string Stamp { get; set; } = "";

    /// <summary>When <see cref="LastGesture"/> was last written to the store, UTC.</summary>
    internal DateTimeOffset Saved { get; set; } = lastGesture;

    /// <summary>Rings when the session has ended: its tabs leave.</summary>
    public LiveSignal Ended { get; } = new();

    /// <summary>When it ends unless the person does something, UTC.</summary>
    public DateTimeOffset Expires(TimeSpan idle, TimeSpan longest) => LastGesture + idle < Started + longest ? LastGesture + idle : Started + longest;
}
