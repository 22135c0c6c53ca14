using System.Net.Http.Headers;
using System.Text;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Comet.Blazor.Tests.Storage;

/// <summary>Who may open a bucket: the holder of its id and key, and nobody else.</summary>
public sealed class AccessTests(StorageServer shared) : IClassFixture<StorageServer>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_WithoutTheBucketsOwnKey_401TellsNothing(bool ownListener)
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: ownListener);
        await using var other = await StorageLab.CreatedOnAsync(shared.Server, ownListener: ownListener);
        var id = await lab.StoreAsync("data", StorageLab.Bytes(10));
        AuthenticationHeaderValue?[] wrong =
        [
            null,
            StorageLab.Basic(lab.Bucket.Id, "WRONG"),
            StorageLab.Basic(lab.Bucket.Id, ""),
            StorageLab.Basic(lab.Bucket.Id, lab.Bucket.Key.ToLowerInvariant()),
            StorageLab.Basic(lab.Bucket.Id, lab.Bucket.Key + "A"),
            StorageLab.Basic("", lab.Bucket.Key),
            StorageLab.Basic(other.Bucket.Id, lab.Bucket.Key),
            StorageLab.Basic(other.Bucket.Id, other.Bucket.Key),
            StorageLab.Basic(lab.Bucket.Id, other.Bucket.Key),
            StorageLab.Basic("admin", "admin"),
            new("Basic", "not base64!"),
            new("Basic", Convert.ToBase64String("no colon"u8)),
            new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('a', 2000)))),
            new("Bearer", lab.Bucket.Key),
            new("Basic"),
        ];

        foreach (var header in wrong)
        {
            lab.Client.DefaultRequestHeaders.Authorization = header;
            foreach (var (method, path) in new[] { ("GET", "data/"), ("GET", $"data/{id}"), ("HEAD", "config"), ("DELETE", $"data/{id}"), ("POST", "?create=true"), ("GET", "nothing") })
            {
                using var answer = await lab.SendAsync(method, path);
                Assert.Equal(401, (int)answer.StatusCode);
                Assert.Equal("Basic", answer.Headers.WwwAuthenticate.Single().Scheme);
                Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Ct));
            }
        }

        Assert.True(File.Exists(lab.FileOf("data", id)));
    }

    [Fact]
    public async Task Upload_WithAWrongKey_StoresNothing()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        lab.Client.DefaultRequestHeaders.Authorization = StorageLab.Basic(lab.Bucket.Id, "WRONG");
        var content = StorageLab.Bytes(1000);

        using var answer = await lab.PostAsync($"data/{StorageLab.Id(content)}", content);

        Assert.Equal(401, (int)answer.StatusCode);
        Assert.Empty(Directory.EnumerateFiles(lab.Disk, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Bucket_Unknown_AnsweredLikeAWrongKey()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);

        using var unknown = await lab.SendAsync("GET", "../0123456789abcdef0123456789abcdef/data/");
        lab.Client.DefaultRequestHeaders.Authorization = StorageLab.Basic(lab.Bucket.Id, "WRONG");
        using var wrong = await lab.SendAsync("GET", "data/");

        Assert.Equal((int)wrong.StatusCode, (int)unknown.StatusCode);
        Assert.Equal(wrong.Headers.WwwAuthenticate.ToString(), unknown.Headers.WwwAuthenticate.ToString());
        Assert.Equal(wrong.ReasonPhrase, unknown.ReasonPhrase);
    }

    [Fact]
    public async Task Key_Changed_OldOneStopsAtOnce()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        using var before = await lab.SendAsync("GET", "data/");
        await shared.Server.Get<BucketStore>().ChangeAsync(lab.Bucket.Id, static b => b with { ReadWriteKey = BucketSecret.Hash("another key") }, Ct);

        using var after = await lab.SendAsync("GET", "data/");
        lab.Client.DefaultRequestHeaders.Authorization = StorageLab.Basic(lab.Bucket.Id, "another key");
        using var renewed = await lab.SendAsync("GET", "data/");

        Assert.Equal([200, 401, 200], [(int)before.StatusCode, (int)after.StatusCode, (int)renewed.StatusCode]);
    }

    [Fact]
    public async Task Key_IsNeverOnTheServersDisk()
    {
        using var data = new TempFolder();
        await using var lab = await StorageLab.StartCreatedAsync(folder: data);
        await lab.StoreAsync("data", StorageLab.Bytes(10));
        await lab.StopAsync();

        var key = Encoding.UTF8.GetBytes(lab.Bucket.Key);
        foreach (var file in Directory.EnumerateFiles(data.Path, "*", SearchOption.AllDirectories))
        {
            Assert.True((await File.ReadAllBytesAsync(file, Ct)).AsSpan().IndexOf(key) < 0, file);
        }
    }

    [Fact]
    public async Task Verdicts_AreCheckedAnewAfterAMinute()
    {
        await using var lab = await StorageLab.OnAsync(shared.Server);
        var clock = new FakeTimeProvider();
        using var keys = new BucketKeys(shared.Server.Get<BucketStore>(), clock);
        var right = StorageLab.Basic(lab.Bucket.Id, lab.Bucket.Key).ToString();

        Assert.NotNull(await keys.VerifyAsync(lab.Bucket.Id, right, Ct));
        Assert.Null(await keys.VerifyAsync(lab.Bucket.Id, StorageLab.Basic(lab.Bucket.Id, "WRONG").ToString(), Ct));
        clock.Advance(TimeSpan.FromSeconds(61));
        Assert.NotNull(await keys.VerifyAsync(lab.Bucket.Id, right, Ct));
        Assert.Null(await keys.VerifyAsync(lab.Bucket.Id, right + "x", Ct));
    }
}
