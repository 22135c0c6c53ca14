using System.Collections.Concurrent;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts;

/// <summary>
/// All accounts: profiles in comet-users.db by stable id, and the index in memory that answers lists, names and sign-in. The index holds
/// nothing that is not derived from a profile; it is built in one pass at start and changes after each commit, on the store's owner.
/// </summary>
/// <param name="file">Where they are kept.</param>
/// <param name="secrets">Seals what must not stand on the disk in clear.</param>
/// <param name="log">Tells of subscribers that failed.</param>
public sealed partial class AccountStore(UsersStore file, ProfileSecrets secrets, ILogger<AccountStore> log) : IOpenAtStart, IAccountDirectory, IAccountFigures
{
    /// <summary>Largest profile, in bytes of its JSON.</summary>
    public const int MaxProfile = DbWriter.LargestRecord;

    /// <summary>The refusal for a change that is based on a profile that is another one by now.</summary>
    public static readonly Outcome Stale = Outcome.Conflict("The profile was changed by someone else meanwhile. Reload it and apply your change again.");

    private const string Profiles = "accounts";
    private readonly ConcurrentDictionary<AccountId, AccountEntry> _byId = new();
    private readonly ConcurrentDictionary<string, AccountId> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _byLowerName = new(StringComparer.Ordinal);
    private Listing _all = new(-1, []);
    private int _changes;

    /// <summary>Raised after a profile changed in a way that devices must know; on the store's owner.</summary>
    public event Action<AccountId>? ProfileChanged;

    /// <inheritdoc />
    public LiveSignal Changed { get; } = new();

    /// <summary>The index's entries, in no order.</summary>
    public ICollection<AccountEntry> Entries => _byId.Values;

    /// <summary>The number of accounts.</summary>
    public int Count => _byId.Count;

    /// <inheritdoc />
    public int Devices(Actor by) => _byId.Values.Where(e => by.Sees(e.Ref.OrganizationId)).Sum(static e => e.Devices.Length);

    /// <inheritdoc />
    public IReadOnlyCollection<AccountRef> All
    {
        get
        {
            // The number is read first: a list made while an account is added is one for the older number, and made again at the next call.
            var changes = Volatile.Read(ref _changes);
            var known = _all;
            if (known.Changes != changes)
            {
                _all = known = new Listing(changes, [.. _byId.Values.Select(static e => e.Ref)]);
            }

            return known.Accounts;
        }
    }

    private CometDb Db => file.Db;

    /// <inheritdoc />
    public async Task OpenAsync(CancellationToken ct)
    {
        var clear = await Db.ReadAsync(
            db =>
            {
                List<(AccountId Id, byte[] Profile)> found = [];
                foreach (var record in db.Scan(Profiles))
                {
                    var id = new AccountId(record.Key.Text!);
                    var profile = secrets.Open(id, record.Json);
                    Index(AccountEntry.From(id, profile));
                    if (ProfileSecrets.NeedsSealing(record.Json))
                    {
                        found.Add((id, profile));
                    }
                }

                return found;
            },
            ct);
        foreach (var (id, profile) in clear) // written by an earlier version
        {
            await Db.WriteAsync(
                db =>
                {
                    db.Put(Profiles, new DbRecord(id.Value, [], secrets.Seal(id, profile)));
                    return true;
                },
                ct);
        }
    }

    /// <summary>The index's entry, or null.</summary>
    public AccountEntry? Entry(AccountId id) => _byId.GetValueOrDefault(id);

    /// <summary>The index's entry of exactly this name, or null.</summary>
    public AccountEntry? EntryByName(string username) => _byName.TryGetValue(username, out var id) ? Entry(id) : null;

    /// <summary>The entry of exactly this name; null when there is none, or none that is the caller's business (spec/04 §17).</summary>
    public AccountEntry? EntryByName(Actor by, string username) => EntryByName(username) is { } entry && by.Sees(entry.Ref.OrganizationId) ? entry : null;

    /// <summary>The entry; null when there is none, or none that is the caller's business (spec/04 §17).</summary>
    public AccountEntry? Entry(Actor by, AccountId id) => Entry(id) is { } entry && by.Sees(entry.Ref.OrganizationId) ? entry : null;

    /// <summary>Refused as <see cref="Refusal.Conflict"/> when an account has this name, or one that differs only in case.</summary>
    public Outcome NameTaken(string username)
    {
        if (_byName.ContainsKey(username))
        {
            return Outcome.Conflict("A user with this name already exists.");
        }

        // Does not tell the other name: it may be another tenant's user.
        return _byLowerName.ContainsKey(username.ToLowerInvariant())
            ? Outcome.Conflict("A user exists whose name differs only in capital letters. Choose another name.")
            : Outcome.Done;
    }

    /// <summary>The whole profile, or null. The document belongs to the caller.</summary>
    public async Task<AccountDocument?> ReadAsync(AccountId id, CancellationToken ct)
    {
        var json = await Db.ReadAsync(db => db.Get(Profiles, id.Value)?.Json, ct);
        return json is null ? null : new AccountDocument(id, ProfileJson.Load(secrets.Open(id, json)));
    }

