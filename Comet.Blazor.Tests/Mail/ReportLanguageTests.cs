using System.Text.RegularExpressions;
using Comet.Blazor.Features.Accounts.Profiles;
using Comet.Blazor.Features.Jobs.Open;
using Comet.Blazor.Features.Mail.Open;
using Comet.Blazor.Features.Mail.Reports.Languages;
using Comet.Blazor.Wire;

namespace Comet.Blazor.Tests.Mail;

/// <summary>Reports in the recipient's language (spec/01 §7; spec/04 §18).</summary>
public sealed partial class ReportLanguageTests
{
    private static readonly ReportWords English = ReportWords.Of("en_US");

    public static TheoryData<string> Codes => [.. ReportLanguages.All.Select(static l => l.Code)];

    [Fact]
    public void Languages_ThatAreOffered_AreThoseThatAreWritten() =>
        Assert.Equal(ReportLanguages.All.Select(static l => l.Code), ReportWords.All.Select(static w => w.Code));

    [Theory]
    [MemberData(nameof(Codes))]
    public void Language_HasEveryText_WithTheSameParts(string code)
    {
        var words = ReportWords.Of(code);
        Assert.Equal(code, words.Code);
        Assert.Equal(English.Named.Keys.Order(StringComparer.Ordinal), words.Named.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, text) in words.Named)
        {
            var (english, forms) = (English.Named[name].Split('|'), text.Split('|'));
            Assert.True(english.Length == 1 ? forms.Length == 1 : forms.Length == (code == "hr_HR" ? 3 : 2), $"{code} {name}: {text}");
            Assert.All(forms, form =>
            {
                Assert.Equal(Parts(english[0]), Parts(form));
                Assert.Equal(form.Trim(), form);
                Assert.NotEmpty(form);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public void Language_IsNotLeftInEnglish(string code)
    {
        var words = ReportWords.Of(code);
        var same = words.Named.Where(t => t.Value == English.Named[t.Key] && t.Value.Any(char.IsLetter)).Select(static t => t.Key);
        Assert.True(code == "en_US" || same.All(static k => k is "Status" or "Type" or "KindOther" or "StatusError" or "KindBackup" or "Backups" or "KindImport" or "StorageVault"), string.Join(' ', same));
    }

    [Fact]
    public void EnglishNames_AreThoseOfThePages()
    {
        Assert.All(Enumerable.Range(4_990, 3_020), static code => Assert.Equal(JobStatusLook.Of(code).Text, English.Status(code)));
        Assert.All(Enumerable.Range(3_999, 20), static code => Assert.Equal(JobKindName.Of(code), English.Kind(code)));
    }

    [Theory]
    [InlineData("de_DE", "de_DE")]
    [InlineData("de_AT", "de_DE")]
    [InlineData("es-419", "es_ES")]
    [InlineData("FR", "fr_FR")]
    [InlineData("pt_br", "pt_BR")]
    [InlineData("pt_EU", "en_US")]
    [InlineData("en_UK", "en_US")]
    [InlineData("th_TH", "en_US")]
    [InlineData("", "en_US")]
    [InlineData("_", "en_US")]
    public void OtherCodes_GetTheirLanguage_OrEnglish(string code, string expected) => Assert.Equal(expected, ReportLanguages.Of(code));

    [Fact]
    public void ListOfLanguages_TellsWhichReportsAreNotWrittenIn()
    {
        Assert.All(ReportLanguages.All, static l => Assert.Contains(ProfileValues.Languages, k => k.Code == l.Code));
        var said = ProfileValues.Languages.ToDictionary(static l => l.Code, static l => ProfileValues.LanguageWords(l.Code, l.Name));
        Assert.Equal("Danish: reports in English", said["da_DK"]);
        Assert.Equal(("German", "English (United Kingdom)"), (said["de_DE"], said["en_UK"]));
    }

    [Theory]
    [InlineData(1, "1 posao")]
    [InlineData(3, "3 posla")]
    [InlineData(11, "11 poslova")]
    [InlineData(12, "12 poslova")]
    [InlineData(21, "21 posao")]
    [InlineData(1104, "1.104 posla")]
    public void Croatian_CountsInThreeForms(int jobs, string expected) => Assert.Equal(expected, ReportWords.Of("hr_HR").Jobs(jobs));

    [Fact]
    public void NoneIsSingular_InFrench() => Assert.Equal(("0 tâche", "0 jobs"), (ReportWords.Of("fr_FR").Jobs(0), English.Jobs(0)));

    [Theory]
    [InlineData("en_US", "2026-03-01 14:00:09", "1.50 KiB", "12,345")]
    [InlineData("de_DE", "01.03.2026 14:00:09", "1,50 KiB", "12.345")]
    [InlineData("fr_FR", "01/03/2026 14:00:09", "1,50 Kio", "12\u00A0345")]
    [InlineData("hr_HR", "01.03.2026. 14:00:09", "1,50 KiB", "12.345")]
    [InlineData("nl_NL", "01-03-2026 14:00:09", "1,50 KiB", "12.345")]
    [InlineData("pt_BR", "01/03/2026 14:00:09", "1,50 KiB", "12.345")]
    public void Figures_AreWrittenAsTheLanguageDoes(string code, string time, string size, string number)
    {
        var words = ReportWords.Of(code);
        Assert.Equal((time, size, number), (words.Time(new DateTimeOffset(2026, 3, 1, 14, 0, 9, TimeSpan.Zero)), words.Size(1536), words.Number(12_345)));
        Assert.Equal("0 " + (code == "fr_FR" ? "o" : "B"), words.Size(0));
    }

    [Fact]
    public async Task Report_IsWrittenInTheUsersLanguage_AsItStandsNow()
    {
        await using var rig = await ReportRig.StartAsync();
        await rig.ChangeAsync(static p => (p["LanguageCode"], p["LocalTimezone"]) = ("de_DE", "Europe/Berlin"));
        await rig.EndAsync(JobStatus.Error);
        await rig.LookAsync();
        var german = Assert.Single(await rig.LettersAsync());
        Assert.Equal("Fehler: Sicherung von item-1 auf dev-1 (mary)", german.Subject);
        Assert.All(["Speicher-Vault", "01.03.2026 13:00:00", "1,50 KiB", "Letzte Warnungen und Fehler", "Zeiten gelten für Europe/Berlin"], part => Assert.Contains(part, german.Text, StringComparison.Ordinal));
        Assert.StartsWith("<!DOCTYPE html><html lang=\"de\">", german.Html, StringComparison.Ordinal);

        await rig.ClearAsync();
        await rig.ChangeAsync(static p => p["LanguageCode"] = "th_TH");
        await rig.EndAsync(JobStatus.Error);
        await rig.LookAsync();
        Assert.Equal("Error: Backup of item-1 on dev-1 (mary)", Assert.Single(await rig.LettersAsync()).Subject);
    }

    private static IEnumerable<string> Parts(string text) => Part().Matches(text).Select(static m => m.Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{\d+\}|[{}]")]
    private static partial Regex Part();
}
