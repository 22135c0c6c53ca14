using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Sessions;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>The Rename assistant (spec/01 §9): everything stays with the account, devices follow, nobody else can use the old name.</summary>
public sealed class RenameUserTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Renamed_KeepsIdProfileAndPassword_PeopleNeedTheNewName_DevicesMayUseTheOld()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        await all.EditAsync(user.Id, static d => d.Items["i1"] = new JsonObject { ["Statistics"] = new JsonObject { ["LastBackupJob"] = new JsonObject { ["Username"] = "mary" } } });
        var key = await all.Sessions.StartAsync(new SessionOwner(ActorKind.Customer, "mary") { Account = user.Id }, Ct);
        var told = 0;
        all.Store.ProfileChanged += _ => told++;

        Assert.True((await Rename(all).RunAsync(AccountsUnderTest.Admin, "mary", "maria", Ct)).Ok);

        Assert.Equal((user.Id, 1), (all.Store.EntryByName("maria")!.Id, told));
        Assert.Null(all.Store.EntryByName("mary"));
        Assert.Null(all.Sessions.Find(key));
        var profile = (await all.Store.ReadAsync(user.Id, Ct))!.Root;
        Assert.Equal("maria", profile["Sources"]!["i1"]!["Statistics"]!["LastBackupJob"]!.AsObject().Text("Username"));
        Assert.Equal(Refusal.Unauthenticated, (await all.Credentials.VerifyPasswordAsync("mary", "correct horse", Ct)).Kind);
        Assert.True((await all.Credentials.VerifyPasswordAsync("maria", "correct horse", Ct)).Ok);
        Assert.Equal(user.Id, (await DeviceAsync(all, "mary")).Value);
        Assert.Equal(user.Id, (await DeviceAsync(all, "maria")).Value);
        Assert.Contains("mary", (await all.ReopenAsync()).Entry(user.Id)!.FormerNames.Select(static n => n.Name));
        Assert.Equal(user.Id, all.Store.EntryByAnyName("mary")!.Id);
    }

    [Fact]
    public async Task OldName_GivenToSomebodyElse_IsTheirsAlone_AndTheLastOwnerCountsAmongFormerOnes()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var first = await all.UserAsync();
        await Rename(all).RunAsync(AccountsUnderTest.Admin, "mary", "maria", Ct);
        var second = await all.UserAsync("mary", "battery staple");
        Assert.Equal(Refusal.Unauthenticated, (await DeviceAsync(all, "mary")).Kind);
        Assert.Equal(second.Id, (await DeviceAsync(all, "mary", "battery staple")).Value);
        all.Clock.Advance(TimeSpan.FromMinutes(1));
        await Rename(all).RunAsync(AccountsUnderTest.Admin, "mary", "marion", Ct);
        Assert.Equal(second.Id, all.Store.EntryByAnyName("mary")!.Id);
        Assert.Equal(second.Id, (await all.ReopenAsync()).EntryByAnyName("mary")!.Id);
        Assert.True((await Rename(all).RunAsync(AccountsUnderTest.Admin, "maria", "mary", Ct)).Ok); // back again
        Assert.Equal(first.Id, all.Store.EntryByAnyName("mary")!.Id);
    }

    [Theory]
    [InlineData("", "must")]
    [InlineData("with space", "may only")]
    [InlineData("umläut", "may only")]
    [InlineData("mary", "the name that the user has")]
    [InlineData("other", "already exists")]
    [InlineData("OTHER", "capital letters")]
    public async Task Refused_NameThatCantBe_SaysWhichRule(string name, string words)
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        await all.UserAsync();
        await all.UserAsync("other");
        var refused = await Rename(all).RunAsync(AccountsUnderTest.Admin, "mary", name, Ct);
        Assert.False(refused.Ok);
        Assert.Contains(words, refused.Why, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(all.Store.EntryByName("mary"));
    }

    [Fact]
    public async Task OtherCapitalLettersOfTheOwnName_ArePossible_LongNamesAreNot()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        await all.UserAsync();
        Assert.False((await Rename(all).RunAsync(AccountsUnderTest.Admin, "mary", new string('a', 256), Ct)).Ok);
        Assert.True((await Rename(all).RunAsync(AccountsUnderTest.Admin, "mary", "Mary", Ct)).Ok);
        Assert.Null(all.Store.EntryByName("mary"));
        Assert.True((await Rename(all).RunAsync(AccountsUnderTest.Admin, "Mary", new string('a', 255), Ct)).Ok);
    }

    [Fact]
    public async Task TwoUsersToOneName_AtOnce_OneWins()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var names = Enumerable.Range(0, 12).Select(static i => $"user{i}").ToList();
        foreach (var name in names)
        {
            await all.UserAsync(name);
        }

        var outcomes = await Task.WhenAll(names.Select(name => Task.Run(() => Rename(all).RunAsync(AccountsUnderTest.Admin, name, "wanted", Ct), Ct)));
        Assert.Single(outcomes, static o => o.Ok);
        Assert.All(outcomes.Where(static o => !o.Ok), static o => Assert.Equal(Refusal.Conflict, o.Kind));
        Assert.Equal(12, all.Store.Count);
    }

    [Fact]
    public async Task FormerNames_CantBeBroughtInByAProfile()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        await all.UserAsync("victim");
        var profile = (await all.Store.ReadAsync(user.Id, Ct))!.Root;
        profile[FormerNames.Field] = new JsonObject { ["gone"] = 1 };
        var save = new SaveProfile(all.Store, new TestLinks(), all.Organizations, all.Policies, all.Groups, all.ProfileAudit, all.Sessions, all.Clock);
        Assert.True((await save.RunAsync(AccountsUnderTest.Admin, "mary", profile, null, Ct)).Ok);
        Assert.Null(all.Store.EntryByAnyName("gone"));
    }

    private static RenameUser Rename(AccountsUnderTest all) => new(all.Store, all.Sessions, all.ProfileAudit, all.Clock);

    private static Task<Outcome<AccountId>> DeviceAsync(AccountsUnderTest all, string name, string password = "correct horse")
    {
        var how = all.Credentials.ParametersFor(name);
        return all.Credentials.VerifyKeyAsync(name, PasswordKeys.Derive(password, how.Salt, how.Iterations).AuthKey, Ct);
    }
}
