using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Features.Accounts;

/// <summary>
/// All accounts: profiles in comet-users.db by stable id, and the index in memory that answers lists, names and sign-in. The index holds
/// nothing that is not derived from a profile; it is built in one pass at start and changes after each commit, on the store's owner.
/// </summary>
/// <param name="file">Where they are kept.</param>
/// <param name="secrets">Seals what must not stand on the disk in clear.</param>
/// <param name="policies">Every profile that is written takes its policy as it is then.</param>
/// <param name="log">Tells of subscribers that failed.</param>
public sealed partial class AccountStore(UsersStore file, ProfileSecrets secrets, IPolicyDirectory policies, ILogger<AccountStore> log) : IOpenAtStart, IAccountDirectory, IAccountFigures
{
    /// <summary>Largest profile, in bytes of its JSON.</summary>
    public const int MaxProfile = DbWriter.LargestRecord;

    /// <summary>The refusal for a change that is based on a profile that is another one by now.</summary>
    public static readonly Outcome Stale = Outcome.Conflict("The profile was changed by someone else meanwhile. Reload it and apply your change again.");

    private const string Profiles = "accounts";
    private static readonly Outcome NameTwice = Outcome.Conflict("The name comes twice, but for capital letters perhaps. Choose another one.");
    private static readonly Outcome Gone = Outcome.Missing("The user does not exist any more.");
    private readonly AccountIndex _index = new();

    /// <summary>Raised after a profile changed in a way that devices must know; on the store's owner.</summary>
    public event Action<AccountId>? ProfileChanged;

    /// <inheritdoc />
    public LiveSignal Changed { get; } = new();

    /// <summary>The index's entries, in no order.</summary>
    public ICollection<AccountEntry> Entries => _index.Entries;

    /// <summary>The number of accounts.</summary>
    public int Count => _index.Count;

    /// <inheritdoc />
    public IReadOnlyCollection<AccountRef> All => _index.All;

    private CometDb Db => file.Db;

