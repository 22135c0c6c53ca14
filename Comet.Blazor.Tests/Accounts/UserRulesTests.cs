using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Users;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>Names and passwords (spec/01 §1.3).</summary>
public sealed class UserRulesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Usernames => new()
    {
        { "a", "" },
        { "mary.smith@example.com", "" },
        { "A_b-C.9@", "" },
        { "---", "" },
        { new string('x', 255), "" },
        { new string('x', 256), "Username must be at most 255 characters." },
        { "", "Username must not be empty." },
        { "mary smith", "Username may only contain" },
        { "mary+1", "Username may only contain" },
        { "ma/ry", "Username may only contain" },
        { "märy", "Username may only contain" },
        { "mary\n", "Username may only contain" },
        { "ｍary", "Username may only contain" },
        { "..", "Username must contain a letter or a digit." },
        { ".", "Username must contain a letter or a digit." },
    };

    public static TheoryData<string, string> Passwords => new()
    {
        { "12345678", "" },
        { "        ", "" },
        { "Übergröße", "" },
        { "🐑🐑🐑🐑🐑🐑🐑🐑", "" },
        { "a\tb\tc\td\te", "" },
        { new string('x', 1024), "" },
        { "", "Password must be at least 8 characters." },
        { "1234567", "Password must be at least 8 characters." },
        { "🐑🐑🐑🐑", "Password must be at least 8 characters." },
        { "12345678\n", "Password must be a single line, without line breaks." },
        { "1234\r5678", "Password must be a single line, without line breaks." },
        { new string('x', 1025), "Password must be at most 1024 bytes." },
        { new string('ü', 513), "Password must be at most 1024 bytes." },
    };

    [Theory]
    [MemberData(nameof(Usernames))]
    public void CheckUsername_EachRule_NamesTheOneThatFailed(string name, string expected) => Assert.StartsWith(expected, UserRules.CheckUsername(name).Why);

    [Theory]
    [MemberData(nameof(Usernames))]
    public void CheckUsername_GoodOrBad_OkOnlyWithoutSentence(string name, string expected) => Assert.Equal(expected.Length == 0, UserRules.CheckUsername(name).Ok);

    [Theory]
    [MemberData(nameof(Passwords))]
    public void CheckPassword_EachRule_NamesTheOneThatFailed(string password, string expected) => Assert.Equal(expected, UserRules.CheckPassword(password).Why);

    [Fact]
    public async Task AddUser_SameNameFromManyCallers_OneWinsAlsoWhenOnlyCaseDiffers()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            () => all.AddUser.RunAsync(AccountsUnderTest.Admin, new NewUser(i % 2 == 0 ? "mary" : "Mary", "correct horse"), Ct), Ct)));
        Assert.Single(outcomes, static o => o.Ok);
        Assert.All(outcomes.Where(static o => !o.Ok), static o => Assert.Equal(Refusal.Conflict, o.Kind));
        Assert.Equal(1, all.Store.Count);
        Assert.Single((await all.ReopenAsync()).All);
    }

    [Fact]
    public async Task AddUser_WithoutRight_Denied()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var outcome = await all.AddUser.RunAsync(new Actor(ActorKind.Customer, "peter"), new NewUser("mary", "correct horse"), Ct);
        Assert.Equal(Refusal.Denied, outcome.Kind);
        Assert.Equal(0, all.Store.Count);
    }
}
