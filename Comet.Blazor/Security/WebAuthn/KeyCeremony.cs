using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Administrators;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Security.Sessions;

namespace Comet.Blazor.Security.WebAuthn;

/// <summary>
/// Registering security keys and signing in with them (spec/04 §4.3), for pages and API alike: a question, then within five minutes one
/// answer to it.
/// </summary>
/// <param name="administrators">The administrators and their keys.</param>
/// <param name="challenges">The questions that wait.</param>
/// <param name="uses">Counters and times of use.</param>
/// <param name="sessions">The sessions: with a new key, the person's others end.</param>
/// <param name="audit">The audit log.</param>
/// <param name="clock">The clock.</param>
/// <param name="log">The log: why an answer was not accepted.</param>
public sealed partial class KeyCeremony(AdministratorStore administrators, KeyChallenges challenges, KeyUses uses, SessionStore sessions, AuditLog audit, TimeProvider clock, ILogger<KeyCeremony> log)
{
    private const string TooLate = "The time for that was over, or it was answered already. Start again.";
    private const string Unreadable = "What the browser handed over is not the answer of a security key. Try again with an up-to-date browser.";

    /// <summary>Asks for a new key of this administrator. Refused where browsers offer no keys, and when there are too many already.</summary>
    public async Task<Outcome<KeyChallenge>> BeginRegistrationAsync(Actor by, KeyOrigin at, CancellationToken ct)
    {
        var owner = OwnerOf(by);
        if (!owner.Ok)
        {
            return owner.Plain;
        }

        if (at.CheckUsable() is { Ok: false } unusable)
        {
            return unusable;
        }

        if (KeyNames.CheckRoom(owner.Value) is { Ok: false } full)
        {
            return full;
        }

        var (json, state) = await PasskeyFramework.CreationAsync(await KeysOfAsync(owner.Value, ct), at);
        var options = KeyChallenge.ToContract(json);
        options["rp"]!["name"] = "Comet Server";
        if (owner.Value.Keys.Any(static k => k.IsLegacyU2F) && at.IsHttps)
        {
            options["extensions"] = new JsonObject { ["appidExclude"] = at.AppId }; // the same key again is refused by the browser, also when it came by U2F
        }

        return Keep(by, KeyPurpose.Registration, at, options, state, null);
    }

    /// <summary>Verifies the answer and adds the key to the administrator. The person's other sessions end.</summary>
    /// <param name="by">Who.</param>
    /// <param name="challengeId">Of the question.</param>
    /// <param name="credentialJson">What the browser handed over.</param>
    /// <param name="description">The person's name for the key; empty for one that the server finds.</param>
    /// <param name="userAgent">The browser, to guess what kind of key it is.</param>
    /// <param name="session">Key of the session that stays.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="IOException">It could not be stored.</exception>
    public async Task<Outcome<SecurityKey>> FinishRegistrationAsync(Actor by, string challengeId, string credentialJson, string? description, string? userAgent, string? session, CancellationToken ct)
    {
        var owner = OwnerOf(by);
        if (!owner.Ok)
        {
            return owner.Plain;
        }

        var name = KeyNames.Check(description ?? "");
        if (!name.Ok)
        {
            return name.Plain;
        }

        if (challenges.Take(challengeId, by.Name, KeyPurpose.Registration) is not { } asked)
        {
            return Outcome.Invalid(TooLate);
        }

        if (KeyAnswer.Read(credentialJson) is not { } answer)
        {
            return Outcome.Invalid(Unreadable);
        }

        var verified = await PasskeyFramework.VerifyNewAsync(await KeysOfAsync(owner.Value, ct), asked.At, asked.State, answer.Json);
        if (!verified.Ok)
        {
            LogRefused(by.Name, verified.Why);
            return Outcome.Invalid("The security key could not be registered: its answer did not pass the checks. Try again; the server's log has the reason.");
        }

        var passkey = verified.Value;
        var aaguid = answer.Aaguid;
        var key = new SecurityKey
        {
            RegisterTime = clock.UnixNow(),
            Type = KeyKind.Guess(aaguid, answer.Attachment, answer.Transports, userAgent),
            Id = passkey.CredentialId,
            Credential = new SecurityKeyCredential { PublicKey = passkey.PublicKey, AttestationType = answer.AttestationFormat, Aaguid = aaguid, SignCount = passkey.SignCount },
        };

        var use = new KeyUse { SignCount = passkey.SignCount, BackupEligible = passkey.IsBackupEligible, Transports = answer.Transports, RpId = asked.At.RpId };
        return await AddAsync(by, key, name.Value, use, session, ct);
    }

