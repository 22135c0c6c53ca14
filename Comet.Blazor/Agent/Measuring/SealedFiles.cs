using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ZstdSharp;

namespace Comet.Blazor.Agent.Measuring;

/// <summary>
/// Opens what a restic repository has encrypted: AES-256 in counter mode with 16 bytes of nonce in front and 16 bytes of Poly1305 behind. The
/// latter are not checked here: whoever calls compares the content with its id, which is its SHA-256.
/// </summary>
internal sealed class SealedFiles : IDisposable
{
    /// <summary>Bytes that encryption adds.</summary>
    public const int Overhead = 32;

    private const int NonceBytes = 16;
    private const byte Compressed = 2;
    private const int Block = 16;
    private readonly Aes _aes = Aes.Create();
    private readonly Decompressor _decompressor = new();

    private SealedFiles(byte[] key) => _aes.Key = key;

    /// <summary>With the key that <c>restic cat masterkey</c> prints.</summary>
    /// <exception cref="JsonException">It is no such key.</exception>
    public static SealedFiles With(string masterKey) =>
        new(JsonSerializer.Deserialize(masterKey, RepositoryFilesJson.Default.MasterKeyJson)?.Encrypt ?? throw new JsonException("The repository's key is missing."));

    /// <summary>The content of a blob.</summary>
    /// <param name="blob">As it stands in its pack.</param>
    /// <param name="compressed">True when it was compressed.</param>
    /// <exception cref="InvalidDataException">It is no blob.</exception>
    public byte[] Blob(ReadOnlySpan<byte> blob, bool compressed)
    {
        var plain = Decrypt(blob);
        return compressed ? Unwrap(plain) : plain;
    }

    /// <summary>The content of an index file: compressed behind a byte that says so, in repositories of version 2.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    public byte[] File(ReadOnlySpan<byte> file)
    {
        var plain = Decrypt(file);
        return plain.Length == 0 || plain[0] is (byte)'{' or (byte)'[' ? plain
            : plain[0] == Compressed ? Unwrap(plain.AsSpan(1))
            : throw new InvalidDataException("The file is stored in a way that this version does not know.");
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _decompressor.Dispose();
        _aes.Dispose();
    }

    private byte[] Unwrap(ReadOnlySpan<byte> data)
    {
        try
        {
            return _decompressor.Unwrap(data).ToArray();
        }
        catch (ZstdException ex)
        {
            throw new InvalidDataException("Compressed data can't be read.", ex);
        }
    }

    private byte[] Decrypt(ReadOnlySpan<byte> data)
    {
        if (data.Length < Overhead)
        {
            throw new InvalidDataException("Encrypted data is cut off.");
        }

        var plain = data[NonceBytes..^(Overhead - NonceBytes)].ToArray();
        var blocks = (plain.Length + Block - 1) / Block;
        var stream = new byte[blocks * Block];
        var counter = BinaryPrimitives.ReadUInt128BigEndian(data);
        for (var i = 0; i < blocks; i++, counter++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(stream.AsSpan(i * Block), counter);
        }

        _aes.EncryptEcb(stream, stream, PaddingMode.None);
        for (var i = 0; i < plain.Length; i++)
        {
            plain[i] ^= stream[i];
        }

        return plain;
    }
}

/// <summary>What <c>restic cat masterkey</c> prints.</summary>
internal sealed record MasterKeyJson
{
    [JsonPropertyName("encrypt")]
    public byte[]? Encrypt { get; init; }
}

/// <summary>An index file of a repository.</summary>
internal sealed record IndexJson
{
    [JsonPropertyName("packs")]
    public PackJson[]? Packs { get; init; }
}

/// <summary>A pack in an index.</summary>
internal sealed record PackJson
{
    [JsonPropertyName("id")]
    public string Id { get; init; } = "";

    [JsonPropertyName("blobs")]
    public BlobJson[]? Blobs { get; init; }
}

/// <summary>A blob in a pack.</summary>
internal sealed record BlobJson
{
    [JsonPropertyName("id")]
    public string Id { get; init; } = "";

    [JsonPropertyName("type")]
    public string Type { get; init; } = "";

    [JsonPropertyName("offset")]
    public long Offset { get; init; }

    [JsonPropertyName("length")]
    public long Length { get; init; }

    [JsonPropertyName("uncompressed_length")]
    public long UncompressedLength { get; init; }
}

/// <summary>A folder of a snapshot.</summary>
internal sealed record TreeJson
{
    [JsonPropertyName("nodes")]
    public NodeJson[]? Nodes { get; init; }
}

/// <summary>Something in a folder of a snapshot.</summary>
internal sealed record NodeJson
{
    [JsonPropertyName("type")]
    public string Type { get; init; } = "";

    [JsonPropertyName("size")]
    public long Size { get; init; }

    [JsonPropertyName("content")]
    public string[]? Content { get; init; }

    [JsonPropertyName("subtree")]
    public string? Subtree { get; init; }
}

/// <summary>The JSON shapes within a repository.</summary>
[JsonSerializable(typeof(MasterKeyJson))]
[JsonSerializable(typeof(IndexJson))]
[JsonSerializable(typeof(TreeJson))]
internal sealed partial class RepositoryFilesJson : JsonSerializerContext;
