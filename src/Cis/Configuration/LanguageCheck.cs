using Cis.Languages;
using Cis.Ocr.Models;

namespace Cis.Configuration;

/// <summary>Understands the codes of <c>--lang</c>, and refuses what the packed models do not read before anything is read.</summary>
internal static class LanguageCheck
{
    private const string All = "all";

    // A language in another script lacks hundreds of letters.
    private const int LettersShown = 40;

    /// <summary>The languages by the codes that models know them by.</summary>
    /// <exception cref="SettingException">There is no such language, or the models do not read it.</exception>
    internal static IReadOnlyList<string> Check(FamilyLanguages family, IReadOnlyList<string> codes) =>
        [.. codes.Select(code => Check(family, code)).Distinct(StringComparer.Ordinal)];

    private static string Check(FamilyLanguages family, string code)
    {
        if (code.Equals(All, StringComparison.OrdinalIgnoreCase))
        {
            return All;
        }

        Language language =
            LanguageCatalog.Find(code)
            ?? throw new SettingException(
                $"there is no language {code} (lang); cis ocr --list-langs lists those that are read"
            );
        return family.Reads(language)
            ? language.Code
            : throw new SettingException(
                $"{family.Family} does not read {language.Name} ({code}, lang): it lacks "
                    + $"{Shown(family.VerdictOn(language).Missing)}; {Readable(family)}"
            );
    }

    /// <summary>The first of some letters, and how many more there are.</summary>
    internal static string Shown(IReadOnlyList<string> letters) =>
        string.Join(' ', letters.Take(LettersShown))
        + (letters.Count > LettersShown ? $" and {letters.Count - LettersShown} more letters" : "");

    private static string Readable(FamilyLanguages family) =>
        $"it reads {string.Join(", ", family.Readable)}, or all together (all); names: cis ocr --list-langs";
}
