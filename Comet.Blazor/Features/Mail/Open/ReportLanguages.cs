namespace Comet.Blazor.Features.Mail.Open;

/// <summary>The languages in which reports are written (spec/01 §7, spec/04 §18). Every other LanguageCode gets English.</summary>
public static class ReportLanguages
{
    /// <summary>Code of the language for everybody else.</summary>
    public const string Fallback = "en_US";

    /// <summary>The languages by their code, each with its own name.</summary>
    public static IReadOnlyList<(string Code, string Name)> All { get; } =
    [
        (Fallback, "English"), ("de_DE", "Deutsch"), ("es_ES", "Español"), ("fr_FR", "Français"), ("hr_HR", "Hrvatski"), ("it_IT", "Italiano"), ("nl_NL", "Nederlands"),
        ("pt_BR", "Português (Brasil)"),
    ];

    /// <summary>The code of <see cref="All"/> in which somebody with this LanguageCode gets reports; also for de_AT or es-419. Portuguese is that of Brazil alone.</summary>
    public static string Of(string languageCode)
    {
        var code = languageCode.Replace('-', '_');
        var found = All.FirstOrDefault(l => string.Equals(l.Code, code, StringComparison.OrdinalIgnoreCase)).Code
            ?? All.FirstOrDefault(l => l.Code != "pt_BR" && string.Equals(Base(l.Code), Base(code), StringComparison.OrdinalIgnoreCase)).Code;
        return found ?? Fallback;
    }

    /// <summary>True when somebody with this LanguageCode gets reports in English although the code asks for something else.</summary>
    public static bool FallsBack(string languageCode) => languageCode.Length > 0 && Of(languageCode) == Fallback && !string.Equals(Base(languageCode.Replace('-', '_')), "en", StringComparison.OrdinalIgnoreCase);

    private static string Base(string code) => code.Split('_')[0];
}