    /// <summary>Asks for a key of this administrator at a sign-in. <see cref="Refusal.Missing"/> when none is registered, <see cref="Refusal.Conflict"/> when all belong to another address.</summary>
    public async Task<Outcome<KeyChallenge>> BeginAssertionAsync(Actor by, KeyOrigin at, CancellationToken ct)
    {
        if (administrators.Find(by.Name) is not { Keys.Count: > 0 } owner)
        {
            return Outcome.Missing("No security key is registered for this account.");
        }

        if (await ElsewhereAsync(owner, at, ct) is { } place)
        {
            return Outcome.Conflict($"The security keys of this account were registered at {place} and answer there only. Sign in at that address.");
        }

        var (json, state) = await PasskeyFramework.RequestAsync(await KeysOfAsync(owner, ct), at);
        var options = KeyChallenge.ToContract(json);
        var appId = await AppIdAsync(owner, at, ct);
        if (appId is not null)
        {
            options["extensions"] = new JsonObject { ["appid"] = appId };
        }

        return Keep(by, KeyPurpose.Assertion, at, options, state, appId);
    }

    /// <summary>
    /// Verifies the answer of a key at a sign-in and answers which key it was. Refused as <see cref="Refusal.Unauthenticated"/>. A counter
    /// that went backwards marks the key as possibly copied.
    /// </summary>
    /// <param name="by">Who signs in.</param>
    /// <param name="challengeId">Of the question.</param>
    /// <param name="credentialJson">What the browser handed over.</param>
    /// <param name="ct">Cancels the wait.</param>
    /// <exception cref="IOException">The key's counter could not be stored; the answer counts as used.</exception>
    public async Task<Outcome<SecurityKey>> FinishAssertionAsync(Actor by, string challengeId, string credentialJson, CancellationToken ct)
    {
        if (challenges.Take(challengeId, by.Name, KeyPurpose.Assertion) is not { } asked || administrators.Find(by.Name) is not { } owner)
        {
            return No(TooLate);
        }

        if (KeyAnswer.Read(credentialJson) is not { } answer)
        {
            return No(Unreadable);
        }

        if (owner.Keys.FirstOrDefault(k => k.Id.AsSpan().SequenceEqual(answer.Id)) is not { } key)
        {
            LogRefused(by.Name, "The key is not one of this account.");
            return No("This security key is not registered for this account. Use another one.");
        }

        var verified = key.IsLegacyU2F
            ? LegacyKeyVerifier.Verify(answer, key.Credential.PublicKey, asked.Challenge, asked.At, asked.AppId)
            : await VerifyAsync(owner, key, asked, answer, ct);
        if (!verified.Ok)
        {
            LogRefused(by.Name, verified.Why);
            return No("The security key's answer did not pass the checks. Try again; the server's log has the reason.");
        }

        if (!await uses.AdvanceAsync(key, verified.Value, use => Used(use, key, asked), ct))
        {
            await WarnAsync(by, key);
            return No("This security key counted backwards: a copy of it may exist. Sign in another way, remove the key under My Account and register it again.");
        }

        return key;
    }

