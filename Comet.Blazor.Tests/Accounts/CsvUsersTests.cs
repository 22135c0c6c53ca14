using System.Text;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Users.Csv;
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

    private static Outcome<IReadOnlyList<CsvUser>> Read(string text) => CsvUserFile.Read(Encoding.UTF8.GetBytes(text));
}
