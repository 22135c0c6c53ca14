using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Items;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Accounts.Restrictions;
using Comet.Blazor.Features.Accounts.Vaults;
using Comet.Blazor.Features.Policies.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Audit;
using Comet.Blazor.Wire;
using Microsoft.Extensions.Options;

namespace Comet.Blazor.Features.Accounts;

/// <summary>A device that has registered for the first time.</summary>
/// <param name="Account">Its account.</param>
/// <param name="DeviceId">Its id.</param>
/// <param name="ServerAddress">The address by which it reaches this server; empty when unknown.</param>
public sealed record NewDevice(AccountId Account, string DeviceId, string ServerAddress);

/// <summary>The account's side of a connected device: registration, its part of the profile, the first key of a vault.</summary>
/// <param name="accounts">The accounts.</param>
/// <param name="audit">Puts new devices and new keys on record.</param>
/// <param name="options">The delay that the server imposes.</param>
/// <param name="clock">The clock.</param>
public sealed class AccountDevices(AccountStore accounts, ProfileAudit audit, IOptions<CometOptions> options, TimeProvider clock) : IAccountDevices
{
    private const int MaxText = 255;
    private const int MinWrappedKey = 12 + 16 + 16;
    private const int MaxWrappedKey = 1024;

    /// <inheritdoc />
    public event Action<AccountId>? ProfileChanged
    {
        add => accounts.ProfileChanged += value;
        remove => accounts.ProfileChanged -= value;
    }

    /// <summary>Raised after a device has registered for the first time, and waits among <see cref="WaitingDevices"/>; return at once.</summary>
    public event Action? Registered;

    /// <inheritdoc />
    public async Task<Outcome> RegisterAsync(AccountId account, DeviceReport report, CancellationToken ct)
    {
        if (report.DeviceId.Length is 0 or > MaxText || report.DeviceId.Any(char.IsControl))
        {
            return Outcome.Invalid("The device id must have 1 to 255 characters.");
        }

        var clean = report with { Name = Clip(report.Name), Version = Clip(report.Version), TimeZone = Clip(report.TimeZone), Os = Clip(report.Os) };
        var known = accounts.Entry(account);
        if (known is { Ref.IsSuspended: false } && known.Device(clean.DeviceId) is { } device
            && device.Version == clean.Version && device.TimeZone == clean.TimeZone && device.Os == clean.Os)
        {
            // Nothing to write: the common case when thousands of devices come back.
            return Outcome.Done;
        }

        if (known is null || known.Device(clean.DeviceId) is not null)
        {
            return (await accounts.ChangeAsync(account, null, document => Register(document, clean), tellDevices: false, ct)).Plain;
        }

        var name = known.Ref.Username;
        var added = new NewDevice(account, clean.DeviceId, clean.ServerAddress);
        var edit = new AccountEdit(account, document => Register(document, clean)) { TellDevices = false, Along = db => WaitingDevices.Write(db, added) };
        var registered = await audit.RunAsync(
            new AuditEvent(new Actor(ActorKind.Device, name, account, clean.Address), AuditActions.DeviceRegistered, AuditTarget.Device(name, clean.DeviceId, clean.Name)),
            async trace => (await accounts.ChangeAsync(edit with { Trace = trace }, CancellationToken.None)).Plain);
        if (registered.Ok)
        {
            Registered?.Invoke();
        }

        return registered;
    }

    /// <inheritdoc />
    public string ProfileHash(AccountId account) => accounts.Entry(account)?.Hash ?? "";

    /// <inheritdoc />
    public async Task<Outcome<AgentProfile>> ProfileForAsync(AccountId account, string deviceId, CancellationToken ct)
    {
        if (await accounts.ReadAsync(account, ct) is not { } document)
        {
            return Outcome.Missing("The account does not exist any more.");
        }

        if (document.IsSuspended || accounts.Find(account) is { IsSuspended: true })
        {
            return Outcome.Denied("This account is suspended.");
        }

        if (!document.Devices.ContainsKey(deviceId))
        {
            return Outcome.Missing("This device is not registered with the account.");
        }

        var entry = AccountEntry.From(account, ProfileJson.Save(document.Root));
        AgentItem[] items = [.. document.Root.Entries("Sources").Where(s => s.Value.Text("OwnerDevice") == deviceId).Select(static s => DeviceProfile.Item(s.Key, s.Value))];
        return new AgentProfile(
            entry.Hash,
            items,
            [.. document.Root.Entries("Destinations").Where(d => AccountDocument.VaultServes(d.Value, deviceId)).Select(static d => DeviceProfile.Vault(d.Key, d.Value))],
            DeviceRules.For(document.Root, items.Select(static i => i.Id).ToHashSet(StringComparer.Ordinal), options.Value.RandomDelaySecs),
            DeviceProfile.Exclusions(document.Root),
            document.Root.Flag("LinuxHomedirSandbox"))
        {
            Username = document.Username,
            Retention = DeviceRetention.For(document.Root, deviceId),
            ServerTime = clock.UnixNow(),
            Quota = DeviceQuota.For(entry, deviceId),
        };
    }

