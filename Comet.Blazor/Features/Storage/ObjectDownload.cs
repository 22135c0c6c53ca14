using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace Comet.Blazor.Features.Storage;

/// <summary>Copies stored bytes to a response.</summary>
internal static class ObjectDownload
{
    private const int Piece = 256 * 1024; // as large as a block of the storage listener's pool

    /// <summary>Copies <paramref name="length"/> bytes from <paramref name="from"/> on.</summary>
    /// <exception cref="EndOfStreamException">The file became shorter meanwhile.</exception>
    public static async Task CopyAsync(SafeFileHandle file, long from, long length, PipeWriter output, CancellationToken ct)
    {
        var left = length;
        while (left > 0)
        {
            var wanted = (int)Math.Min(left, Piece);
            var read = RandomAccess.Read(file, output.GetMemory(wanted).Span[..wanted], from);
            if (read == 0)
            {
                throw new EndOfStreamException("A stored object became shorter while it was read.");
            }

            output.Advance(read);
            from += read;
            left -= read;
            if ((await output.FlushAsync(ct)).IsCompleted)
            {
                return; // the caller has left
            }
        }
    }
}
