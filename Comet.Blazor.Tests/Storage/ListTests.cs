using System.Globalization;
using System.Text.Json;

namespace Comet.Blazor.Tests.Storage;

/// <summary>Lists of both versions of the protocol.</summary>
public sealed class ListTests(StorageServer shared) : IClassFixture<StorageServer>
{
    private const string Version1 = "application/vnd.x.restic.rest.v1";
    private const string Version2 = "application/vnd.x.restic.rest.v2";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Version2, true)]
    [InlineData("text/html, " + Version2 + ";q=0.9", true)]
    [InlineData(Version1, false)]
    [InlineData("*/*", false)]
    [InlineData("", false)]
    public async Task List_NamesAndWithVersion2Sizes_OfExactlyTheObjects(string accept, bool withSizes)
    {
        foreach (var ownListener in new[] { false, true })
        {
            await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: ownListener);
            Dictionary<string, long> stored = [];
            for (var i = 0; i < 40; i++)
            {
                stored[await lab.StoreAsync("data", StorageLab.Bytes(i * 100))] = i * 100;
                await lab.StoreAsync("index", StorageLab.Bytes(5));
            }

            await File.WriteAllTextAsync(Path.Combine(lab.Disk, "data", "00", "foreign.txt"), "x", Ct);
            await File.WriteAllTextAsync(Path.Combine(lab.Disk, "data", "00", ".upload-dead-1"), "x", Ct);
            await File.WriteAllTextAsync(Path.Combine(lab.Disk, "data", stored.Keys.First()), "not where a reader looks", Ct);

            lab.Client.DefaultRequestHeaders.Remove("Accept");
            lab.Client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
            using var answer = await lab.SendAsync("GET", "data/");

            Assert.Equal(withSizes ? Version2 : Version1, answer.Content.Headers.ContentType!.MediaType);
            using var list = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(Ct));
            var found = list.RootElement.EnumerateArray().ToList();
            Assert.Equal(
                stored.Keys.Order(StringComparer.Ordinal),
                found.Select(e => withSizes ? e.GetProperty("name").GetString()! : e.GetString()!).Order(StringComparer.Ordinal));
            Assert.All(found.Where(_ => withSizes), e => Assert.Equal(stored[e.GetProperty("name").GetString()!], e.GetProperty("size").GetInt64()));
        }
    }

    [Fact]
    public async Task List_RightAfterAnUploadAndADelete_IsUpToDate()
    {
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true); // restic's locks rely on it
        for (var i = 0; i < 50; i++)
        {
            var id = await lab.StoreAsync("locks", StorageLab.Bytes(100));
            Assert.Contains(id, await lab.Client.GetStringAsync("locks/", Ct));
            using var removed = await lab.SendAsync("DELETE", $"locks/{id}");
            Assert.Equal("[]", await lab.Client.GetStringAsync("locks/", Ct));
        }
    }

    [Fact]
    public async Task List_OfManyObjects_IsStreamed()
    {
        const int Count = 20_000;
        await using var lab = await StorageLab.CreatedOnAsync(shared.Server, ownListener: true);
        for (var i = 0; i < Count; i++)
        {
            File.Create(lab.FileOf("index", i.ToString("x64", CultureInfo.InvariantCulture)), 0).Dispose();
        }

        using var answer = await lab.Client.GetAsync("index/", HttpCompletionOption.ResponseHeadersRead, Ct);
        await using var body = await answer.Content.ReadAsStreamAsync(Ct);
        Assert.Null(answer.Content.Headers.ContentLength); // it could not have been counted without holding the list
        HashSet<string> names = [];
        await foreach (var entry in JsonSerializer.DeserializeAsyncEnumerable<JsonElement>(body, cancellationToken: Ct))
        {
            names.Add(entry.GetProperty("name").GetString()!);
        }

        Assert.Equal(Count, names.Count);
    }
}
