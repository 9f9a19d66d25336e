namespace Cis.Documents.Pdf;

/// <summary>
/// What a font's text on a page looks like. A font whose mapping to Unicode is wrong, by a shift for example, gives
/// letters that do not follow one another as in any language: that text is not believed before it was compared with
/// what the recognizer reads.
/// </summary>
internal sealed class FontLetters(string name)
{
    // Fewer say nothing.
    private const int MinPairs = 12;
    private const int MinGlyphs = 4;

    // English, German, French, Spanish or Italian text has 0.75 to 0.9 of its pairs in the list, Finnish 0.67, Polish 0.57,
    // Hungarian 0.54; shifted or otherwise enciphered English 0.13 to 0.38. Part numbers and the like pass for enciphered,
    // which costs a look at a few of their lines, once.
    private const double PlausibleShare = 0.5;

    // Text is of letters and digits; a table's dot leaders and dashes are not.
    private const double FewestLetters = 0.5;

    // The pairs that make up 0.87 of English, and the most usual ones of the other languages.
    private const string CommonPairs =
        "aa ab ac ad ag ai al am an ap ar as at au av ay be bl bo bu ca ce ch ci ck co ct da de di do ea eb ec ed ee ei el "
        + "em en er es et eu ev ey fa fe fi fo fr ge gh gl go gr ha he hi ho hr ia ic id ie if ig ij il im in io ir is it iv "
        + "ke la ld le li ll lo ly ma me mi mo na nc nd ne ng ni no ns nt od oe of ol om on oo op or os ot ou ov ow pa pe pl "
        + "po pr qu ra rd re ri rn ro rs rt ry sa sc se sh si so ss st su ta te th ti to tr ts tt tu ty tz uc ue ug ui ul un "
        + "ur us ut va ve vi wa we wh wi wo yo";

    private static readonly uint[] s_common = ReadPairs();

    private int _glyphs;
    private int _letters;
    private int _pairs;
    private int _commonPairs;
    private int _last = -1;
    private bool _lastIsDouble;

    /// <summary>The font's name, by which a verdict on it is remembered.</summary>
    internal string Name => name;

    /// <summary>Whether its text is nothing that a person would have written.</summary>
    internal bool IsImplausible =>
        (_pairs >= MinPairs && _commonPairs < PlausibleShare * _pairs)
        || (_glyphs >= MinGlyphs && _letters < FewestLetters * _glyphs);

    /// <summary>Counts a glyph, in the order of the text.</summary>
    internal void Add(int codePoint, bool spaceBefore)
    {
        int letter = (codePoint | 0x20) - 'a';
        bool isLatin = codePoint < 0x80 && letter is >= 0 and < 26;
        _glyphs++;
        _letters += isLatin || codePoint is (>= '0' and <= '9') or >= 0xC0 || IsFiller(codePoint) ? 1 : 0;
        if (isLatin && _last >= 0 && !spaceBefore)
        {
            // No word has a letter three times in a row; a font that maps all letters to one gives nothing else.
            bool isDouble = letter == _last;
            _pairs++;
            _commonPairs += isDouble && _lastIsDouble ? 0 : (int)(s_common[_last] >> letter) & 1;
            _lastIsDouble = isDouble;
        }
        else
        {
            _lastIsDouble = false;
        }

        _last = isLatin ? letter : -1;
    }

    private static bool IsFiller(int c) => c is '.' or '-' or '_' or 0xB7;

    private static uint[] ReadPairs()
    {
        uint[] pairs = new uint[26];
        foreach (string pair in CommonPairs.Split(' '))
        {
            pairs[pair[0] - 'a'] |= 1u << (pair[1] - 'a');
        }

        return pairs;
    }
}
