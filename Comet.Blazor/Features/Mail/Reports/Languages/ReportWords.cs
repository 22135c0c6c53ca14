using System.Globalization;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Kernel;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Features.Mail.Reports.Languages;

/// <summary>How a language writes dates and numbers. Written down here, so that a report looks the same whatever this computer's libraries know of the language.</summary>
/// <param name="Date">Pattern of a date.</param>
/// <param name="Day">Pattern of a day within a year.</param>
/// <param name="Point">What parts the decimals.</param>
/// <param name="Thousands">What parts the thousands.</param>
/// <param name="Byte">The sign of a byte.</param>
internal sealed record ReportFigures(string Date, string Day, string Point, string Thousands, string Byte = "B");

/// <summary>
/// One language of reports: its texts, and how it writes numbers, times and sizes. All languages stand in this folder, one class each; a new one is added
/// there, in <see cref="All"/> and in <see cref="ReportLanguages"/>.
/// </summary>
public sealed class ReportWords
{
    private readonly ReportFigures _figures;
    private readonly Func<long, int> _form;
    private readonly NumberFormatInfo _numbers;

    internal ReportWords(string code, string html, ReportFigures figures, Func<long, int> form, Dictionary<ReportText, string> texts)
    {
        (Code, Html, Texts, _figures, _form) = (code, html, texts, figures, form);
        _numbers = (NumberFormatInfo)CultureInfo.InvariantCulture.NumberFormat.Clone();
        (_numbers.NumberDecimalSeparator, _numbers.NumberGroupSeparator) = (figures.Point, figures.Thousands);
    }

    /// <summary>All languages.</summary>
    public static IReadOnlyList<ReportWords> All { get; } =
    [
        EnglishWords.Words, GermanWords.Words, SpanishWords.Words, FrenchWords.Words, CroatianWords.Words, ItalianWords.Words, DutchWords.Words, PortugueseWords.Words,
    ];

    /// <summary>The LanguageCode, as in <see cref="ReportLanguages"/>.</summary>
    public string Code { get; }

    /// <summary>The same for the attribute lang of HTML.</summary>
    public string Html { get; }

    /// <summary>All texts by their names. Parts that are put in stand in braces, forms for numbers are parted by a bar.</summary>
    public IReadOnlyDictionary<string, string> Named => Texts.ToDictionary(static t => t.Key.ToString(), static t => t.Value);

    internal IReadOnlyDictionary<ReportText, string> Texts { get; }

    /// <summary>The language in which somebody with this LanguageCode gets reports.</summary>
    public static ReportWords Of(string languageCode) => ReportLanguages.Of(languageCode) is var code && All.FirstOrDefault(w => w.Code == code) is { } found ? found : EnglishWords.Words;

    /// <summary>A whole number, with its thousands parted.</summary>
    public string Number(long number) => number.ToString("N0", _numbers);

    /// <summary>Bytes in binary units.</summary>
    public string Size(long bytes) => ByteSize.Format(bytes).Replace(".", _figures.Point, StringComparison.Ordinal).Replace("B", _figures.Byte, StringComparison.Ordinal);

    /// <summary>A date.</summary>
    public string Date(DateTimeOffset local) => local.ToString(_figures.Date, CultureInfo.InvariantCulture);

    /// <summary>A day within a year.</summary>
    public string Day(DateTimeOffset local) => local.ToString(_figures.Day, CultureInfo.InvariantCulture);

