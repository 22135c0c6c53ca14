using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Organizations;
using Comet.Blazor.Security.Passwords;

namespace Comet.Blazor.Security.Administrators;

/// <summary>
/// The administrators in <c>cometd.cfg</c> (contract: ServerConfigOptions.AdminUsers). A fresh server gets admin/admin unless it was
/// started without (decisions.md 1). A plain-text password (PasswordFormat 0), the way back in for somebody who forgot his, is hashed at
/// start (spec/04 §3). Knows no rights: commands ask for those.
/// </summary>
/// <param name="settings">The settings file.</param>
/// <param name="options">Whether a fresh server gets its first administrator.</param>
/// <param name="passwords">Computes the slow hashes and remembers successes.</param>
/// <param name="log">The log.</param>
public sealed partial class AdministratorStore(SettingsFile settings, Microsoft.Extensions.Options.IOptions<CometOptions> options, VerifiedPasswords passwords, ILogger<AdministratorStore> log) : IAdministrators, IOpenAtStart
{
    /// <summary>The first administrator's name and password.</summary>
    public const string Default = "admin";

    private const string Section = "AdminUsers";
    private Snapshot? _snapshot;
    private string? _defaultRecord;

    /// <summary>Rings when the settings, and so perhaps an administrator, have changed.</summary>
    public LiveSignal Changed => settings.Changed;

    /// <summary>All administrators, as the file has them.</summary>
    public IReadOnlyList<Administrator> All => Current().All;

    /// <inheritdoc />
    public bool DefaultPasswordInUse => _defaultRecord is { } record && Find(Default)?.PasswordRecord == record;

    /// <inheritdoc />
    public Administrator? Find(string name) => Current().ByName.GetValueOrDefault(name);

    /// <inheritdoc />
    /// <exception cref="InvalidDataException">The file has administrators in a shape that is none; the message names it.</exception>
    public async Task OpenAsync(CancellationToken ct)
    {
        if (settings.IsNew)
        {
            _defaultRecord = AdminPassword.Make(Default);
            var first = options.Value.DefaultAdmin ? new JsonArray(Write(New(Default, "", _defaultRecord))) : [];
            settings.Update(root => root[Section] = first);
            if (options.Value.DefaultAdmin)
            {
                LogCreated(log);
            }
        }
        else if (All.Any(IsPlainText))
        {
            settings.Update(HashPlainTexts);
        }

        if (_defaultRecord is null && Find(Default) is { } user && await Task.Run(() => AdminPassword.Matches(user.PasswordRecord, Default), ct))
        {
            _defaultRecord = user.PasswordRecord;
        }

        if (All.Count == 0)
        {
            LogNobody(log);
        }

        foreach (var one in All.Where(static a => !a.HasPassword && string.IsNullOrEmpty(a.ExternalAuthenticationSource)))
        {
            LogNoPassword(log, one.Name, one.PasswordFormat);
        }
    }

    /// <inheritdoc />
    public async Task<Outcome<Administrator>> VerifyAsync(string username, string password, CancellationToken ct)
    {
        var found = Find(username);
        var record = found is { HasPassword: true } known ? known.PasswordRecord : AdminPassword.Nobody;
        var check = await passwords.CheckAsync(PasswordLane.Administrators, username, record, Encoding.Unicode.GetBytes(password), () => AdminPassword.Matches(record, password) && found is not null, ct);
        return !check.Ok ? check
            : Find(username) is { HasPassword: true } now && now.PasswordRecord == record ? now // read again: it may have changed while the hash was computed
            : VerifiedPasswords.Wrong;
    }

    /// <summary>A new administrator with the password's record; not in the file yet.</summary>
    public static Administrator New(string name, string organizationId, string passwordRecord) => new()
    {
        Name = name,
        OrganizationId = organizationId,
        PasswordFormat = AdminPassword.Format,
        PasswordRecord = passwordRecord,
        AllowPassword = true,
    };

    /// <summary>Adds one. <see cref="Refusal.Conflict"/> when the name is taken or <paramref name="guard"/> refuses; it sees all there are, under the lock.</summary>
    /// <exception cref="IOException">The file could not be written; nothing was changed.</exception>
    public Outcome Add(Administrator administrator, Func<IReadOnlyList<Administrator>, Outcome>? guard = null) => settings.TryUpdate(root =>
    {
        var all = Read(root).Select(static e => e.Administrator).ToList();
        if (guard?.Invoke(all) is { Ok: false } refused)
        {
            return refused;
        }

        if (all.Any(a => a.Name == administrator.Name))
        {
            return Outcome.Conflict($"There is already an administrator {administrator.Name}.");
        }

        ((JsonArray)(root[Section] ??= new JsonArray())).Add(Write(administrator));
        return Outcome.Done;
    });

    /// <summary>
    /// Changes one: <paramref name="change"/> gets the current state and all there are, under the lock, and answers the new state or a refusal. Fields that this version
    /// does not know stay as they are.
    /// </summary>
    /// <exception cref="IOException">The file could not be written; nothing was changed.</exception>
    public Outcome Change(string name, Func<Administrator, IReadOnlyList<Administrator>, Outcome<Administrator>> change) => settings.TryUpdate(root =>
    {
        var entries = Read(root);
        var entry = entries.Find(e => e.Administrator.Name == name);
        if (entry.Node is null)
        {
            return Outcome.Missing($"There is no administrator {name}.");
        }

        var changed = change(entry.Administrator, [.. entries.Select(static e => e.Administrator)]);
        if (changed.Ok)
        {
            entry.Node.ReplaceWith(Write(changed.Value));
        }

        return changed.Plain;
    });

