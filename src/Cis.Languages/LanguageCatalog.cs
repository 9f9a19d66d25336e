namespace Cis.Languages;

/// <summary>The languages that CLDR has letters of.</summary>
public static class LanguageCatalog
{
    /// <summary>Where the letters are from, for people.</summary>
    public static string Source => $"CLDR {CldrTable.Version}";

    /// <summary>Every language, in the order of their codes.</summary>
    public static IReadOnlyList<Language> All => field ??= ReadAll();

    /// <summary>
    /// The language of a code as people write them: CLDR's own (<c>sk</c>, <c>zh-Hant</c>), one of three letters
    /// (<c>slk</c>), with a country (<c>pt_BR</c>), or tesseract's (<c>chi_tra</c>, <c>jpn_vert</c>).
    /// </summary>
    /// <returns>Null if there is no such language.</returns>
    public static Language? Find(string code)
    {
        string[] parts = code.Split('-', '_');
        Language? language = Named(parts[0]);
        foreach (string part in parts.AsSpan(1))
        {
            if (language is not null && !IsCountry(part) && !IsDirection(part))
            {
                language = Named($"{language.Code}-{ScriptOf(part)}");
            }
        }

        return language;
    }

    private static Language? Named(string code) => All.FirstOrDefault(language => language.IsCalled(code));

    private static bool IsCountry(string part) => part.Length == 2;

    // Which way the lines run is found on the page.
    private static bool IsDirection(string part) => part.Equals("vert", StringComparison.OrdinalIgnoreCase);

    private static string ScriptOf(string part) =>
        part.ToUpperInvariant() switch
        {
            "SIM" => "Hans",
            "TRA" => "Hant",
            _ => part,
        };

    private static Language[] ReadAll()
    {
        var languages = new List<Language>();
        ReadOnlySpan<byte> lines = CldrTable.Lines;
        foreach (Range line in lines.Split((byte)'\n'))
        {
            languages.Add(Language.Parse(lines[line]));
        }

        return [.. languages];
    }
}