    /// <inheritdoc />
    public int Devices(Actor by) => _index.Entries.Where(e => by.Sees(e.Ref.OrganizationId)).Sum(static e => e.Devices.Length);

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
                    _index.Put(AccountEntry.From(id, profile));
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
                    db.Put(Profiles, new DbRecord(id.Value, ProfileRow.Of(AccountEntry.From(id, profile).Hash), secrets.Seal(id, profile)));
                    return true;
                },
                ct);
        }
    }

    /// <summary>Which organizations are suspended as a whole; their accounts count as suspended from now on, the others no longer for that reason.</summary>
    public async Task SuspendAsync(IReadOnlySet<string> organizations, CancellationToken ct)
    {
        // On the store's owner, who alone changes the index.
        if (_index.WouldSuspend(organizations) && await Db.WriteAsync(_ => _index.Suspend(organizations), ct))
        {
            Changed.Raise();
        }
    }

    /// <summary>The index's entry, or null.</summary>
    public AccountEntry? Entry(AccountId id) => _index.Find(id);

    /// <summary>The index's entry of exactly this name, or null.</summary>
    public AccountEntry? EntryByName(string username) => _index.Find(username);

    /// <summary>The entry of exactly this name; null when there is none, or none that is the caller's business (spec/04 §17).</summary>
    public AccountEntry? EntryByName(Actor by, string username) => EntryByName(username) is { } entry && by.Sees(entry.Ref.OrganizationId) ? entry : null;

    /// <summary>The entry; null when there is none, or none that is the caller's business (spec/04 §17).</summary>
    public AccountEntry? Entry(Actor by, AccountId id) => Entry(id) is { } entry && by.Sees(entry.Ref.OrganizationId) ? entry : null;

    /// <summary>The entry of this name, else of the account that had this name last; null when there is none. For devices, which may not know the new name yet.</summary>
    public AccountEntry? EntryByAnyName(string username) => EntryByName(username) ?? _index.FindFormer(username);

    /// <summary>Refused as <see cref="Refusal.Conflict"/> when an account has this name, or one that differs only in case.</summary>
    public Outcome NameTaken(string username)
    {
        if (_index.HasName(username))
        {
            return Outcome.Conflict("A user with this name already exists.");
        }

        // Does not tell the other name: it may be another tenant's user.
        return _index.HasNameInAnyCase(username)
            ? Outcome.Conflict("A user exists whose name differs only in capital letters. Choose another name.")
            : Outcome.Done;
    }

    /// <summary>The whole profile, or null. The document belongs to the caller.</summary>
    public async Task<AccountDocument?> ReadAsync(AccountId id, CancellationToken ct)
    {
        var json = await Db.ReadAsync(db => db.Get(Profiles, id.Value)?.Json, ct);
        return json is null ? null : new AccountDocument(id, secrets.Load(id, json).Root);
    }

    /// <summary>Adds an account. Refused as <see cref="Refusal.Conflict"/> when the name is taken, also by a name that differs only in case.</summary>
    public async Task<Outcome<AccountEntry>> AddAsync(AccountDocument account, CancellationToken ct)
    {
        var prepared = Prepare(account);
        return prepared.Ok ? (await Db.WriteAsync(db => Add(db, [prepared.Value]), ct))[0] : prepared.Plain;
    }

    /// <summary>
    /// Adds many accounts, many in one commit, each with its own outcome as <see cref="AddAsync"/> would give it. After a fault of the disk and
    /// after a cancellation the remaining ones are refused, not tried.
    /// </summary>
    /// <param name="accounts">The accounts.</param>
    /// <param name="progress">Told how many are through.</param>
    /// <param name="ct">Ends it between two commits.</param>
    public Task<IReadOnlyList<Outcome<AccountEntry>>> AddManyAsync(IReadOnlyList<AccountDocument> accounts, IProgress<int>? progress, CancellationToken ct) =>
        AccountWindows.RunWindowsAsync<AccountDocument, AccountEntry>(accounts, AddWindowAsync, progress, ct);

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
        ChangeAsync(new AccountEdit(id, change) { RequireHash = requireHash, TellDevices = tellDevices, Trace = trace }, ct);

    /// <summary>Changes one profile in one step; may share its commit with others.</summary>
    public Task<Outcome<AccountEntry>> ChangeAsync(AccountEdit edit, CancellationToken ct) => Db.AppendAsync(db => Change(db, edit), ct);

    /// <summary>
    /// Changes one profile in a commit of its own, as <see cref="ChangeAsync(AccountEdit, CancellationToken)"/> does otherwise: within the change the index
    /// in memory has every earlier change, so that the names of all others can be looked at.
    /// </summary>
    public Task<Outcome<AccountEntry>> ChangeAloneAsync(AccountEdit edit, CancellationToken ct) => Db.WriteAsync(db => Change(db, edit), ct);

    /// <summary>
    /// Changes many profiles, many in one commit, each with its own outcome as <see cref="ChangeAsync(AccountEdit, CancellationToken)"/> would give
    /// it; between two commits everybody else has a turn. After a fault of the disk and after a cancellation the remaining ones are refused, not tried.
    /// </summary>
    /// <param name="edits">The changes, at most one of each account in a row of many.</param>
    /// <param name="progress">Told how many are through.</param>
    /// <param name="ct">Ends it between two commits.</param>
    public Task<IReadOnlyList<Outcome<AccountEntry>>> ChangeManyAsync(IReadOnlyList<AccountEdit> edits, IProgress<int>? progress, CancellationToken ct) =>
        AccountWindows.RunAsync(edits, edit => ChangeAsync(edit, CancellationToken.None), progress, ct);

    /// <summary>Removes an account and answers what it was. Refused as <see cref="Refusal.Missing"/> without the account.</summary>
    /// <param name="id">The account.</param>
    /// <param name="along">What else belongs into the same commit; null for nothing.</param>
    /// <param name="trace">Told what was removed.</param>
    /// <param name="ct">Cancels the wait, not the write.</param>
    public Task<Outcome<AccountEntry>> DeleteAsync(AccountId id, Action<DbWriter>? along, ProfileTrace? trace, CancellationToken ct) =>
        Db.AppendAsync<Outcome<AccountEntry>>(
            db =>
            {
                if (db.Get(Profiles, id.Value) is not { } record)
                {
                    return Gone;
                }

                var json = secrets.Open(id, record.Json);
                db.Delete(Profiles, id.Value);
                along?.Invoke(db);
                db.AfterCommit(() =>
                {
                    _index.Remove(id);
                    trace?.Removed(json);
                    Changed.Raise();
                });
                return AccountEntry.From(id, json);
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

    private static Outcome TooLarge(int bytes) =>
        Outcome.Invalid($"The profile would take {ByteSize.Format(bytes)}; the most that can be stored is {ByteSize.Format(MaxProfile)}.");

    private Outcome<Prepared> Prepare(AccountDocument account)
    {
        PolicyValues.Settle(account.Root, policies);
        var json = ProfileJson.Save(account.Root);
        var stored = secrets.Seal(account.Id, json);
        return stored.Length > MaxProfile ? TooLarge(stored.Length) : new Prepared(AccountEntry.From(account.Id, json), stored);
    }

    private async Task<IReadOnlyList<Outcome<AccountEntry>>> AddWindowAsync(IReadOnlyList<AccountDocument> window)
    {
        // Writing and sealing the JSON is the greater part of the work, and none of the store's owner.
        var prepared = await Task.Run(() => window.Select(Prepare).ToList());
        var added = new Queue<Outcome<AccountEntry>>(await Db.WriteAsync(db => Add(db, [.. prepared.Where(static p => p.Ok).Select(static p => p.Value!)]), CancellationToken.None));
        return [.. prepared.Select(p => p.Ok ? added.Dequeue() : p.Plain)];
    }

    private Outcome<AccountEntry>[] Add(DbWriter db, IReadOnlyList<Prepared> accounts)
    {
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase); // the index does not have them before the commit
        var outcomes = new Outcome<AccountEntry>[accounts.Count];
        for (var i = 0; i < accounts.Count; i++)
        {
            var (entry, stored) = accounts[i];
            var taken = NameTaken(entry.Ref.Username);
            outcomes[i] = !taken.Ok ? taken : !names.Add(entry.Ref.Username) ? NameTwice : entry;
            if (outcomes[i].Ok)
            {
                db.Put(Profiles, new DbRecord(entry.Id.Value, ProfileRow.Of(entry.Hash), stored));
                db.AfterCommit(() => _index.Put(entry));
            }
        }

        db.AfterCommit(Changed.Raise);
        return outcomes;
    }

    // Everything is decided by the stored document, so that many changes may share one commit: the index may lag behind within it.
    private Outcome<AccountEntry> Change(DbWriter db, AccountEdit edit)
    {
        if (db.Get(Profiles, edit.Id.Value) is not { } record)
        {
            return Gone;
        }

        var opened = secrets.Load(edit.Id, record.Json);
        var hash = ProfileRow.Hash(record.Row);
        var before = edit.Trace is not null || hash is null ? ProfileJson.Save(opened.Root) : [];
        hash ??= AccountEntry.From(edit.Id, before).Hash;
        if (edit.RequireHash is not null && edit.RequireHash != hash)
        {
            return Stale;
        }

        var document = new AccountDocument(edit.Id, opened.Root);
        var outcome = edit.Change(document);
        if (!outcome.Ok)
        {
            return outcome;
        }

        PolicyValues.Settle(document.Root, policies);
        var json = ProfileJson.Save(document.Root);
        var after = AccountEntry.From(edit.Id, json);
        var stored = secrets.Seal(edit.Id, document.Root, json, opened);
        if (stored.AsSpan().SequenceEqual(record.Json))
        {
            return after;
        }

        if (stored.Length > MaxProfile)
        {
            return TooLarge(stored.Length);
        }

        db.Put(Profiles, new DbRecord(edit.Id.Value, ProfileRow.Of(after.Hash), stored));
        edit.Along?.Invoke(db);
        db.AfterCommit(() =>
        {
            _index.Put(after);
            edit.Trace?.Changed(before, json);
            Changed.Raise();
            if (edit.TellDevices && after.Hash != hash)
            {
                Tell(edit.Id);
            }
        });
        return after;
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

    /// <summary>An account as it is going to be stored.</summary>
    private sealed record Prepared(AccountEntry Entry, byte[] Stored);
}