    /// <summary>What keys know an administrator by: stable, at most 64 bytes, and it does not tell the name.</summary>
    internal static string HandleOf(string name) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes("comet administrator\n" + name)));

    private static Outcome<SecurityKey> No(string why) => Outcome.Refuse(Refusal.Unauthenticated, why);

    private KeyUse Used(KeyUse use, SecurityKey key, PendingCeremony asked) =>
        use with { LastUsed = clock.UnixNow(), RpId = key.IsLegacyU2F ? use.RpId : asked.At.RpId, AppId = key.IsLegacyU2F ? asked.AppId : use.AppId };

    private static async Task<Outcome<uint>> Counter(Task<Outcome<Microsoft.AspNetCore.Identity.UserPasskeyInfo>> verifying)
    {
        var verified = await verifying;
        return verified.Ok ? verified.Value.SignCount : verified.Plain;
    }

    private async Task<Outcome<uint>> VerifyAsync(Administrator owner, SecurityKey key, PendingCeremony asked, KeyAnswer answer, CancellationToken ct)
    {
        // Registrations of another server don't tell whether the key may be copied by its maker's service: taken from the answer then.
        var use = await uses.FindAsync(key.Id, ct);
        var one = new KeyOwner(HandleOf(owner.Name), owner.Name, [PasskeyFramework.KeyOf(key, use, use.BackupEligible ?? answer.BackupEligible)]);
        return await Counter(PasskeyFramework.VerifyAsync(one, asked.At, asked.State, answer.Json));
    }

    private Outcome<Administrator> OwnerOf(Actor by) => by.Kind != ActorKind.Administrator || administrators.Find(by.Name) is not { } owner
        ? Outcome.Denied("Only an administrator can have security keys.")
        : owner.RequirePasswordChange ? Outcome.Denied("Change your password first.") : owner;

    private async Task<KeyOwner> KeysOfAsync(Administrator owner, CancellationToken ct)
    {
        var known = await uses.FindAsync(owner.Keys.Select(static k => k.Id), ct);
        return new KeyOwner(HandleOf(owner.Name), owner.Name, [.. owner.Keys.Zip(known, static (key, use) => PasskeyFramework.KeyOf(key, use, use.BackupEligible ?? false))]);
    }

    // Where the keys belong when none of them can answer here; browsers would only say that nothing answered.
    private async Task<string?> ElsewhereAsync(Administrator owner, KeyOrigin at, CancellationToken ct)
    {
        var known = await uses.FindAsync(owner.Keys.Select(static k => k.Id), ct);
        return known.All(u => u.RpId is { } place && place != at.RpId) ? known[0].RpId : null;
    }

    private async Task<string?> AppIdAsync(Administrator owner, KeyOrigin at, CancellationToken ct)
    {
        var old = owner.Keys.Where(static k => k.IsLegacyU2F).ToList();
        if (old.Count == 0 || (at.IsLocalhost && !at.IsHttps))
        {
            return null; // browsers refuse the extension on pages without HTTPS
        }

        // A browser takes an appid of its own page only; one that has answered before is the best guess there is.
        var known = await uses.FindAsync(old.Select(static k => k.Id), ct);
        return known.Select(static u => u.AppId).FirstOrDefault(a => KeyOrigin.Of(a)?.RpId == at.RpId) ?? at.AppId;
    }

    private Outcome<KeyChallenge> Keep(Actor by, KeyPurpose purpose, KeyOrigin at, JsonObject options, string state, string? appId)
    {
        var challenge = Convert.FromBase64String(options["challenge"]!.GetValue<string>());
        return new KeyChallenge(challenges.Add(new PendingCeremony(by.Name, purpose, at, challenge, state, appId)), options);
    }

    private async Task<Outcome<SecurityKey>> AddAsync(Actor by, SecurityKey key, string name, KeyUse use, string? session, CancellationToken ct)
    {
        var outcome = administrators.Change(by.Name, (one, all) =>
        {
            if (all.Any(a => a.Keys.Any(k => k.Id.AsSpan().SequenceEqual(key.Id))))
            {
                return Outcome.Conflict("This security key is registered already.");
            }

            key = key with { Description = name.Length > 0 ? name : KeyNames.Next(one, key.Type) };
            return KeyNames.CheckRoom(one) is { Ok: false } full ? full : one with { Keys = [.. one.Keys, key] };
        });
        await audit.RecordAsync(new AuditEvent(by, AuditActions.SecurityKeyAdded, KeyNames.Target(key)), outcome);
        if (!outcome.Ok)
        {
            return outcome;
        }

        await uses.AddAsync(key.Id, use, ct); // only now that nobody else's key of this id can be meant
        await sessions.EndOthersAsync(ActorKind.Administrator, by.Name, session, ct);
        return key;
    }

    private async Task WarnAsync(Actor by, SecurityKey key)
    {
        LogCopied(by.Name, key.Description);
        var outcome = administrators.Change(by.Name, one => one with
        {
            Keys = [.. one.Keys.Select(k => k.Id.AsSpan().SequenceEqual(key.Id) ? k with { Credential = k.Credential with { CloneWarning = true } } : k)],
        });
        await audit.RecordAsync(new AuditEvent(by, AuditActions.SecurityKeyCopySuspected, KeyNames.Target(key)), outcome);
    }

    [LoggerMessage(LogLevel.Warning, "The answer of a security key for the administrator {Name} was not accepted: {Why}")]
    private partial void LogRefused(string name, string why);

    [LoggerMessage(LogLevel.Warning, "The security key {Description} of the administrator {Name} counted backwards: a copy of it may exist. Remove it under My Account and register it again.")]
    private partial void LogCopied(string name, string description);
}