    /// <summary>A date with its time, to the second.</summary>
    public string Time(DateTimeOffset local) => local.ToString(_figures.Date + " HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The name of a job's status, as <see cref="Jobs.Open.JobStatusLook"/> has it in English.</summary>
    public string Status(int status) => status switch
    {
        JobStatus.Success => Say(ReportText.StatusSuccess),
        >= 5000 and < 6000 => Numbered(ReportText.StatusSuccess, status),
        JobStatus.Retrying => Say(ReportText.StatusRetrying),
        JobStatus.NotYetStarted => Say(ReportText.StatusStarting),
        6000 or JobStatus.Running or JobStatus.Revived => Say(ReportText.StatusRunning),
        >= 6000 and < 7000 => Numbered(ReportText.StatusRunning, status),
        JobStatus.Timeout => Say(ReportText.StatusTimeout),
        JobStatus.Warning => Say(ReportText.StatusWarning),
        JobStatus.Error => Say(ReportText.StatusError),
        JobStatus.QuotaExceeded => Say(ReportText.StatusQuotaExceeded),
        JobStatus.Missed => Say(ReportText.StatusMissed),
        JobStatus.Cancelled => Say(ReportText.StatusCancelled),
        JobStatus.Skipped => Say(ReportText.StatusSkipped),
        JobStatus.Abandoned => Say(ReportText.StatusAbandoned),
        >= 7000 and < 8000 => Numbered(ReportText.StatusUnsuccessful, status),
        _ => Numbered(ReportText.StatusUnknown, status),
    };

    /// <summary>The name of a job's classification, as <see cref="Jobs.Open.JobKindName"/> has it in English.</summary>
    public string Kind(int classification) => classification switch
    {
        4000 => Say(ReportText.KindUnknown),
        JobKind.Backup => Say(ReportText.KindBackup),
        JobKind.Restore => Say(ReportText.KindRestore),
        JobKind.Retention => Say(ReportText.KindRetention),
        4004 => Say(ReportText.KindUnlock),
        4005 => Say(ReportText.KindDeleteSnapshot),
        4006 => Say(ReportText.KindMeasureVault),
        4007 => Say(ReportText.KindSoftwareUpdate),
        4008 => Say(ReportText.KindImport),
        4009 => Say(ReportText.KindReindex),
        4010 => Say(ReportText.KindDeepVerify),
        4011 => Say(ReportText.KindUninstall),
        _ => Say(ReportText.KindOther, classification.ToString(CultureInfo.InvariantCulture)),
    };

    /// <summary>The name of a kind of report.</summary>
    public string Type(ReportType type) => Say(type switch
    {
        ReportType.Immediate => ReportText.TypeImmediate,
        ReportType.Summary => ReportText.TypeSummary,
        ReportType.ByStatus => ReportText.TypeByStatus,
        _ => ReportText.TypeRecentActivity,
    });

    /// <summary>"1 job", "3 jobs".</summary>
    public string Jobs(long count) => Count(ReportText.Jobs, count);

    /// <summary>A text.</summary>
    internal string Say(ReportText text, params object[] parts) => parts.Length == 0 ? Texts[text] : string.Format(CultureInfo.InvariantCulture, Texts[text], parts);

    /// <summary>A text about a number of things, which is its first part: "1 job", "3 jobs".</summary>
    internal string Count(ReportText text, long count, params object[] parts) => string.Format(CultureInfo.InvariantCulture, Texts[text].Split('|')[_form(count)], [Number(count), .. parts]);

    private string Numbered(ReportText text, int code) => string.Create(CultureInfo.InvariantCulture, $"{Say(text)} {code}");
}

/// <summary>Which of a text's forms goes with a number.</summary>
internal static class Plurals
{
    /// <summary>One, or any other number.</summary>
    public static int OneOrMany(long count) => count == 1 ? 0 : 1;

    /// <summary>Up to one, or more: French, and the Portuguese of Brazil.</summary>
    public static int UpToOneOrMany(long count) => count <= 1 ? 0 : 1;

    /// <summary>1, 21 …; 2 to 4, 22 to 24 …; all others.</summary>
    public static int Croatian(long count) => (count % 10, count % 100) switch
    {
        (1, not 11) => 0,
        ( >= 2 and <= 4, not (>= 12 and <= 14)) => 1,
        _ => 2,
    };
}
