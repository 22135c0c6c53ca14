using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Accounts;

public sealed class AccountDevicesTests
{
    private static readonly OsInfo Linux = new("linux", "amd64", "Debian GNU/Linux 12", "6.1");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Register_NewDevice_StandsInTheProfileWithItsReport()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        Assert.True((await all.Devices.RegisterAsync(user.Id, Report("d1", "Laptop"), Ct)).Ok);
        var device = (JsonObject)(await all.Store.ReadAsync(user.Id, Ct))!.Devices["d1"]!;
        Assert.Equal("Laptop", device.Text("FriendlyName"));
        Assert.Equal(all.Clock.UnixNow(), device.Number("RegistrationTime"));
        Assert.Equal("linux", device.Map("PlatformVersion").Text("os"));
        Assert.Equal("Laptop", all.Store.DeviceName(user.Id, "d1"));
    }

    [Fact]
    public async Task Register_KnownDevice_KeepsItsFriendlyNameAndUpdatesTheRest()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        await all.Devices.RegisterAsync(user.Id, Report("d1", "Laptop"), Ct);
        await all.EditAsync(user.Id, d => d.Devices["d1"]!["FriendlyName"] = "Reception");
        await all.Devices.RegisterAsync(user.Id, Report("d1", "Laptop") with { Version = "9.9.9" }, Ct);
        var device = all.Store.Entry(user.Id)!.Device("d1")!;
        Assert.Equal(("Reception", "9.9.9"), (device.Name, device.Version));
    }

    [Fact]
    public async Task Register_SameReportAgain_ProfileHashStays()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        await all.Devices.RegisterAsync(user.Id, Report("d1", "Laptop"), Ct);
        var hash = all.Devices.ProfileHash(user.Id);
        await all.Devices.RegisterAsync(user.Id, Report("d1", "Laptop"), Ct);
        Assert.Equal(hash, all.Devices.ProfileHash(user.Id));
    }

    [Fact]
    public async Task Register_LimitOfDevices_HoldsUnderConcurrentRegistration()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        await all.EditAsync(user.Id, d => d.Root["MaximumDevices"] = 3L);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => all.Devices.RegisterAsync(user.Id, Report($"d{i}", "x"), Ct), Ct)));
        Assert.Equal(3, outcomes.Count(static o => o.Ok));
        Assert.All(outcomes.Where(static o => !o.Ok), static o => Assert.Equal(Refusal.Denied, o.Kind));
        Assert.Equal(3, all.Store.Entry(user.Id)!.Devices.Length);
        var known = all.Store.Entry(user.Id)!.Devices[0].Id;
        Assert.True((await all.Devices.RegisterAsync(user.Id, Report(known, "x") with { Version = "2" }, Ct)).Ok);
    }

    [Fact]
    public async Task Register_SuspendedAccount_Denied()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        await all.Devices.RegisterAsync(user.Id, Report("d1", "x"), Ct);
        await all.EditAsync(user.Id, d => d.Root["IsSuspended"] = true);
        Assert.Equal(Refusal.Denied, (await all.Devices.RegisterAsync(user.Id, Report("d1", "x"), Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await all.Devices.ProfileForAsync(user.Id, "d1", Ct)).Kind);
    }

    [Fact]
    public async Task Register_HostileTexts_AreClippedAndFreeOfControlCharacters()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        Assert.Equal(Refusal.Invalid, (await all.Devices.RegisterAsync(user.Id, Report("", "x"), Ct)).Kind);
        Assert.Equal(Refusal.Invalid, (await all.Devices.RegisterAsync(user.Id, Report("a\0b", "x"), Ct)).Kind);
        Assert.True((await all.Devices.RegisterAsync(user.Id, Report("d1", "a\u0000b\n\ud800" + new string('x', 5_000)), Ct)).Ok);
        var name = all.Store.DeviceName(user.Id, "d1");
        Assert.StartsWith("abx", name);
        Assert.Equal(255, name.Length);
        Assert.Equal(name, (await all.ReopenAsync()).DeviceName(user.Id, "d1"));
    }

    [Fact]
    public async Task ProfileFor_Device_HoldsItsItemsAndTheVaultsItMayUse()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await WithVaultAsync(all);
        await all.EditAsync(user, d =>
        {
            d.Items["i1"] = Item("d1", "INCLUDE0", "/home");
            d.Items["i2"] = Item("d2", "INCLUDE0", "/srv");
            var foreign = ProfileTemplates.Vault();
            foreign["AssociatedDevices"] = new JsonArray("d2");
            d.Vaults["v2"] = foreign;
        });
        var profile = (await all.Devices.ProfileForAsync(user, "d1", Ct)).Value!;
        Assert.Equal("i1", Assert.Single(profile.Items).Id);
        Assert.Equal("/home", profile.Items[0].EngineProps["INCLUDE0"]);
        var vault = Assert.Single(profile.Vaults);
        Assert.Equal(("v1", 1003, "b1", "k1", 0, ""), (vault.Id, vault.Type, vault.Bucket, vault.BucketKey, vault.KeyMethod, vault.WrappedKey));
        Assert.Equal(all.Devices.ProfileHash(user), profile.Hash);
        Assert.Equal(Refusal.Missing, (await all.Devices.ProfileForAsync(user, "unknown", Ct)).Kind);
    }

    [Fact]
    public async Task OfferVaultKey_TwentyDevicesAtOnce_AllGetTheSameKey()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await WithVaultAsync(all);
        var told = new ConcurrentQueue<AccountId>();
        all.Devices.ProfileChanged += told.Enqueue;
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => all.Devices.OfferVaultKeyAsync(user, "d1", new OfferVaultKey("v1", WrappedKeys.AesGcm, Wrapped(i)), Ct), Ct)));
        var standing = Assert.Single(answers.Select(static a => a.Value!.WrappedKey).Distinct());
        var vault = (await all.Store.ReadAsync(user, Ct))!.Vault("v1")!;
        Assert.Equal(standing, vault.Text("EncryptedEncryptionKey"));
        Assert.Equal(WrappedKeys.AesGcm, vault.Number("EncryptionKeyEncryptionMethod"));
        Assert.Equal(all.Clock.UnixNow(), vault.Number("RepoInitTimestamp"));
        Assert.Equal(user, Assert.Single(told));
    }

    [Fact]
    public async Task OfferVaultKey_WrongVaultDeviceOrShape_Refused()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await WithVaultAsync(all);
        async Task<Refusal> TryAsync(string device, string vault, int method, string key) =>
            (await all.Devices.OfferVaultKeyAsync(user, device, new OfferVaultKey(vault, method, key), Ct)).Kind;
        Assert.Equal(Refusal.Denied, await TryAsync("stranger", "v1", WrappedKeys.AesGcm, Wrapped(1)));
        Assert.Equal(Refusal.Missing, await TryAsync("d1", "v9", WrappedKeys.AesGcm, Wrapped(1)));
        Assert.Equal(Refusal.Invalid, await TryAsync("d1", "v1", 1, Wrapped(1)));
        Assert.Equal(Refusal.Invalid, await TryAsync("d1", "v1", WrappedKeys.AesGcm, "plain text key"));
        Assert.Equal("", (await all.Store.ReadAsync(user, Ct))!.Vault("v1")!.Text("EncryptedEncryptionKey"));
    }

    [Fact]
    public async Task RecordStatistics_LateMessageOfAnOlderJob_DoesNotReplaceTheNewerOne()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await WithVaultAsync(all);
        await all.EditAsync(user, d => d.Items["i1"] = Item("d1", "INCLUDE0", "/home"));
        var hash = all.Devices.ProfileHash(user);
        await all.Statistics.RecordAsync(user, "i1", "v1", Job("new", JobStatus.Error, 200), JobStatus.Error, 200, null, Ct);
        await all.Statistics.RecordAsync(user, "i1", "v1", Job("old", JobStatus.Success, 100), JobStatus.Success, 100, 4096, Ct);
        await all.Statistics.RecordAsync(user, "gone", "gone", Job("x", JobStatus.Success, 300), JobStatus.Success, 300, 1, Ct);
        var item = Assert.Single(all.Store.Entry(user)!.Items);
        Assert.Equal(("new", JobStatus.Error, 200L), (item.LastJob, item.LastStatus, item.LastStart));
        Assert.Equal(77L, item.Size);
        Assert.Equal(4096L, Assert.Single(all.Store.Entry(user)!.Vaults).Stored);
        Assert.Equal(hash, all.Devices.ProfileHash(user));
    }

    private static byte[] Job(string id, int status, long start) => System.Text.Encoding.UTF8.GetBytes(
        new JsonObject { ["GUID"] = id, ["Status"] = status, ["StartTime"] = start, ["EndTime"] = start + 9, ["TotalSize"] = 77 }.ToJsonString());

    private static DeviceReport Report(string id, string name) => new(id, name, "1.2.3", "Europe/Berlin", Linux);

    private static string Wrapped(int seed) => Convert.ToBase64String(Enumerable.Repeat((byte)seed, 60).ToArray());

    private static JsonObject Item(string device, string key, string value)
    {
        var item = ProfileTemplates.Item();
        item["Engine"] = "engine1/file";
        item["OwnerDevice"] = device;
        item["EngineProps"] = new JsonObject { [key] = value };
        return item;
    }

    private static async Task<AccountId> WithVaultAsync(AccountsUnderTest all)
    {
        var user = await all.UserAsync();
        await all.Devices.RegisterAsync(user.Id, Report("d1", "One"), Ct);
        await all.EditAsync(user.Id, d =>
        {
            var vault = ProfileTemplates.Vault();
            vault["DestinationType"] = 1003;
            vault["CometServer"] = "http://127.0.0.1:8060/";
            vault["CometBucket"] = "b1";
            vault["CometBucketKey"] = "k1";
            d.Vaults["v1"] = vault;
        });
        return user.Id;
    }
}