    /// <summary>Adds an account. Refused as <see cref="Refusal.Conflict"/> when the name is taken, also by a name that differs only in case.</summary>
    public Task<Outcome<AccountEntry>> AddAsync(AccountDocument account, CancellationToken ct)
    {
        var json = ProfileJson.Save(account.Root);
        var entry = AccountEntry.From(account.Id, json);
        var stored = secrets.Seal(account.Id, json);
        return Db.WriteAsync<Outcome<AccountEntry>>(
            db =>
            {
                if (NameTaken(entry.Ref.Username) is { Ok: false } taken)
                {
                    return taken;
                }

                db.Put(Profiles, new DbRecord(account.Id.Value, [], stored));
                db.AfterCommit(() =>
                {
                    Index(entry);
                    Changed.Raise();
                });
                return entry;
            },
            ct);
    }

    /// <summary>
    /// Changes one profile in one step. <paramref name="change"/> runs on the store's owner, may refuse, and must not keep the document.
    /// Refused as <see cref="Refusal.Missing"/> without the account, as <see cref="Refusal.Conflict"/> when the profile's hash is another one.
    /// </summary>
    /// <param name="id">The account.</param>
    /// <param name="requireHash">The hash on which the change is based; null for any.</param>
    /// <param name="change">Changes the document.</param>
    /// <param name="tellDevices">False when connected devices need not read their profile again.</param>
    /// <param name="ct">Cancels the wait, not the write.</param>
    public Task<Outcome<AccountEntry>> ChangeAsync(AccountId id, string? requireHash, Func<AccountDocument, Outcome> change, bool tellDevices, CancellationToken ct) =>
        ChangeAsync(id, requireHash, change, tellDevices, null, ct);

    /// <summary>As <see cref="ChangeAsync(AccountId, string?, Func{AccountDocument, Outcome}, bool, CancellationToken)"/>; <paramref name="trace"/> is told what was changed.</summary>
    public Task<Outcome<AccountEntry>> ChangeAsync(
        AccountId id, string? requireHash, Func<AccountDocument, Outcome> change, bool tellDevices, ProfileTrace? trace, CancellationToken ct) =>
        // Everything is decided by the stored document, so that many changes may share one commit: the index may lag behind within it.
        Db.AppendAsync<Outcome<AccountEntry>>(
            db =>
            {
                if (db.Get(Profiles, id.Value) is not { } record)
                {
                    return Outcome.Missing("The user does not exist any more.");
                }

                var current = secrets.Open(id, record.Json);
                var before = AccountEntry.From(id, current);
                if (requireHash is not null && requireHash != before.Hash)
                {
                    return Stale;
                }

                var document = new AccountDocument(id, ProfileJson.Load(current));
                var outcome = change(document);
                if (!outcome.Ok)
                {
                    return outcome;
                }

                var json = ProfileJson.Save(document.Root);
                if (json.AsSpan().SequenceEqual(current))
                {
                    return before;
                }

                var stored = secrets.Seal(id, json);
                if (stored.Length > MaxProfile)
                {
                    return Outcome.Invalid($"The profile would take {ByteSize.Format(stored.Length)}; the most that can be stored is {ByteSize.Format(MaxProfile)}.");
                }

                var after = AccountEntry.From(id, json);
                db.Put(Profiles, new DbRecord(id.Value, [], stored));
                db.AfterCommit(() =>
                {
                    Index(after);
                    trace?.Changed(current, json);
                    Changed.Raise();
                    if (tellDevices && after.Hash != before.Hash)
                    {
                        Tell(id);
                    }
                });
                return after;
            },
            ct);

    /// <inheritdoc />
    public AccountRef? Find(AccountId id) => Entry(id)?.Ref;

    /// <inheritdoc />
    public AccountRef? FindByName(string username) => EntryByName(username)?.Ref;

    /// <inheritdoc />
    public string DeviceName(AccountId account, string deviceId) => Entry(account)?.Device(deviceId)?.Name ?? deviceId;

    /// <inheritdoc />
    public bool HasDevice(AccountId account, string deviceId) => Entry(account)?.Device(deviceId) is not null;

    /// <inheritdoc />
    public IReadOnlyList<ItemRef> Items(AccountId account) => Entry(account) is { } entry ? [.. entry.Items.Select(static i => i.Ref)] : [];

    /// <inheritdoc />
    public IReadOnlyList<VaultRef> Vaults(AccountId account) => Entry(account) is { } entry ? [.. entry.Vaults.Select(static v => v.Ref)] : [];

    private void Index(AccountEntry entry)
    {
        _byId[entry.Id] = entry;
        _byName[entry.Ref.Username] = entry.Id;
        _byLowerName[entry.Ref.Username.ToLowerInvariant()] = entry.Ref.Username;
        Interlocked.Increment(ref _changes);
    }

    private void Tell(AccountId id)
    {
        try
        {
            ProfileChanged?.Invoke(id);
        }
        catch (Exception ex)
        {
            // The change is committed; a subscriber's fault must not reach the caller or the store's owner.
            LogDeaf(ex, id);
        }
    }

    [LoggerMessage(LogLevel.Error, "Devices of account {Account} could not be told that its profile changed.")]
    private partial void LogDeaf(Exception ex, AccountId account);

    /// <summary>All accounts after so many changes.</summary>
    private sealed record Listing(int Changes, AccountRef[] Accounts);
}
