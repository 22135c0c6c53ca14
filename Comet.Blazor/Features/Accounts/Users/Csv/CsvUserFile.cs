using System.Text;
using Comet.Blazor.Kernel;
using CsvHelper;

namespace Comet.Blazor.Features.Accounts.Users.Csv;

/// <summary>Reads a file of users (spec/01 §10): UTF-8 with or without mark, commas or semicolons, quotes, a line of headings.</summary>
public static class CsvUserFile
{
    /// <summary>Most users in one file.</summary>
    public const int MaxUsers = 10_000;

    /// <summary>Largest file, bytes.</summary>
    public const int MaxBytes = 8 << 20;

    /// <summary>The columns, in the order of the example.</summary>
    public static readonly IReadOnlyList<string> Columns =
        ["Username", "Password", "AccountName", "Email", "Policy", "Language", "Timezone", "Organization", "StorageTemplate", "RequirePasswordChange"];

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads it. Refused as <see cref="Refusal.Invalid"/> with the line and what is wrong there, when it can't be read as a whole.</summary>
    public static Outcome<IReadOnlyList<CsvUser>> Read(byte[] file)
    {
        if (file.Length > MaxBytes)
        {
            return Outcome.Invalid($"The file has {ByteSize.Format(file.Length)}; at most {ByteSize.Format(MaxBytes)} are taken at once. Split it.");
        }

        string text;
        try
        {
            text = Strict.GetString(file).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return Outcome.Invalid("The file is not in UTF-8. Save it as “CSV UTF-8” and try again.");
        }

        try
        {
            return Read(text);
        }
        catch (CsvFormatException ex)
        {
            return Outcome.Invalid($"Line {ex.LineNumber} can't be read: a quote is not closed, or stands where none may be.");
        }
    }

    private static Outcome<IReadOnlyList<CsvUser>> Read(string text)
    {
        var options = new CsvReaderOptions { Separator = SeparatorOf(text), TrackLineNumbers = true, IncludeValuesInExceptions = false, MaxRecordSize = 64 * 1024, MalformedData = CsvMalformedDataHandling.Throw };
        using var csv = CsvReader.Create(Encoding.UTF8.GetBytes(text), options);
        csv.ReadHeader();
        var headings = csv.Headers.Select(static h => h.Trim()).ToList();
        if (Check(headings) is { Ok: false } wrong)
        {
            return wrong;
        }

        var places = Columns.Select(c => headings.FindIndex(h => string.Equals(h, c, StringComparison.OrdinalIgnoreCase))).ToArray();
        List<CsvUser> users = [];
        while (csv.Read())
        {
            if (csv.FieldCount > headings.Count)
            {
                return Outcome.Invalid($"Line {csv.LineNumber} has {csv.FieldCount} fields, and there are {headings.Count} headings. Put a field that holds the separator into quotes.");
            }

            var fields = Array.ConvertAll(places, i => i >= 0 && i < csv.FieldCount ? csv[i].ToString() : "");
            if (fields.All(static f => f.Length == 0))
            {
                continue;
            }

            if (users.Count == MaxUsers)
            {
                return Outcome.Invalid($"The file has more than {MaxUsers:N0} users. Split it.");
            }

            users.Add(Line((int)csv.LineNumber, fields));
        }

        return users.Count > 0 ? users : Outcome.Invalid("The file has headings, but no users.");
    }

    private static CsvUser Line(int number, string[] f) => new(number, f[0].Trim(), f[1])
    {
        AccountName = f[2].Trim(),
        Email = f[3].Trim(),
        Policy = f[4].Trim(),
        Language = f[5].Trim(),
        TimeZone = f[6].Trim(),
        Organization = f[7].Trim(),
        StorageTemplate = f[8].Trim(),
        RequirePasswordChange = f[9].Trim(),
    };

    // A mistyped heading must not be passed over: its column would be missing from every user.
    private static Outcome Check(List<string> headings) =>
        !headings.Contains(Columns[0], StringComparer.OrdinalIgnoreCase) ? Outcome.Invalid($"The first line must hold the headings; {Columns[0]} is not among them. Possible ones: {string.Join(", ", Columns)}.")
        : headings.Find(static h => !Columns.Contains(h, StringComparer.OrdinalIgnoreCase)) is { } unknown ? Outcome.Invalid($"There is no column “{unknown}”. Possible ones: {string.Join(", ", Columns)}.")
        : headings.GroupBy(static h => h, StringComparer.OrdinalIgnoreCase).FirstOrDefault(static g => g.Count() > 1) is { } twice ? Outcome.Invalid($"The column {twice.Key} comes twice.")
        : Outcome.Done;

    // By the headings alone: what users write into fields must not decide it.
    private static char SeparatorOf(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var first = end < 0 ? text.AsSpan() : text.AsSpan(0, end);
        return first.Count(';') > first.Count(',') ? ';' : ',';
    }
}
