using System.Net;
using Bunit;
using Comet.Blazor.Data;
using Comet.Blazor.Features.Accounts.Open;
using Comet.Blazor.Features.Storage;
using Comet.Blazor.Features.Storage.Lists;
using Comet.Blazor.Features.Storage.Pages;
using Comet.Blazor.Kernel;
using Comet.Blazor.Tests.Support;
using Comet.Blazor.Ui;
using Comet.Blazor.Ui.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Comet.Blazor.Tests.Storage;

/// <summary>The page of buckets over a real server's buckets.</summary>
public sealed class BucketsPageTests : BunitContext, IAsyncLifetime, IViewer, ITablePreferences, IAccountDirectory
{
    private readonly Dictionary<AccountRef, VaultRef[]> _accounts = [];
    private TestServer _server = null!;

    string IViewer.BaseAddress => "http://localhost/";

    LiveSignal IAccountDirectory.Changed { get; } = new();

    IReadOnlyCollection<AccountRef> IAccountDirectory.All => _accounts.Keys;

    private static CancellationToken Ct => Xunit.TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        var store = _server.Get<BucketStore>();
        Services.AddLogging().AddSingleton(TimeProvider.System).AddSingleton<IViewer>(this).AddSingleton<ITablePreferences>(this).AddUi();
        Services.AddSingleton(store).AddSingleton(new BucketLists(store, this, _server.Get<DataFolder>(), NullLogger<BucketLists>.Instance));
        JSInterop.Mode = JSRuntimeMode.Loose;
        var script = JSInterop.SetupModule("./Ui/Tables/CometTable.razor.js");
        script.Mode = JSRuntimeMode.Loose;
        script.SetupModule("mount", _ => true).Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void NoBuckets_SaysWhatOneIsAndWhereItIsMade()
    {
        var page = Render<BucketsPage>();

        Assert.Equal("No buckets yet", page.Find(".state h2").TextContent);
        Assert.Equal("/users", page.Find(".state a").GetAttribute("href"));
        Assert.StartsWith("0 buckets, 0 B in total; on their disk ", page.Find(".head .t2").TextContent);
    }

    [Fact]
    public async Task Buckets_LargestFirst_WithSizesUsersTotalAndFreeSpace()
    {
        await using var small = await StorageLab.CreatedOnAsync(_server, new NewBucket { Id = "small", AppendOnly = true });
        await using var large = await StorageLab.CreatedOnAsync(_server, new NewBucket { Id = "large" });
        await small.StoreAsync("data", StorageLab.Bytes(1024));
        await large.StoreAsync("data", StorageLab.Bytes(1024 * 1024));
        await large.StoreAsync("data", StorageLab.Bytes(512 * 1024));
        await _server.Get<BucketSizes>().MeasureAsync(large.Live, Ct);
        foreach (var name in new[] { "zoe", "mary", "a/b", "adam" })
        {
            _accounts[new AccountRef(AccountId.New(), name, "", "", false)] = [new VaultRef("v", "Vault", 1003, "large", []), new VaultRef("s3", "S3", 1000, "small", [])];
        }

        var page = Render<BucketsPage>();

        Assert.Equal(["large", "small"], page.FindAll("tbody .bucket-id").Select(static c => c.TextContent));
        var first = page.Find("tbody tr");
        Assert.Contains("1.50 MiB", first.TextContent);
        Assert.Contains("just now", first.TextContent);
        Assert.Equal(["/users/a%2Fb/vaults", "/users/adam/vaults"], page.FindAll("tbody tr")[0].QuerySelectorAll("a").Select(static a => a.GetAttribute("href")));
        Assert.Contains("and 2 more", first.TextContent);
        var second = page.FindAll("tbody tr")[1];
        Assert.Contains("nobody", second.TextContent);
        Assert.Equal(["Append-only"], second.QuerySelectorAll(".badge").Select(static b => b.TextContent));
        var facts = page.Find(".head .t2").TextContent;
        Assert.StartsWith("2 buckets, 1.50 MiB in total; on their disk ", facts);
        Assert.Matches(@" [\d.]+ [KMGT]iB free of [\d.]+ [KMGT]iB$", facts);
        Assert.Contains("Providers may show decimal TB or GB.", page.Find(".hint").TextContent);
    }

    [Fact]
    public async Task Bucket_GrowsOrLosesItsFolder_PageFollows()
    {
        await using var lab = await StorageLab.CreatedOnAsync(_server, new NewBucket { Id = "growing" });
        var page = Render<BucketsPage>();
        Assert.Contains("0 B", page.Find("tbody tr").TextContent);

        await lab.StoreAsync("data", StorageLab.Bytes(2048));
        await page.WaitForAssertionAsync(() => Assert.StartsWith("1 bucket, 2.00 KiB", page.Find(".head .t2").TextContent), TimeSpan.FromSeconds(10));
        await page.WaitForAssertionAsync(() => Assert.Contains("2.00 KiB", page.Find("tbody tr").TextContent), TimeSpan.FromSeconds(10));

        Directory.Delete(lab.Disk, recursive: true);
        _server.Get<BucketStore>().Changed.Raise();
        await page.WaitForAssertionAsync(() => Assert.Equal("Folder missing", page.Find("tbody .badge-error").TextContent), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Address_IsThePageAndNoBucket_ForPeopleWhoSignedIn()
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(_server.Address) };
        using var page = await client.GetAsync("storage/buckets", Ct);

        Assert.Contains(page.StatusCode, new[] { HttpStatusCode.Found, HttpStatusCode.SeeOther, HttpStatusCode.TemporaryRedirect });
        Assert.Contains("/sign-in", page.Headers.Location!.ToString());
    }

    ValueTask<Actor> IViewer.ActorAsync() => ValueTask.FromResult(new Actor(ActorKind.Administrator, "admin"));

    ValueTask<TablePreference?> ITablePreferences.LoadAsync(string viewer, string table, CancellationToken ct) => ValueTask.FromResult<TablePreference?>(null);

    Task ITablePreferences.SaveAsync(string viewer, string table, TablePreference preference, CancellationToken ct) => Task.CompletedTask;

    AccountRef? IAccountDirectory.Find(AccountId id) => _accounts.Keys.FirstOrDefault(a => a.Id == id);

    AccountRef? IAccountDirectory.FindByName(string username) => _accounts.Keys.FirstOrDefault(a => a.Username == username);

    string IAccountDirectory.DeviceName(AccountId account, string deviceId) => deviceId;

    bool IAccountDirectory.HasDevice(AccountId account, string deviceId) => false;

    IReadOnlyList<ItemRef> IAccountDirectory.Items(AccountId account) => [];

    IReadOnlyList<VaultRef> IAccountDirectory.Vaults(AccountId account) => _accounts.Single(a => a.Key.Id == account).Value;

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.DisposeAsync();
    }
}