    /// <inheritdoc cref="Change(string, Func{Administrator, IReadOnlyList{Administrator}, Outcome{Administrator}})" />
    public Outcome Change(string name, Func<Administrator, Outcome<Administrator>> change) => Change(name, (one, _) => change(one));

    /// <summary>Removes one, unless <paramref name="guard"/>, which sees all there are under the lock, refuses.</summary>
    /// <exception cref="IOException">The file could not be written; nothing was changed.</exception>
    public Outcome Remove(string name, Func<Administrator, IReadOnlyList<Administrator>, Outcome> guard) => settings.TryUpdate(root =>
    {
        var entries = Read(root);
        var entry = entries.Find(e => e.Administrator.Name == name);
        if (entry.Node is null)
        {
            return Outcome.Missing($"There is no administrator {name}.");
        }

        var allowed = guard(entry.Administrator, [.. entries.Select(static e => e.Administrator)]);
        if (allowed.Ok)
        {
            ((JsonArray)root[Section]!).Remove(entry.Node);
        }

        return allowed;
    });

    /// <summary>The administrators in a settings document.</summary>
    /// <exception cref="InvalidDataException">An entry has a shape that is none; the message names it.</exception>
    internal static IReadOnlyList<Administrator> In(JsonObject root) => [.. Read(root).Select(static e => e.Administrator)];

    /// <summary>
    /// Hashes the plain-text passwords (PasswordFormat 0) in a settings document; answers whose they are. A slow hash each. An entry without a
    /// password, as external sources leave it, stays one: the hash of an empty text would let everybody in.
    /// </summary>
    internal static HashSet<string> HashPlainTexts(JsonObject root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (node, administrator) in Read(root).Where(static e => IsPlainText(e.Administrator)))
        {
            node.ReplaceWith(Write(administrator with
            {
                PasswordFormat = AdminPassword.Format,
                PasswordRecord = AdminPassword.Make(administrator.PasswordRecord),
                AllowPassword = administrator.AllowPassword || !administrator.HasOpenWay, // an entry written by hand to get back in
            }));
            names.Add(administrator.Name);
        }

        return names;
    }

    private static JsonObject Write(Administrator administrator) => (JsonObject)JsonSerializer.SerializeToNode(administrator, AdministratorJson.Default.Administrator)!;

    private static bool IsPlainText(Administrator one) => one is { PasswordFormat: 0, PasswordRecord.Length: > 0 };

    /// <summary>The entries. What is none must not be passed over: a server without administrators is anybody's who comes first.</summary>
    private static List<(JsonObject Node, Administrator Administrator)> Read(JsonObject root)
    {
        var users = root[Section] switch
        {
            null => [],
            JsonArray list => list,
            _ => throw new InvalidDataException("The settings file cometd.cfg has AdminUsers that are no list. They must stand in brackets, as in \"AdminUsers\": [{ … }]. Correct it."),
        };
        List<(JsonObject, Administrator)> all = new(users.Count);
        foreach (var entry in users)
        {
            try
            {
                all.Add(entry is JsonObject node && node.Deserialize(AdministratorJson.Default.Administrator) is { Name.Length: > 0 } administrator
                    ? (node, administrator)
                    : throw new InvalidDataException($"The settings file cometd.cfg has an entry under AdminUsers that is none: the one at place {all.Count + 1} must be in braces {{ }} and needs a Username. Correct it."));
            }
            catch (JsonException ex)
            {
                throw new InvalidDataException($"The settings file cometd.cfg has an entry under AdminUsers that can't be read at {ex.Path}: a text, number or list is of another kind there. Correct it.", ex);
            }
        }

        return all.GroupBy(static e => e.Item2.Name, StringComparer.Ordinal).FirstOrDefault(static g => g.Count() > 1) is { } twice
            ? throw new InvalidDataException($"The settings file cometd.cfg has {twice.Count()} administrators named {twice.Key} under AdminUsers. Names must differ. Correct it.")
            : all;
    }

    private Snapshot Current()
    {
        // The file's own reading is fast, parsing is not: done once per change of the settings, since each request of a session asks.
        var version = settings.Changed.Version;
        if (_snapshot is { } known && known.Version == version)
        {
            return known;
        }

        var all = settings.Read(static root => Read(root).ConvertAll(e => e.Administrator with { IsSuspended = OrganizationList.IsSuspendedIn(root, e.Administrator.OrganizationId) }));
        return _snapshot = new Snapshot(version, all, all.ToDictionary(static a => a.Name, StringComparer.Ordinal));
    }

    [LoggerMessage(LogLevel.Information, "Created the administrator admin with the password admin. Change it in My Account.")]
    private static partial void LogCreated(ILogger log);

    [LoggerMessage(LogLevel.Warning, "There is no administrator yet: open this server in a browser to create the first one. If there should be one, add it to cometd.cfg under AdminUsers with PasswordFormat 0 and a plain Password, and start again.")]
    private static partial void LogNobody(ILogger log);

    [LoggerMessage(LogLevel.Warning, "The administrator {Name} has no password that this server can check (PasswordFormat {Format}), and can't sign in. Set one in cometd.cfg with PasswordFormat 0 and a plain Password, and start again, or let another administrator reset it.")]
    private static partial void LogNoPassword(ILogger log, string name, int format);

    private sealed record Snapshot(long Version, IReadOnlyList<Administrator> All, Dictionary<string, Administrator> ByName);
}
