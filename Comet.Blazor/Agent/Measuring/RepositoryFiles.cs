using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Comet.Blazor.Agent.Engine;
using Comet.Blazor.Agent.Vaults;

namespace Comet.Blazor.Agent.Measuring;

/// <summary>
/// Reads index and folders of a repository. restic fills its cache with both, encrypted as they are, and one process reads them from there; what the
/// cache lacks restic itself prints, one process each.
/// </summary>
internal sealed class RepositoryFiles : IDisposable
{
    private const int FewFiles = 4;
    private readonly ResticProgram _restic;
    private readonly Repository _repository;
    private readonly TimeProvider _clock;
    private readonly string _cache;
    private readonly SealedFiles _sealed;
    private bool _filled;

    private RepositoryFiles(ResticProgram restic, Repository repository, TimeProvider clock, string cache, SealedFiles opened) =>
        (_restic, _repository, _clock, _cache, _sealed) = (restic, repository, clock, cache, opened);

    /// <summary>Opens a repository.</summary>
    /// <param name="restic">The engine.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="cache">Folder of restic's cache.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="ct">Stops it.</param>
    /// <exception cref="AgentFailure">restic can't open it.</exception>
    public static async Task<RepositoryFiles> OpenAsync(ResticProgram restic, Repository repository, string cache, TimeProvider clock, CancellationToken ct)
    {
        var config = await PrintAsync(restic, repository, clock, ["cat", "config", "--no-lock"], ct);
        var key = await PrintAsync(restic, repository, clock, ["cat", "masterkey", "--no-lock"], ct);
        try
        {
            using var json = JsonDocument.Parse(config);
            return new RepositoryFiles(restic, repository, clock, Path.Combine(cache, json.RootElement.GetProperty("id").GetString()!), SealedFiles.With(key));
        }
        catch (Exception ex) when (ex is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AgentFailure("restic does not tell about the repository in a way that this version can read.", ex);
        }
    }

    /// <summary>Reads the whole index.</summary>
    /// <exception cref="AgentFailure">restic can't read it.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public async Task<BlobTable> IndexAsync(CancellationToken ct)
    {
        string[] ids = [.. (await PrintAsync(_restic, _repository, _clock, ["list", "index", "--no-lock"], ct)).Split('\n').Where(static l => l.Length == 64)];
        if (ids.Count(id => !File.Exists(Cached("index", id))) > FewFiles)
        {
            await FillAsync(["list", "blobs", "--no-lock"], ct);
        }

        var table = new BlobTable();
        foreach (var id in ids)
        {
            ct.ThrowIfCancellationRequested();
            var index = Read(Cached("index", id), id) is { } file
                ? JsonSerializer.Deserialize(_sealed.File(file), RepositoryFilesJson.Default.IndexJson)
                : JsonSerializer.Deserialize(await PrintAsync(_restic, _repository, _clock, ["cat", "index", id, "--no-lock"], ct), RepositoryFilesJson.Default.IndexJson);
            foreach (var pack in index?.Packs ?? [])
            {
                table.Add(pack);
            }
        }

        return table;
    }

    /// <summary>Reads folders; those of one pack are read together.</summary>
    /// <exception cref="AgentFailure">restic can't read one.</exception>
    /// <exception cref="InvalidDataException">One is damaged.</exception>
    public async IAsyncEnumerable<(int Blob, TreeJson Tree)> TreesAsync(BlobTable table, IReadOnlyCollection<int> trees, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var packs = trees.GroupBy(t => table.Tree(t).Pack, StringComparer.Ordinal).ToList();
        if (!_filled && packs.Count(p => !File.Exists(Cached("data", p.Key))) > FewFiles)
        {
            _filled = true; // it brings the folders of all levels
            await FillAsync(["stats", "--mode", "raw-data", "--no-lock"], ct);
        }

        foreach (var pack in packs)
        {
            using var file = Open(Cached("data", pack.Key));
            foreach (var blob in pack)
            {
                ct.ThrowIfCancellationRequested();
                var place = table.Tree(blob);
                var json = (file is null ? null : FromPack(file, place)) ?? Encoding.UTF8.GetBytes(await PrintAsync(_restic, _repository, _clock, ["cat", "blob", place.Id, "--no-lock"], ct));
                yield return (blob, JsonSerializer.Deserialize(json, RepositoryFilesJson.Default.TreeJson) ?? throw new InvalidDataException("A folder in the Storage Vault is empty."));
            }
        }
    }

    /// <inheritdoc />
    public void Dispose() => _sealed.Dispose();

    private static FileStream? Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception ex) when (ex is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>A whole file of the cache; null when it is not there or not whole.</summary>
    private static byte[]? Read(string path, string id)
    {
        using var file = Open(path);
        if (file is null)
        {
            return null;
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == id ? bytes : null;
    }

    private byte[]? FromPack(FileStream file, TreePlace place)
    {
        var bytes = new byte[place.Length];
        if (file.Length < place.Offset + place.Length)
        {
            return null;
        }

        file.Position = place.Offset;
        file.ReadExactly(bytes);
        try
        {
            var json = _sealed.Blob(bytes, place.Compressed);
            return Convert.ToHexStringLower(SHA256.HashData(json)) == place.Id ? json : null;
        }
        catch (InvalidDataException)
        {
            return null; // the cache is damaged; restic prints it from the repository
        }
    }

    private string Cached(string kind, string id) => Path.Combine(_cache, kind, id[..2], id);

    private async Task FillAsync(string[] args, CancellationToken ct)
    {
        await new ResticRun(_restic.Path, _repository.Environment, _clock).RunAsync([.. _repository.Options, .. args], "", static _ => { }, static _ => { }, ct);
        ct.ThrowIfCancellationRequested(); // what it has not brought is asked for one by one, where a failure is told
    }

    private static async Task<string> PrintAsync(ResticProgram restic, Repository repository, TimeProvider clock, string[] args, CancellationToken ct)
    {
        var output = new StringBuilder();
        List<string> errors = [];
        var end = await new ResticRun(restic.Path, repository.Environment, clock).RunAsync([.. repository.Options, .. args], "", l => output.Append(l).Append('\n'), errors.Add, ct);
        ct.ThrowIfCancellationRequested();
        return end.ExitCode == 0 ? output.ToString() : throw new AgentFailure($"The Storage Vault can't be measured: {repository.WithoutSecrets(string.Join(' ', errors.TakeLast(3)))}");
    }
}