    /// <inheritdoc />
    public async Task<HeldPolicy> PolicyAsync(AccountId account, CancellationToken ct) =>
        await accounts.ReadAsync(account, ct) is { } document ? new HeldPolicy(UserPolicy.Of(document.Root), document.Root.Text("PolicyID")) : new HeldPolicy(new UserPolicy([]), "");

    /// <inheritdoc />
    public AgentVault Describe(string vaultId, JsonObject destination) => DeviceProfile.Vault(vaultId, destination);

    /// <inheritdoc />
    public async Task<Outcome<VaultKeyStored>> OfferVaultKeyAsync(AccountId account, string deviceId, OfferVaultKey offer, CancellationToken ct)
    {
        if (offer.KeyMethod != WrappedKeys.AesGcm || !IsWrappedKey(offer.WrappedKey))
        {
            return Outcome.Invalid($"A vault key must be wrapped by method {WrappedKeys.AesGcm}.");
        }

        VaultKeyStored? standing = null;
        var name = accounts.Entry(account)?.Ref.Username ?? "";
        var happened = new AuditEvent(new Actor(ActorKind.Device, name, account), AuditActions.VaultKeyStored, AuditTarget.StorageVault(name, offer.VaultId)) { Note = $"Device {deviceId}" };
        var outcome = await audit.RunAsync(happened, trace => accounts.ChangeAsync(
            account,
            null,
            document =>
            {
                if (!document.Devices.ContainsKey(deviceId))
                {
                    return Outcome.Denied("This device is not registered with the account.");
                }

                if (document.Vault(offer.VaultId) is not { } vault || !AccountDocument.VaultServes(vault, deviceId))
                {
                    return Outcome.Missing("The Storage Vault does not exist, or this device may not use it.");
                }

                if (vault.Text("EncryptedEncryptionKey").Length == 0)
                {
                    var now = clock.UnixNow();
                    vault["EncryptedEncryptionKey"] = offer.WrappedKey;
                    vault["EncryptionKeyEncryptionMethod"] = (long)offer.KeyMethod;
                    vault["ModifyTime"] = now;

                    // From now on the vault belongs to this key; whoever made it may initialise the repository (spec/03 §2).
                    vault["RepoInitTimestamp"] = now;
                }

                standing = new VaultKeyStored((int)vault.Number("EncryptionKeyEncryptionMethod"), vault.Text("EncryptedEncryptionKey"));
                return Outcome.Done;
            },
            tellDevices: true,
            trace,
            CancellationToken.None));
        return outcome.Ok ? standing! : outcome.Plain;
    }

    private static bool IsWrappedKey(string text)
    {
        var buffer = new byte[MaxWrappedKey];
        return Convert.TryFromBase64String(text, buffer, out var length) && length >= MinWrappedKey;
    }

    private Outcome Register(AccountDocument document, DeviceReport report)
    {
        if (document.IsSuspended)
        {
            return Outcome.Denied("This account is suspended. Contact your backup administrator.");
        }

        if (document.Devices[report.DeviceId] is not JsonObject device)
        {
            if (document.MaximumDevices > 0 && document.Devices.Count >= document.MaximumDevices)
            {
                return Outcome.Denied($"This account may have at most {document.MaximumDevices} devices, and has them. Revoke one, or raise the limit.");
            }

            device = ProfileTemplates.Device();
            device["FriendlyName"] = report.Name.Length > 0 ? report.Name : report.DeviceId;
            device["RegistrationTime"] = clock.UnixNow();
            document.Devices[report.DeviceId] = device;
            NewDevices.Give(document, report.DeviceId, report.Os, clock.UnixNow());
        }

        device["ClientVersion"] = report.Version;
        device["DeviceTimezone"] = report.TimeZone;
        var os = device.MapForWrite("PlatformVersion");
        os["os"] = report.Os.Os;
        os["arch"] = report.Os.Arch;
        os["distribution"] = report.Os.Distribution;
        os["version"] = report.Os.Version;
        return Outcome.Done;
    }

    private static OsInfo Clip(OsInfo os) => new(Clip(os.Os), Clip(os.Arch), Clip(os.Distribution), Clip(os.Version));

    // Device texts end up in tables and exports: no control characters, no surprises in length.
    private static string Clip(string? text) => new([.. (text ?? "").Where(static c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(MaxText)]);
}
