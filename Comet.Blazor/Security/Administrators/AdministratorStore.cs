using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Security.Administrators;

/// <summary>
/// The administrators in <c>cometd.cfg</c> (contract: ServerConfigOptions.AdminUsers). A fresh server gets admin/admin (decisions.md 1).
/// A plain-text password (PasswordFormat 0), the way back in for somebody who forgot his, is hashed at start (spec/04 §3).
/// </summary>
/// <param name="settings">The settings file.</param>
/// <param name="log">The log.</param>
public sealed partial class AdministratorStore(SettingsFile settings, ILogger<AdministratorStore> log) : IAdministrators, IOpenAtStart
{
    /// <summary>The first administrator's name and password.</summary>
    public const string Default = "admin";

    /// <summary>The fewest characters of a new password.</summary>
    public const int MinPasswordLength = 8;

    private const string Wrong = "The username or password is wrong.";
    private HashSet<string> _setAnew = [];

    /// <inheritdoc />
    public bool DefaultPasswordInUse { get; private set; }

    /// <inheritdoc />
    /// <exception cref="InvalidDataException">The file has administrators in a shape that is none; the message names it.</exception>
    public Task OpenAsync(CancellationToken ct)
    {
        if (settings.IsNew)
        {
            settings.Update(static root => root["AdminUsers"] = new JsonArray(NewAdministrator(Default, AdminPassword.Make(Default))));
            LogCreated(log);
        }
        else if (settings.Read(static root => Users(root).Any(static u => FormatOf(u) == 0)))
        {
            _setAnew = settings.Update(HashPlainTexts);
        }

        var record = settings.Read(static root => Find(root, Default) is { } user ? RecordOf(user) : null);
        DefaultPasswordInUse = record is not null && AdminPassword.Matches(record, Default);
        if (settings.Read(static root => !Users(root).Any()))
        {
            LogNobody(log);
        }

        return Task.CompletedTask;
    }

    /// <summary>
    /// True for an administrator who came through the last start with the password of before. False for a name that nobody has, and for one
    /// whose password was set anew in the file: whoever signed in with the old one must not stay.
    /// </summary>
    public bool KeptPassword(string name) => !_setAnew.Contains(name) && settings.Read(root => Find(root, name) is not null);

    /// <inheritdoc />
    public async Task<Outcome<Actor>> VerifyAsync(string username, string password, string? address, CancellationToken ct)
    {
        var record = settings.Read(root => Find(root, username) is { } user ? RecordOf(user) : null);
        var right = await Task.Run(() => AdminPassword.Matches(record ?? AdminPassword.Nobody, password), ct); // slow on purpose: not on the caller's thread
        return right && record is not null
            ? new Actor(ActorKind.Administrator, username, null, address)
            : Outcome.Refuse(Refusal.Unauthenticated, Wrong);
    }

    /// <inheritdoc />
    public async Task<Outcome> ChangePasswordAsync(Actor by, string current, string replacement, CancellationToken ct)
    {
        if (by.Kind != ActorKind.Administrator)
        {
            return Outcome.Denied("Only an administrator can change an administrator's password.");
        }

        if (!(await VerifyAsync(by.Name, current, by.Address, ct)).Ok)
        {
            return Outcome.Refuse(Refusal.Unauthenticated, "The current password is wrong.");
        }

        if (replacement.Length < MinPasswordLength)
        {
            return Outcome.Invalid($"The new password needs at least {MinPasswordLength} characters.");
        }

        if (replacement == current)
        {
            return Outcome.Invalid("The new password is the current one. Choose another.");
        }

        var record = await Task.Run(() => AdminPassword.Make(replacement), ct);
        var done = settings.Update(root =>
        {
            if (Find(root, by.Name) is not { } user)
            {
                return false;
            }

            user["PasswordFormat"] = AdminPassword.Format;
            user["Password"] = record;
            user["RequirePasswordChange"] = false;
            return true;
        });
        if (!done)
        {
            return Outcome.Missing($"There is no administrator {by.Name} any more.");
        }

        if (by.Name == Default)
        {
            DefaultPasswordInUse = false;
        }

        LogChanged(log, by.Name);
        settings.Changed.Raise(); // once more: who listens for the sake of DefaultPasswordInUse finds it only now
        return Outcome.Done;
    }

    private static JsonObject NewAdministrator(string name, string record) => new()
    {
        ["Username"] = name,
        ["OrganizationID"] = "",
        ["PasswordFormat"] = AdminPassword.Format,
        ["Password"] = record,
        ["AllowPasswordLogin"] = true,
        ["RequirePasswordChange"] = false,
    };

    private static HashSet<string> HashPlainTexts(JsonObject root)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var user in Users(root).Where(static u => FormatOf(u) == 0).ToList())
        {
            user["Password"] = AdminPassword.Make(RecordOf(user));
            user["PasswordFormat"] = AdminPassword.Format;
            names.Add((string)user["Username"]!);
        }

        return names;
    }

    private static JsonObject? Find(JsonObject root, string name) => Users(root).FirstOrDefault(u => (string?)u["Username"] == name);

    private static IEnumerable<JsonObject> Users(JsonObject root)
    {
        try
        {
            return root["AdminUsers"] is JsonArray all ? [.. all.OfType<JsonObject>().Where(static u => (string?)u["Username"] is { Length: > 0 } && FormatOf(u) >= 0)] : [];
        }
        catch (InvalidOperationException ex)
        {
            throw new InvalidDataException("The settings file cometd.cfg has an entry under AdminUsers whose Username is no text or whose PasswordFormat is no number. Correct it.", ex);
        }
    }

    private static int FormatOf(JsonObject user) => (int?)user["PasswordFormat"] ?? 0;

    private static string RecordOf(JsonObject user) => (string?)user["Password"] ?? "";

    [LoggerMessage(LogLevel.Information, "Created the administrator admin with the password admin. Change it in My Account.")]
    private static partial void LogCreated(ILogger log);

    [LoggerMessage(LogLevel.Warning, "The settings file names no administrator: nobody can sign in. Add one under AdminUsers with PasswordFormat 0 and a plain Password, and start again.")]
    private static partial void LogNobody(ILogger log);

    [LoggerMessage(LogLevel.Information, "The administrator {Name} changed the password.")]
    private static partial void LogChanged(ILogger log, string name);
}
