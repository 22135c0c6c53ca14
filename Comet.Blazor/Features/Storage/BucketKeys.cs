using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Comet.Blazor.Features.Storage;

/// <summary>
/// Checks the basic authentication of storage requests: bucket id and access key. A slow hash per request would cost more than the
/// request, so results are remembered for a minute under a keyed hash of what was sent; a changed key counts at once.
/// </summary>
/// <param name="store">The buckets.</param>
/// <param name="clock">The clock.</param>
public sealed class BucketKeys(BucketStore store, TimeProvider clock) : IDisposable
{
    private const int MaxRemembered = 4096;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Fingerprint, Verdict> _verdicts = new();
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(32);

    // Slow hashes use at most half of the processors, whatever strangers send.
    private readonly SemaphoreSlim _slow = new(Math.Max(1, Environment.ProcessorCount / 2));

    /// <summary>The bucket when the header opens it; null for a wrong key, an unknown bucket and a header of another kind alike.</summary>
    public async ValueTask<LiveBucket?> VerifyAsync(string bucketId, string? authorization, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(authorization) || authorization.Length > 1024)
        {
            return null;
        }

        var bucket = store.Find(bucketId);
        var hash = bucket?.Document.ReadWriteKey ?? BucketSecret.Dummy;
        var print = Print(bucketId, authorization);
        if (!TryRecall(print, hash, out var right))
        {
            await _slow.WaitAsync(ct);
            try
            {
                if (!TryRecall(print, hash, out right)) // five connections of one restic arrive together
                {
                    right = Check(bucketId, authorization, hash);
                    Remember(print, new Verdict(hash, right, clock.GetTimestamp()));
                }
            }
            finally
            {
                _slow.Release();
            }
        }

        return right ? bucket : null;
    }

    /// <inheritdoc />
    public void Dispose() => _slow.Dispose();

    private static bool Check(string bucketId, string authorization, string hash)
    {
        if (!AuthenticationHeaderValue.TryParse(authorization, out var header) || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || header.Parameter is null)
        {
            return false;
        }

        var bytes = new byte[header.Parameter.Length];
        if (!Convert.TryFromBase64String(header.Parameter, bytes, out var length))
        {
            return false;
        }

        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && BucketSecret.Verify(pair[(colon + 1)..], hash) && pair[..colon] == bucketId;
    }

    private bool TryRecall(Fingerprint print, string hash, out bool right)
    {
        right = false;
        if (!_verdicts.TryGetValue(print, out var verdict) || verdict.Hash != hash || clock.GetElapsedTime(verdict.At) > Remembered)
        {
            return false;
        }

        right = verdict.Right;
        return true;
    }

    private void Remember(Fingerprint print, Verdict verdict)
    {
        if (_verdicts.Count >= MaxRemembered)
        {
            foreach (var (old, _) in _verdicts.Where(v => clock.GetElapsedTime(v.Value.At) > Remembered || !v.Value.Right))
            {
                _verdicts.TryRemove(old, out _);
            }

            if (_verdicts.Count >= MaxRemembered)
            {
                _verdicts.Clear();
            }
        }

        _verdicts[print] = verdict;
    }

    private Fingerprint Print(string bucketId, string authorization)
    {
        Span<byte> text = stackalloc byte[Encoding.UTF8.GetMaxByteCount(64 + 1024 + 1)];
        var length = Encoding.UTF8.GetBytes(bucketId, text);
        text[length++] = 0;
        length += Encoding.UTF8.GetBytes(authorization, text[length..]);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, text[..length], mac);
        return new Fingerprint(BitConverter.ToUInt128(mac), BitConverter.ToUInt128(mac[16..]));
    }

    private readonly record struct Fingerprint(UInt128 A, UInt128 B);

    private sealed record Verdict(string Hash, bool Right, long At);
}
