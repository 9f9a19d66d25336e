using System.Text;

namespace Cis.ModelCompiler.Vocabularies;

/// <summary>
/// What stands in Japanese documents: JIS X 0208 (kana, kanji of levels 1 and 2, full-width and other signs), the
/// half-width katakana, and the CJK punctuation Unicode has beyond them.
/// </summary>
internal static class JapaneseScript
{
    private static readonly (int First, int Last)[] Blocks =
    [
        (0x3000, 0x303F), // CJK Symbols and Punctuation
        (0x3041, 0x30FF), // Hiragana, Katakana
        (0x3200, 0x33FF), // Enclosed and squared CJK
        (0xFF01, 0xFFEF), // Half-width and Full-width Forms
    ];

    /// <summary>
    /// Kanji in modern names and texts that JIS X 0208 lacks: the variants of 高, 崎, 吉 and others in family names, and
    /// those of the list of 2010 for general use that came with JIS X 0213.
    /// </summary>
    private const string NewerKanji = "髙﨑𠮷𠮟塡剝頰彅祇濵德瀨邉凜煕琢增橫濹栁";

    private static readonly HashSet<string> Jis = DecodeJis();

    public static bool Contains(string character)
    {
        int code = Rune.GetRuneAt(character, 0).Value;
        return Array.Exists(Blocks, block => block.First <= code && code <= block.Last)
            || Jis.Contains(character)
            || NewerKanji.Contains(character, StringComparison.Ordinal);
    }

    /// <summary>
    /// Every character of JIS X 0208, out of the platform's own EUC-JP table: row r, cell c of the 94 x 94 plane are the
    /// bytes 0xA0 + r, 0xA0 + c. Empty cells decode to nothing.
    /// </summary>
    private static HashSet<string> DecodeJis()
    {
        Encoding eucJp = CodePagesEncodingProvider.Instance.GetEncoding(
            "EUC-JP",
            EncoderFallback.ReplacementFallback,
            new DecoderReplacementFallback(string.Empty)
        )!;
        var characters = new HashSet<string>(StringComparer.Ordinal);
        for (int row = 1; row <= 84; row++) // rows after 84 are vendors' own
        {
            for (int cell = 1; cell <= 94; cell++)
            {
                characters.Add(eucJp.GetString([(byte)(0xA0 + row), (byte)(0xA0 + cell)]));
            }
        }
        characters.RemoveWhere(character => character.Length == 0);
        return characters;
    }
}
