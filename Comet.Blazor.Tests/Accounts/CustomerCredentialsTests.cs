using Comet.Blazor.Kernel;
using Comet.Blazor.Security.Passwords;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Accounts;

public sealed class CustomerCredentialsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task VerifyKey_RightPassword_AnswersTheAccount()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync("mary", "correct horse");
        Assert.Equal(user.Id, (await all.Credentials.VerifyKeyAsync("mary", Key(all, "mary", "correct horse"), Ct)).Value);
    }

    [Fact]
    public async Task VerifyKey_WrongPasswordAndUnknownName_SameRefusalAndSameWork()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        await all.UserAsync("mary", "correct horse");
        var wrong = await all.Credentials.VerifyKeyAsync("mary", Key(all, "mary", "correct hors"), Ct);
        var unknown = await all.Credentials.VerifyKeyAsync("Mary", Key(all, "Mary", "correct horse"), Ct);
        Assert.Equal(Refusal.Unauthenticated, wrong.Kind);
        Assert.Equal(wrong, unknown);
        Assert.Equal(2, all.Passwords.SlowChecks);
    }

    [Fact]
    public async Task ParametersFor_UnknownName_StableSaltLikeARealOne()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        await all.UserAsync("mary");
        var real = all.Credentials.ParametersFor("mary");
        var first = all.Credentials.ParametersFor("nobody");
        Assert.Equal(first.Salt, all.Credentials.ParametersFor("nobody").Salt);
        Assert.NotEqual(first.Salt, all.Credentials.ParametersFor("nobody2").Salt);
        Assert.Equal((real.Salt.Length, real.Iterations), (first.Salt.Length, first.Iterations));
    }

    [Fact]
    public async Task VerifyKey_Suspended_DeniedOnlyWithTheRightKey()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        await all.EditAsync(user.Id, d => d.Root["IsSuspended"] = true);
        var right = await all.Credentials.VerifyKeyAsync("mary", Key(all, "mary", "correct horse"), Ct);
        Assert.Equal(Refusal.Denied, right.Kind);
        Assert.Contains("suspended", right.Why);
        Assert.Equal(Refusal.Unauthenticated, (await all.Credentials.VerifyKeyAsync("mary", new byte[32], Ct)).Kind);
    }

    [Fact]
    public async Task VerifyKey_FiveThousandReconnects_OneSlowHashUntilForgotten()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        await all.UserAsync();
        var key = Key(all, "mary", "correct horse");
        for (var i = 0; i < 5_000; i++)
        {
            Assert.True((await all.Credentials.VerifyKeyAsync("mary", key, Ct)).Ok);
        }

        Assert.Equal(1, all.Passwords.SlowChecks);
        all.Clock.Advance(VerifiedPasswords.Remembered + TimeSpan.FromSeconds(1));
        Assert.True((await all.Credentials.VerifyKeyAsync("mary", key, Ct)).Ok);
        Assert.Equal(2, all.Passwords.SlowChecks);
    }

    [Fact]
    public async Task VerifyKey_PasswordRecordReplaced_RememberedSuccessIsWorthNothing()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var mary = await all.UserAsync("mary", "correct horse");
        var peter = await all.UserAsync("peter", "battery staple");
        var key = Key(all, "mary", "correct horse");
        Assert.True((await all.Credentials.VerifyKeyAsync("mary", key, Ct)).Ok);
        await all.EditAsync(mary.Id, d => d.Root["PasswordHash"] = peter.PasswordHash);
        Assert.Equal(Refusal.Unauthenticated, (await all.Credentials.VerifyKeyAsync("mary", key, Ct)).Kind);
    }

    [Fact]
    public async Task Recovery_Allowed_OpensToTheWrappingHalfUnderTheSameServerKeyOnly()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync("mary", "correct horse", recovery: true);
        var salt = all.Credentials.ParametersFor("mary").Salt;
        var recovery = (await all.Store.ReadAsync(user.Id, Ct))!.PasswordRecovery;
        var wrap = PasswordKeys.Derive("correct horse", salt, PasswordKeys.DefaultIterations).WrapKey;
        Assert.Equal(wrap, all.Secrets.OpenRecovery(recovery, salt));
        Assert.Null(all.Secrets.OpenRecovery(recovery, new byte[16]));
        await using var other = await AccountsUnderTest.OpenAsync();
        Assert.Null(other.Secrets.OpenRecovery(recovery, salt));
    }

    [Fact]
    public async Task Recovery_NotAllowed_NothingStored()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var user = await all.UserAsync();
        Assert.Equal("", (await all.Store.ReadAsync(user.Id, Ct))!.PasswordRecovery);
    }

    [Fact]
    public async Task Secrets_OnDisk_ReadableByTheOwnerOnlyAndStable()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        var file = Path.Combine(all.Folder.Keys, "accounts.key");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        var again = new Features.Accounts.Passwords.AccountSecrets(all.Folder, all.File, Microsoft.Extensions.Logging.Abstractions.NullLogger<Features.Accounts.Passwords.AccountSecrets>.Instance);
        await again.OpenAsync(Ct);
        Assert.Equal(all.Secrets.FalseSalt("x"), again.FalseSalt("x"));
    }

    [Fact]
    public async Task DataFolder_NewAccount_HoldsNoPasswordNorWrappingHalf()
    {
        await using var all = await AccountsUnderTest.OpenAsync();
        await all.UserAsync("mary", "Sesam-öffne-dich", recovery: true);
        var keys = PasswordKeys.Derive("Sesam-öffne-dich", all.Credentials.ParametersFor("mary").Salt, PasswordKeys.DefaultIterations);
        await all.File.DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(all.Folder.Users, Ct);
        foreach (var secret in new[] { "Sesam-öffne-dich"u8.ToArray(), keys.WrapKey, keys.AuthKey, System.Text.Encoding.UTF8.GetBytes(Convert.ToBase64String(keys.WrapKey)) })
        {
            Assert.Equal(-1, bytes.AsSpan().IndexOf(secret));
        }
    }

    private static byte[] Key(AccountsUnderTest all, string name, string password)
    {
        var how = all.Credentials.ParametersFor(name);
        return PasswordKeys.Derive(password, how.Salt, how.Iterations).AuthKey;
    }
}
