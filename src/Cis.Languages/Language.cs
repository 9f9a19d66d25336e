using System.Text;

namespace Cis.Languages;

/// <summary>A language and the letters that it is written with, by CLDR.</summary>
public sealed class Language
{
    private readonly string _letters;
    private readonly string _otherLetters;

    private Language(string code, string[] aliases, string name, string letters, string otherLetters)
    {
        Code = code;
        Aliases = aliases;
        Name = name;
        _letters = letters;
        _otherLetters = otherLetters;
    }

    /// <summary>CLDR's code: <c>sk</c>, <c>zh-Hant</c>.</summary>
    public string Code { get; }

    /// <summary>Its other codes, such as <c>slk</c> and <c>slo</c>.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>Its English name.</summary>
    public string Name { get; }

    /// <summary>Its letters and marks, large and small.</summary>
    public IReadOnlySet<string> Letters => field ??= Expand(_letters);

    /// <summary>Letters with marks that it has in words and names of other languages; of Latin script only.</summary>
    public IReadOnlySet<string> OtherLetters => field ??= Expand(_otherLetters);

    /// <summary>Whether a code, in large or small letters, is one of its own.</summary>
    public bool IsCalled(string code) =>
        Code.Equals(code, StringComparison.OrdinalIgnoreCase)
        || Aliases.Contains(code, StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a line of the table.</summary>
    internal static Language Parse(ReadOnlySpan<byte> line)
    {
        string[] fields = Encoding.UTF8.GetString(line).Split('\t');
        return new Language(
            fields[0],
            fields[1].Split(',', StringSplitOptions.RemoveEmptyEntries),
            fields[2],
            fields[3],
            fields[4]
        );
    }

    private static HashSet<string> Expand(string runs)
    {
        var letters = new HashSet<string>(StringComparer.Ordinal);
        Rune[] runes = [.. runs.EnumerateRunes()];
        for (int i = 0; i < runes.Length; i++)
        {
            bool isRun = i + 2 < runes.Length && runes[i + 1].Value == '-';
            int last = isRun ? runes[i + 2].Value : runes[i].Value;
            for (int code = runes[i].Value; code <= last; code++)
            {
                AddBothCases(letters, new Rune(code));
            }

            i += isRun ? 2 : 0;
        }

        return letters;
    }

    private static void AddBothCases(HashSet<string> letters, Rune letter)
    {
        letters.Add(letter.ToString());
        letters.Add(Rune.ToUpperInvariant(letter).ToString());
        if (letter.Value == 'ı')
        {
            // Where there is a dotless i, the large i has a dot: the one letter whose case depends on the language.
            letters.Add("İ");
        }
    }
}
