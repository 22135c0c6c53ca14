using System.Text.Json.Nodes;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Documents;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Editing a profile by form and as text: what is refused, and what the loser of two sees.</summary>
public sealed class ProfileEditTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Merge_TellsWhoChangedWhat_AndKeepsBoth()
    {
        var began = Json("""{"Name":"a","Zone":"UTC","Devices":{"d1":{"FriendlyName":"one"},"d2":{"FriendlyName":"two"}},"Emails":["x"],"Same":1,"Gone":1,"PasswordHash":"s1"}""");
        var theirs = Json("""{"Name":"theirs","Zone":"UTC","Devices":{"d1":{"FriendlyName":"one"},"d2":{"FriendlyName":"zwei"},"d3":{}},"Emails":["x","y"],"Same":2,"Gone":1,"PasswordHash":"s2"}""");
        var mine = Json("""{"Name":"mine","Zone":"Europe/Rome","Devices":{"d1":{"FriendlyName":"eins"},"d2":{"FriendlyName":"two"}},"Emails":["x","z"],"Same":2,"PasswordHash":"s1"}""");

        var merge = DocumentMerge.Of(began, theirs, mine);

        Assert.True(JsonNode.DeepEquals(
            Json("""{"Name":"mine","Zone":"Europe/Rome","Devices":{"d1":{"FriendlyName":"eins"},"d2":{"FriendlyName":"zwei"},"d3":{}},"Emails":["x","z"],"Same":2,"PasswordHash":"s2"}"""), merge.Merged), merge.Merged.ToJsonString());
        Assert.Equal(
            ["Name Clash", "Zone Mine", "Devices.d1.FriendlyName Mine", "Devices.d2.FriendlyName Theirs", "Devices.d3 Theirs", "Emails Clash", "Same Same", "Gone Mine", "PasswordHash Theirs"],
            merge.Lines.Select(static l => $"{l.Path} {l.Side}"));
        Assert.Equal(2, merge.Clashes);
        Assert.Equal(("\"a\"", "\"theirs\"", "\"mine\""), (merge.Lines[0].Began, merge.Lines[0].Theirs, merge.Lines[0].Mine));
        var secret = merge.Lines.Single(static l => l.Path == "PasswordHash");
        Assert.Equal((true, null, null, null), (secret.IsSecret, secret.Began, secret.Theirs, secret.Mine));
    }

    [Fact]
    public void Merge_NobodyChangedAnything_HasNoLines()
    {
        var one = Json("""{"a":{"b":[1,{"c":null}]}}""");
        var merge = DocumentMerge.Of(one, one, one);
        Assert.Empty(merge.Lines);
        Assert.True(JsonNode.DeepEquals(one, merge.Merged));
    }

    [Fact]
    public async Task TwoAdministrators_TheLoserSeesTheOthersFields_AndBothChangesStandInTheEnd()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        await all.UserAsync();
        var read = new ReadProfile(all.Store);
        var save = new SaveProfile(all.Store, new TestLinks(), all.Organizations, all.Policies, all.Groups, all.ProfileAudit, all.Sessions, all.Clock);
        async Task<ProfileView> ViewAsync() => (await read.RunAsync(AccountsUnderTest.Admin, "mary", Ct)).Value!;
        var (first, second) = (new ProfileForm(await ViewAsync()), new ProfileForm(await ViewAsync()));
        first.Set("AccountName", "Mary Ltd");
        first.Set("MaximumDevices", 3);
        second.Set("AccountName", "Maria GmbH");
        second.Set("LocalTimezone", "Europe/Rome");
        Assert.True((await save.RunAsync(AccountsUnderTest.Admin, "mary", first.Mine, first.Hash, Ct)).Ok);
        Assert.Equal(Refusal.Conflict, (await save.RunAsync(AccountsUnderTest.Admin, "mary", second.Mine, second.Hash, Ct)).Kind);

        var now = await ViewAsync();
        var merge = second.Against(now);
        Assert.Equal(["AccountName Clash", "LocalTimezone Mine", "MaximumDevices Theirs"], merge.Lines.Select(static l => $"{l.Path} {l.Side}").Order());
        second.Rebase(now);
        Assert.Equal(["Account name", "Time zone"], second.Changes.Select(static c => c.Label));
        Assert.True((await save.RunAsync(AccountsUnderTest.Admin, "mary", second.Mine, second.Hash, Ct)).Ok);

        var stands = (await ViewAsync()).Document.Root;
        Assert.Equal(("Maria GmbH", "Europe/Rome", 3L), (stands.Text("AccountName"), stands.Text("LocalTimezone"), stands.Number("MaximumDevices")));
    }

    [Fact]
    public async Task Form_ValueSetBack_IsNoChange()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        await all.UserAsync();
        var form = new ProfileForm((await new ReadProfile(all.Store).RunAsync(AccountsUnderTest.Admin, "mary", Ct)).Value!);
        form.Set("LinuxHomedirSandbox", true);
        form.Set("AccountName", "x");
        Assert.Equal(["Account name", "Restrict Linux devices to home directories"], form.Changes.Select(static c => c.Label));
        form.Set("LinuxHomedirSandbox", false);
        form.Set("AccountName", "");
        Assert.Empty(form.Changes);
        Assert.True(JsonNode.DeepEquals(form.Began, form.Mine));
    }

    [Theory]
    [InlineData("LocalTimezone", "\"Mars/Olympus\"", "Time zone")]
    [InlineData("LocalTimezone", "\"W. Europe Standard Time\"", "Time zone")]
    [InlineData("LanguageCode", "\"english\"", "Language")]
    [InlineData("MaximumDevices", "-1", "Maximum devices")]
    [InlineData("QuotaHyperVGuests", "-5", "Hyper-V guests")]
    [InlineData("AllProtectedItemsQuotaBytes", "-1", "Size of all Protected Items")]
    [InlineData("AllProtectedItemsQuotaBytes", "9223372036854775807", "Size of all Protected Items")]
    [InlineData("PasswordRecovery", "\"1.AAAA\"", "Only the user can allow it")]
    [InlineData("TOTPKey", "\"x\"", "TOTPKey")]
    public async Task Save_ValueThatCantBe_IsRefusedByName(string field, string value, string words)
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        var profile = (await all.Store.ReadAsync(user.Id, Ct))!.Root;
        profile[field] = JsonNode.Parse(value);
        var save = new SaveProfile(all.Store, new TestLinks(), all.Organizations, all.Policies, all.Groups, all.ProfileAudit, all.Sessions, all.Clock);
        var refused = await save.RunAsync(AccountsUnderTest.Admin, "mary", profile, null, Ct);
        Assert.Equal(Refusal.Invalid, refused.Kind);
        Assert.Contains(words, refused.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n  \"Username\": \"mary\",\n  \"AccountName\": \"ä\" oops\n}", 3, 22)]
    [InlineData("{", 1, 2)]
    [InlineData("[]", 1, 1)]
    [InlineData("{\"a\":1,\n\"a\":2}", 0, 0)]
    [InlineData("{\"Username\":7}", 0, 0)]
    [InlineData("{\"a\":\n \"\\ud800\"}", 2, 0)]
    [InlineData("", 1, 1)]
    public void Text_ThatIsNoProfile_IsToldWithItsPlace(string text, int line, int column)
    {
        Assert.Null(JsonText.Read(text, "A profile", ProfileShape.Check, out var problem));
        Assert.NotNull(problem);
        Assert.Equal(line, problem.Line);
        Assert.True(column == 0 || problem.Column == column, $"column {problem.Column}: {problem.Why}");
        Assert.DoesNotContain("LineNumber", problem.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_TellsWhatWillBeStored_WithoutSecrets_AndWritesNothing()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync(recovery: true);
        var profile = (await all.Store.ReadAsync(user.Id, Ct))!.Root;
        (profile["AccountName"], profile["PasswordRecovery"], profile["CreateTime"], profile["FieldOfTomorrow"]) = ("Mary Ltd", "", 1, new JsonObject { ["x"] = 1 });
        var save = new SaveProfile(all.Store, new TestLinks(), all.Organizations, all.Policies, all.Groups, all.ProfileAudit, all.Sessions, all.Clock);
        var preview = await save.PreviewAsync(AccountsUnderTest.Admin, "mary", profile, user.Hash, Ct);
        Assert.Equal(["AccountName", "FieldOfTomorrow.x", "PasswordRecovery"], preview.Value!.Select(static d => d.Path).Order(StringComparer.Ordinal));
        Assert.Equal("removed", preview.Value!.Single(static d => d.Path == "PasswordRecovery").Secret);
        Assert.Equal(user.Hash, all.Store.Entry(user.Id)!.Hash);
        Assert.Equal(Refusal.Conflict, (await save.PreviewAsync(AccountsUnderTest.Admin, "mary", profile, "another", Ct)).Kind);
        Assert.Equal(Refusal.Denied, (await save.PreviewAsync(new Actor(ActorKind.Customer, "mary", user.Id), "mary", profile, null, Ct)).Kind);
        Assert.True((await save.RunAsync(AccountsUnderTest.Admin, "mary", profile, user.Hash, Ct)).Ok);
        Assert.Equal(1, (await all.Store.ReadAsync(user.Id, Ct))!.Root["FieldOfTomorrow"]!.AsObject().Number("x"));
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
