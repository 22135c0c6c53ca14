using System.Text;

namespace Comet.Blazor.Bench.Storage;

/// <summary>Files as people have them: many small ones, three of four of them text that compresses, some large ones that don't. The same in every run.</summary>
internal static class SampleFiles
{
    private const int LargeBytes = 256 << 20;

    /// <summary>Writes about this many bytes below the folder; answers the number of files and their bytes.</summary>
    public static (int Files, long Bytes) Make(string folder, long bytes)
    {
        var random = new Random(2);
        var words = Enumerable.Range(0, 4000).Select(_ => Word(random)).ToArray();
        var (files, written) = (0, 0L);
        for (var large = 0; large < 2 && bytes >= 4L * LargeBytes; large++)
        {
            var path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, "large")).FullName, $"archive-{large}.bin");
            using var file = File.Create(path);
            var piece = new byte[1 << 20];
            for (var i = 0; i < LargeBytes / piece.Length; i++)
            {
                random.NextBytes(piece);
                file.Write(piece);
            }

            (files, written) = (files + 1, written + LargeBytes);
        }

        while (written < bytes)
        {
            var size = (int)Math.Min(Math.Exp(8.2 + (1.7 * Gauss(random))), 8 << 20);
            var content = files % 4 != 0 ? Text(random, words, size) : Noise(random, size);
            var place = Directory.CreateDirectory(Path.Combine(folder, $"year-{files / 8000}", $"folder-{files / 200 % 40}")).FullName;
            File.WriteAllBytes(Path.Combine(place, $"document-{files}.{(files % 4 != 0 ? "txt" : "jpg")}"), content);
            (files, written) = (files + 1, written + content.Length);
        }

        return (files, written);
    }

    private static byte[] Noise(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Text(Random random, string[] words, int size)
    {
        var text = new StringBuilder(size + 16);
        while (text.Length < size)
        {
            text.Append(words[(int)(words.Length * Math.Pow(random.NextDouble(), 3))]).Append(random.Next(12) == 0 ? ".\n" : " ");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, size));
    }

    private static string Word(Random random) => string.Concat(Enumerable.Range(0, random.Next(2, 11)).Select(_ => (char)('a' + random.Next(26))));

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
