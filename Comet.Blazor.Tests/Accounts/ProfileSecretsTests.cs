using System.Text;
using System.Text.Json.Nodes;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Kernel;

namespace Comet.Blazor.Tests.Accounts;

/// <summary>What of a profile stands on the disk only sealed: whoever copies the data folder gets no key of a bucket.</summary>
public sealed class ProfileSecretsTests
{
    private const string Marker = "marker-of-a-secret";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Secrets_AreSealedOnTheDisk_AndAsTheyAreAboveIt()
    {
        await using var accounts = await AccountsUnderTest.OpenAsync();
        var user = await accounts.UserAsync();
        var changed = await accounts.EditAsync(user.Id, Fill);

        var profile = await accounts.Store.ReadAsync(user.Id, Ct);
        Assert.Equal(Marker + "-bucket", (string?)profile!.Vault("v1")!["CometBucketKey"]);
        Assert.Equal(Marker + "-swift", (string?)profile.Vault("v1")!["Swift"]!["APIKey"]);
        Assert.Equal(Marker + "-mysql", (string?)profile.Item("i1")!["EngineProps"]!["PASSWORD"]);
        Assert.Equal("not a secret", (string?)profile.Vault("v1")!["Description"]);

        var again = await accounts.ReopenAsync();
        Assert.Equal(changed.Hash, again.Entry(user.Id)!.Hash);
        Assert.Equal(Marker + "-bucket", (string?)(await again.ReadAsync(user.Id, Ct))!.Vault("v1")!["CometBucketKey"]);
        Assert.DoesNotContain(Marker, await OnDiskAsync(accounts), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Profile_OfAnEarlierVersion_IsSealedWhenItIsOpened()
    {
        await using var accounts = await AccountsUnderTest.OpenAsync();
        var user = await accounts.UserAsync();
        var changed = await accounts.EditAsync(user.Id, Fill);
        var plain = ProfileJson.Save((await accounts.Store.ReadAsync(user.Id, Ct))!.Root);
        await accounts.File.DisposeAsync();
        await RawAsync(accounts.Folder, user.Id, plain);
        Assert.True(ProfileSecrets.NeedsSealing(await RawAsync(accounts.Folder, user.Id)));

        var again = await accounts.ReopenAsync();

        Assert.Equal(changed.Hash, again.Entry(user.Id)!.Hash);
        await accounts.File.DisposeAsync();
        Assert.False(ProfileSecrets.NeedsSealing(await RawAsync(accounts.Folder, user.Id)));
    }

    [Fact]
    public async Task KeysFolderGone_SecretsStaySealed_AndWorkAgainWhenItIsBack()
    {
        await using var accounts = await AccountsUnderTest.OpenAsync();
        var user = await accounts.UserAsync();
        await accounts.EditAsync(user.Id, Fill);
        var key = Path.Combine(accounts.Folder.Keys, "secrets.key");
        var kept = await File.ReadAllBytesAsync(key, Ct);
        File.Delete(key);

        var without = await accounts.ReopenAsync();
        Assert.StartsWith("sealed1.", (string?)(await without.ReadAsync(user.Id, Ct))!.Vault("v1")!["CometBucketKey"], StringComparison.Ordinal);
        await accounts.EditAsync(user.Id, static p => p.AccountName = "changed meanwhile");

        await accounts.File.DisposeAsync();
        await File.WriteAllBytesAsync(key, kept, Ct);
        var back = await accounts.ReopenAsync();
        Assert.Equal(Marker + "-bucket", (string?)(await back.ReadAsync(user.Id, Ct))!.Vault("v1")!["CometBucketKey"]);
        Assert.Equal("changed meanwhile", back.Entry(user.Id)!.Ref.AccountName);
    }

    private static void Fill(AccountDocument profile)
    {
        profile.Vaults["v1"] = new JsonObject
        {
            ["Description"] = "not a secret",
            ["DestinationType"] = 1003,
            ["CometBucketKey"] = Marker + "-bucket",
            ["Swift"] = new JsonObject { ["APIKey"] = Marker + "-swift" },
            ["SpanTargets"] = new JsonArray(new JsonObject { ["S3SecretKey"] = Marker + "-s3" }),
        };
        profile.Items["i1"] = new JsonObject { ["Engine"] = "engine1/mysql", ["EngineProps"] = new JsonObject { ["PASSWORD"] = Marker + "-mysql" } };
    }

    private static async Task<string> OnDiskAsync(AccountsUnderTest accounts)
    {
        await accounts.File.DisposeAsync();
        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(accounts.Folder.Path, "comet-users.db*"))
        {
            text.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Ct)));
        }

        return text.ToString();
    }

    private static async Task<byte[]> RawAsync(DataFolder folder, AccountId id, byte[]? write = null)
    {
        await using var db = await CometDb.OpenAsync(folder.Users, DbSchema.First("users"), Ct);
        return await db.WriteAsync(
            w =>
            {
                if (write is not null)
                {
                    w.Put("accounts", new DbRecord(id.Value, [], write));
                }

                return w.Get("accounts", id.Value)!.Json;
            },
            Ct);
    }
}
