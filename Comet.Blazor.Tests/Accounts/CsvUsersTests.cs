using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Users.Csv;
using Comet.Blazor.Features.Policies.Commands;
using Comet.Blazor.Features.Policies.Store;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Rights;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Ui.Tables.Exports;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Creating many users from a file (spec/01 §10).</summary>
public sealed class CsvUsersTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void Read_TakesMarkSemicolonsQuotesAndAnyOrder()
    {
        var users = Read("\uFEFFPassword;accountname;Username\r\n\"pass;word \"\"1\"\"\";\"Müller\nGmbH\";mueller\r\n\r\n;=1+1;anna\r\n");

        Assert.True(users.Ok, users.Why);
        Assert.Equal([("mueller", "pass;word \"1\"", "Müller\nGmbH", 2), ("anna", "", "=1+1", 5)], users.Value.Select(static u => (u.Username, u.Password, u.AccountName, u.Line)));
        Assert.DoesNotContain("pass;word", users.Value[0].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name,Password\na,b", "headings")]
    [InlineData("Username,Pasword\na,b", "no column “Pasword”")]
    [InlineData("Username,username\na,b", "comes twice")]
    [InlineData("Username\n", "no users")]
    [InlineData("Username,AccountName\na,b,c", "Line 2 has 3 fields")]
    [InlineData("Username,AccountName\na,\"b", "Line 2 can't be read")]
    [InlineData("", "headings")]
    public void Read_SaysWhatIsWrongWithTheFile(string text, string why) => Assert.Contains(why, Read(text).Why, StringComparison.Ordinal);

    [Fact]
    public void Read_RefusesOtherEncodingsAndTooMuch()
    {
        Assert.Contains("UTF-8", CsvUserFile.Read(Encoding.Latin1.GetBytes("Username\nmüller")).Why, StringComparison.Ordinal);
        Assert.Contains("at most", CsvUserFile.Read(new byte[CsvUserFile.MaxBytes + 1]).Why, StringComparison.Ordinal);
        Assert.Contains("more than", Read("Username\n" + string.Join('\n', Enumerable.Range(0, CsvUserFile.MaxUsers + 1).Select(static i => $"u{i}"))).Why, StringComparison.Ordinal);
        Assert.Equal(CsvUserFile.MaxUsers, Read("Username\n" + string.Join('\n', Enumerable.Range(0, CsvUserFile.MaxUsers).Select(static i => $"u{i}"))).Value!.Count);
    }

    [Fact]
    public async Task Check_FindsEveryRule_AndCreateMakesTheGoodOnes()
    {
        await using var rig = await TenantsRig.StartAsync();
        var add = rig.Server.Get<AddCsvUsers>();
        var by = TenantsRig.Actor("");
        var lines = Read("""
            Username,Password,AccountName,Email,Policy,Language,Timezone,Organization,StorageTemplate,RequirePasswordChange
            new.one,correct horse,"Smith, Sons","a@example.com; b@example.com",,de_DE,Europe/Berlin,,,yes
            made-up,,=cmd(),,,,,alpha,,no
            NEW.ONE,correct horse,,,,,,,,
            Top-User,correct horse,,,,,,,,
            bad name,correct horse,,,,,,,,
            short,1234567,,,,,,,,
            mail,correct horse,,no address,,,,,,
            policy,correct horse,,,gold,,,,,
            zone,correct horse,,,,,Mars/Base,,,
            tongue,correct horse,,,,german,,,,
            org,correct horse,,,,,,gamma,,
            flag,correct horse,,,,,,,,perhaps
            template,correct horse,,,,,,,nowhere,
            vault,correct horse,,,,,,alpha,Storage of alpha,
            """).Value!;

        var verdicts = add.Check.Run(by, lines, storeRecovery: true, "Europe/Paris").Value!;

        Assert.Equal([2, 3, 15], verdicts.Where(static v => v.Outcome.Ok).Select(static v => v.From.Line));
        Assert.Contains("line 2", verdicts[2].Outcome.Why, StringComparison.Ordinal);
        Assert.Equal(3, rig.Server.Get<AccountStore>().Count); // nothing was changed

        var results = await add.RunAsync(by, verdicts, rig.Server.Address, null, Ct);

        Assert.Equal([2, 3, 15], results.Where(static r => r.Outcome.Ok).Select(static r => r.From.Line));
        Assert.All(results, static r => Assert.Equal("", r.Note));
        var accounts = rig.Server.Get<AccountStore>();
        var one = (await accounts.ReadAsync(accounts.EntryByName("new.one")!.Id, Ct))!;
        Assert.Equal(("Smith, Sons", "Europe/Berlin", "de_DE", true), (one.AccountName, one.Root.Text("LocalTimezone"), one.Root.Text("LanguageCode"), one.Root.Flag("RequirePasswordChange")));
        Assert.Equal(["a@example.com", "b@example.com"], one.Root.Texts("Emails"));
        Assert.NotEmpty(one.PasswordRecovery);
        Assert.Equal("alpha", accounts.EntryByName("made-up")!.Ref.OrganizationId);
        Assert.Single(accounts.EntryByName("vault")!.Vaults);

        // The password that was made up opens; what goes into a spreadsheet is no formula; no password is on record.
        var made = Assert.Single(results, static r => r.Password.Length > 0);
        await using var device = await AgentClient.SignInAsync(rig.Server, "made-up", made.Password, "device-made", "epoch-made");
        Assert.NotNull(device.Welcome);
        Assert.Equal("'=cmd()", ExportValue.Harmless(made.From.AccountName));
        var record = string.Join('\n', await rig.Server.Get<ServerStore>().Db.ReadAsync(static db => db.Scan("security_audit").Select(static r => Encoding.UTF8.GetString(r.Json)).ToList(), Ct));
        Assert.Contains("By CSV", record, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Password, record, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", record, StringComparison.Ordinal);

        // The same file again: the names are taken now.
        Assert.All(add.Check.Run(by, lines, false, "UTC").Value!, static v => Assert.False(v.Outcome.Ok));
        Assert.All(await add.RunAsync(by, verdicts, rig.Server.Address, null, Ct), static r => Assert.False(r.Outcome.Ok));
    }

    [Fact]
    public async Task Create_UnderANamedPolicy_FollowsItsModes_NotThoseOfTheDefault()
    {
        await using var rig = await TenantsRig.StartAsync();
        var add = rig.Server.Get<AddCsvUsers>();
        var by = TenantsRig.Actor("");
        await AddPolicyAsync(rig, "loose", true, new JsonObject { ["ModeAdminResetPassword"] = 4, ["ModeRequireUserResetPassword"] = 4 });
        await AddPolicyAsync(rig, "strict", false, new JsonObject { ["ModeAdminResetPassword"] = 3, ["ModeRequireUserResetPassword"] = 3 });
        await AddPolicyAsync(rig, "gentle", false, new JsonObject { ["ModeAdminResetPassword"] = 1, ["ModeRequireUserResetPassword"] = 1 });
        var verdicts = add.Check.Run(by, Read("""
            Username,Password,Policy,RequirePasswordChange
            one,correct horse,strict,no
            two,correct horse,,yes
            three,correct horse,gentle,
            four,correct horse,gentle,no
            """).Value!, storeRecovery: null, "UTC").Value!;

        var results = await add.RunAsync(by, verdicts, rig.Server.Address, null, Ct);

        Assert.All(results, static r => Assert.True(r.Outcome.Ok, r.Outcome.Why));
        var accounts = rig.Server.Get<AccountStore>();
        var found = new List<(string, bool, bool)>();
        foreach (var name in new[] { "one", "two", "three", "four" })
        {
            var one = (await accounts.ReadAsync(accounts.EntryByName(name)!.Id, Ct))!;
            found.Add((one.Root.Text("PolicyID"), one.PasswordRecovery.Length > 0, one.Root.Flag("RequirePasswordChange")));
        }

        Assert.Equal([("strict", true, true), ("loose", false, false), ("gentle", true, true), ("gentle", true, false)], found);
    }

    [Fact]
    public async Task Create_AfterThePolicyOfALineWasDeleted_RefusesThatLine()
    {
        await using var rig = await TenantsRig.StartAsync();
        var add = rig.Server.Get<AddCsvUsers>();
        var by = TenantsRig.Actor("");
        await AddPolicyAsync(rig, "gold", false, []);
        var verdicts = add.Check.Run(by, Read("Username,Password,Policy\none,correct horse,gold\ntwo,correct horse,").Value!, null, "UTC").Value!;

        var deleted = await rig.Server.Get<DeletePolicy>().RunAsync(Actor.Server, "gold");
        Assert.True(deleted.Ok, deleted.Why);
        var results = await add.RunAsync(by, verdicts, rig.Server.Address, null, Ct);

        Assert.Contains("policy", results[0].Outcome.Why, StringComparison.Ordinal);
        Assert.True(results[1].Outcome.Ok);
        Assert.Null(rig.Server.Get<AccountStore>().EntryByName("one"));
    }

    [Fact]
    public async Task Create_TellsPasswordsAsTheyAreMade_AndKeepsThemWhenAVaultFails()
    {
        await using var rig = await TenantsRig.StartAsync();
        var add = rig.Server.Get<AddCsvUsers>();
        var by = TenantsRig.Actor("");
        var told = new Told();
        var verdicts = add.Check.Run(by, Read("Username,Organization,StorageTemplate\none,alpha,Storage of alpha\n" + string.Join('\n', Enumerable.Range(0, 64).Select(static i => $"u{i},,"))).Value!, null, "UTC").Value!;
        var storage = rig.Server.Get<DataFolder>().Storage;
        Directory.Move(storage, storage + ".gone");
        await File.WriteAllTextAsync(storage, "no folder can be made here", Ct);

        var results = await add.RunAsync(by, verdicts, rig.Server.Address, told, Ct);

        Assert.Equal([64, 1], told.Windows.Select(static w => w.Count));
        Assert.Equal(results.Select(static r => r.Password), told.Windows.SelectMany(static w => w).Select(static r => r.Password));
        Assert.All(results, static r => Assert.True(r.Outcome.Ok && r.Password.Length > 0));
        Assert.StartsWith("The user was created, but without a Storage Vault:", results[0].Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_Cancelled_LeavesTheRestUndone_AndSaysSo()
    {
        await using var rig = await TenantsRig.StartAsync();
        var add = rig.Server.Get<AddCsvUsers>();
        var by = TenantsRig.Actor("alpha");
        var verdicts = add.Check.Run(by, Read("Username,Password\n" + string.Join('\n', Enumerable.Range(0, 70).Select(static i => $"u{i},correct horse"))).Value!, false, "UTC").Value!;
        using var cancel = new CancellationTokenSource();

        var running = add.RunAsync(by, verdicts, rig.Server.Address, null, cancel.Token);
        await cancel.CancelAsync();
        var results = await running;

        var made = results.Count(static r => r.Outcome.Ok);
        Assert.Equal(3 + made, rig.Server.Get<AccountStore>().Count);
        Assert.InRange(made, 0, 69);
        Assert.All(results.Where(static r => !r.Outcome.Ok), static r => Assert.StartsWith("Not done", r.Outcome.Why, StringComparison.Ordinal));
        Assert.Equal(Refusal.Denied, add.Check.Run(by with { Limits = new ActorLimits { Denied = [Right.AccountsManage] } }, [], false, "UTC").Kind);
    }

    private static async Task AddPolicyAsync(TenantsRig rig, string id, bool isDefault, JsonObject values)
    {
        var policy = PolicyDocument.New(id, "");
        policy["DefaultUserPolicy"] = isDefault;
        foreach (var (name, value) in values)
        {
            policy["Policy"]![name] = value?.DeepClone();
        }

        var made = await rig.Server.Get<CreatePolicy>().RunAsync(Actor.Server, policy, id);
        Assert.True(made.Ok, made.Why);
    }

    private static Outcome<IReadOnlyList<CsvUser>> Read(string text) => CsvUserFile.Read(Encoding.UTF8.GetBytes(text));

    /// <summary>What was told, at once and in order.</summary>
    private sealed class Told : IProgress<IReadOnlyList<CsvResult>>
    {
        public List<IReadOnlyList<CsvResult>> Windows { get; } = [];

        public void Report(IReadOnlyList<CsvResult> value) => Windows.Add(value);
    }
}
