using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Replacing a profile (spec/06 §4, spec/01 §9).</summary>
public sealed class SaveProfileTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Save_TwentyCallersOnOneHash_OneWinsTheOthersAreRefused()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        var save = new SaveProfile(all.Store, new TestLinks(), all.Organizations, all.Policies, all.Groups, all.ProfileAudit, all.Sessions, all.Clock);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            async () =>
            {
                var profile = (await all.Store.ReadAsync(user.Id, Ct))!.Root;
                profile["AccountName"] = $"writer {i}";
                return await save.RunAsync(AccountsUnderTest.Admin, "mary", profile, user.Hash, Ct);
            },
            Ct)));
        var winner = Assert.Single(outcomes, static o => o.Ok);
        Assert.All(outcomes.Where(static o => !o.Ok), static o => Assert.Equal(Refusal.Conflict, o.Kind));
        Assert.Equal(winner.Value!.Ref.AccountName, all.Store.FindByName("mary")!.AccountName);
    }

    [Fact]
    public async Task Save_ServerOwnedFields_StayAsTheyAre()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        await all.EditAsync(user.Id, static d =>
        {
            d.Items["i1"] = new JsonObject { ["Statistics"] = new JsonObject { ["LastStartTime"] = 7 } };
            d.Vaults["v1"] = new JsonObject();
        });
        var before = (await all.Store.ReadAsync(user.Id, Ct))!.Root;
        var profile = (JsonObject)before.DeepClone();
        profile["CreateTime"] = 1;
        profile["CreationGUID"] = "mine";
        profile["ServerConfig"] = new JsonObject { ["RandomDelaySecs"] = 9 };
        profile["LastSuspended"] = 9;
        profile["Sources"]!["i1"]!["Statistics"] = new JsonObject { ["LastStartTime"] = 99 };
        profile["Sources"]!["i2"] = new JsonObject { ["Statistics"] = new JsonObject { ["LastStartTime"] = 99 } };
        profile["Destinations"]!["v1"]!["Statistics"] = new JsonObject();
        Assert.True((await SaveAsync(all, profile)).Ok);
        var after = (await all.Store.ReadAsync(user.Id, Ct))!.Root;
        before["Sources"]!["i2"] = new JsonObject();
        Assert.True(JsonNode.DeepEquals(before, after), after.ToJsonString());
    }

    [Fact]
    public async Task Save_Suspend_StampsTheTimeAndEndsTheLinksAndBackAgain()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        var links = new TestLinks();
        var profile = (await all.Store.ReadAsync(user.Id, Ct))!.Root;
        profile["IsSuspended"] = true;
        Assert.True((await SaveAsync(all, profile, links)).Ok);
        Assert.Equal(all.Clock.UnixNow(), (await all.Store.ReadAsync(user.Id, Ct))!.Root.Number("LastSuspended"));
        Assert.Equal((user.Id, null, AgentProtocol.CloseCodes.Forbidden), Assert.Single(links.Ended));
        profile["IsSuspended"] = false;
        Assert.True((await SaveAsync(all, profile, links)).Ok);
        Assert.Equal(0, (await all.Store.ReadAsync(user.Id, Ct))!.Root.Number("LastSuspended"));
        Assert.Single(links.Ended);
    }

    [Fact]
    public async Task Save_ForeignProfilePastedWithItsName_CarriesPasswordAndKeysOver()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var old = await all.UserAsync("mary", "correct horse", recovery: true);
        var renamed = await all.UserAsync("maria", "battery staple");
        var profile = (await all.Store.ReadAsync(old.Id, Ct))!.Root;
        profile["Username"] = "maria";
        Assert.True((await SaveAsync(all, profile, name: "maria")).Ok);
        var how = all.Credentials.ParametersFor("maria");
        var keys = PasswordKeys.Derive("correct horse", how.Salt, how.Iterations);
        Assert.Equal(renamed.Id, (await all.Credentials.VerifyKeyAsync("maria", keys.AuthKey, Ct)).Value);
        Assert.Equal(keys.WrapKey, all.Secrets.OpenRecovery((await all.Store.ReadAsync(renamed.Id, Ct))!.PasswordRecovery, how.Salt));
    }

    [Fact]
    public async Task Save_ForeignProfileOfAUserWithCodes_LeavesTheSecondFactorBehind_AndNobodyLockedOut()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var old = await all.UserAsync("mary");
        var renamed = await all.UserAsync("maria", "battery staple");
        await all.EditAsync(old.Id, static d => (d.Root["TOTPKey"], d.Root["AllowPasswordAndTOTPLogin"], d.Root["AllowPasswordLogin"]) = ("sealed for mary", true, false));
        var profile = (await all.Store.ReadAsync(old.Id, Ct))!.Root;
        profile["Username"] = "maria";

        Assert.True((await SaveAsync(all, profile, name: "maria")).Ok);

        var stands = (await all.Store.ReadAsync(renamed.Id, Ct))!.Root;
        Assert.Equal(("", false, true), (stands.Text("TOTPKey"), stands.Flag("AllowPasswordAndTOTPLogin"), stands.Flag("AllowPasswordLogin")));
        stands["TOTPKey"] = "made up"; // the own profile: that is no renaming
        Assert.Equal(Refusal.Invalid, (await SaveAsync(all, stands, name: "maria")).Kind);
    }

    [Fact]
    public async Task Save_AnotherPasswordRecord_IsRefusedWhileVaultsKeepTheOldOnesKeys()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var (user, other) = (await all.UserAsync(), await all.UserAsync("john", "battery staple"));
        await all.EditAsync(user.Id, static d => d.Vaults["v1"] = new JsonObject { ["Description"] = "Vault", ["DestinationType"] = 1003, ["EncryptedEncryptionKey"] = "AAAA", ["EncryptionKeyEncryptionMethod"] = 1 });
        var profile = (await all.Store.ReadAsync(user.Id, Ct))!.Root;
        profile["PasswordHash"] = (await all.Store.ReadAsync(other.Id, Ct))!.Root.Text("PasswordHash");

        var refused = await SaveAsync(all, (JsonObject)profile.DeepClone());

        Assert.Equal((Refusal.Invalid, true), (refused.Kind, refused.Why.Contains("nobody could open them", StringComparison.Ordinal)));
        profile["Destinations"]!["v1"]!["EncryptedEncryptionKey"] = "BBBB"; // wrapped anew by whoever knows both
        Assert.True((await SaveAsync(all, profile)).Ok);
    }

    [Fact]
    public async Task Save_WithoutPassword_KeepsTheOneThereIs()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        await all.UserAsync();
        Assert.True((await SaveAsync(all, new JsonObject { ["Username"] = "mary", ["AllowPasswordLogin"] = true })).Ok);
        var how = all.Credentials.ParametersFor("mary");
        Assert.True((await all.Credentials.VerifyKeyAsync("mary", PasswordKeys.Derive("correct horse", how.Salt, how.Iterations).AuthKey, Ct)).Ok);
    }

    [Fact]
    public async Task Save_PlainTextPassword_IsHashedUnlessVaultKeysDependOnTheOldOne()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        var profile = new JsonObject { ["Username"] = "mary", ["PasswordFormat"] = 0, ["PasswordHash"] = "plain and simple", ["AllowPasswordLogin"] = true };
        Assert.True((await SaveAsync(all, (JsonObject)profile.DeepClone())).Ok);
        Assert.DoesNotContain("plain and simple", (await all.Store.ReadAsync(user.Id, Ct))!.Root.ToJsonString());
        var how = all.Credentials.ParametersFor("mary");
        Assert.True((await all.Credentials.VerifyKeyAsync("mary", PasswordKeys.Derive("plain and simple", how.Salt, how.Iterations).AuthKey, Ct)).Ok);

        profile["Destinations"] = new JsonObject { ["v1"] = new JsonObject { ["EncryptedEncryptionKey"] = "AAAA" } };
        Assert.Equal(Refusal.Invalid, (await SaveAsync(all, profile)).Kind);
        profile.Remove("Destinations");
        profile["PasswordHash"] = "short";
        Assert.Equal("Password must be at least 8 characters.", (await SaveAsync(all, profile)).Why);
    }

    [Fact]
    public async Task Save_OnlyStatisticsDiffer_HashStaysAndDevicesAreNotTold()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        await all.EditAsync(user.Id, static d => d.Items["i1"] = new JsonObject { ["OwnerDevice"] = "d1" });
        var told = 0;
        all.Devices.ProfileChanged += _ => told++;
        var hash = all.Store.Entry(user.Id)!.Hash;
        await all.Statistics.RecordAsync(user.Id, "i1", "v1", "{\"StartTime\":5}"u8.ToArray(), 5000, 5, 10, Ct);
        Assert.Equal((hash, 0), (all.Store.Entry(user.Id)!.Hash, told));
        await all.EditAsync(user.Id, static d => d.AccountName = "x");
        Assert.Equal(1, told);
    }

    private static Task<Outcome<AccountEntry>> SaveAsync(AccountsUnderTest all, JsonObject profile, TestLinks? links = null, string name = "mary") =>
        new SaveProfile(all.Store, links ?? new TestLinks(), all.Organizations, all.Policies, all.Groups, all.ProfileAudit, all.Sessions, all.Clock).RunAsync(AccountsUnderTest.Admin, name, profile, null, Ct);
}
