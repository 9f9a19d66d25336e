namespace Cis.Documents.Pdf;

/// <summary>
/// What a font's text on a page looks like. A font whose mapping to Unicode is wrong, by a shift for example, gives
/// letters that do not follow one another as in any language: that text is not believed before it was compared with
/// what the recognizer reads.
/// </summary>
internal sealed class FontLetters(string name, FontRecord record)
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

    // How words begin in English, and mostly in the other languages.
    private const string CommonStarts =
        "ab ac ad af ag ai al am an ap ar as at au av ba be bi bl bo br bu by ca ce ch ci cl co cr cu da de di do dr du ea ec ed ef "
        + "eg ei el em en er es et eu ev ex fa fe fi fl fo fr fu ga ge gi gl go gr gu ha he hi ho hu hy id if il im in ir is it ja je "
        + "jo ju ka ke ki kl kn ko kr la le li lo lu ly ma me mi mo mu my na ne ni no nu ny ob oc od of oh ok om on op or os ou ov ow "
        + "pa pe ph pi pl po pr pu qu ra re ri ro ru sa sc se sh si sk sl sm sn so sp sq st su sw sy ta te th ti to tr tu tw un up ur "
        + "us ut va ve vi vo wa we wh wi wo wr ye yo yu za ze zu";

    private static readonly uint[] s_common = ReadPairs(CommonPairs);
    private static readonly uint[] s_starts = ReadPairs(CommonStarts);

    // Of the pairs that one of these letters is part of, 0.5 to 0.98 are in the list in English, 0.57 to 0.95 in Finnish,
    // Polish or Hungarian, and from 0.23 on in made-up words; of those of e and c exchanged 0.10 to 0.17, of h and n 0.13.
    private const string TellingLetters = "acdehilnorst";
    private const double PlausibleShareOfLetter = 0.22;

    // Of one that is part of so many pairs, such as a c that stands for e, more are in the list in any language: 0.45 and more.
    private const double ShareOfFrequentLetter = 0.18;
    private const double PlausibleShareOfFrequentLetter = 0.45;
    private const int MinPairsOfLetter = 24;

    // Of a capital and the letter after it, at the beginning of a word, 0.73 to 1 are in the list of beginnings; 0.4 to 0.6 where
    // each capital is the next one in the alphabet.
    private const double PlausibleShareOfStarts = 0.65;
    private const int MinStarts = 16;

    private readonly (int All, int Common)[] _letterPairs = new (int, int)[26];
    private (int All, int Common) _starts;
    private bool _lastIsCapital;
    private bool _lastStarts;
    private int _glyphs;
    private int _letters;
    private int _pairs;
    private int _commonPairs;
    private int _last = -1;
    private bool _lastIsDouble;

    /// <summary>The font's name, by which a verdict on it is remembered.</summary>
    internal string Name => name;

    /// <summary>What its document has shown of it so far.</summary>
    internal FontRecord Record => record;

    /// <summary>Its glyphs so far.</summary>
    internal int Glyphs => _glyphs;

    /// <summary>How wide its narrow letters are.</summary>
    internal Ligatures.Letters Widths { get; } = new();

    /// <summary>How many of its spaces have ink.</summary>
    internal int InkedSpaces { get; set; }

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
            int common = isDouble && _lastIsDouble ? 0 : (int)(s_common[_last] >> letter) & 1;
            _commonPairs += common;
            CountPair(letter, codePoint <= 'Z', common);
            _lastIsDouble = isDouble;
        }
        else
        {
            _lastIsDouble = false;
        }

        _lastIsCapital = codePoint <= 'Z';
        _lastStarts = spaceBefore || _last < 0;
        _last = isLatin ? letter : -1;
    }

    /// <summary>Has letters tried that do not follow others, or are not followed, as they are in any language.</summary>
    internal void DoubtLetters()
    {
        if (_pairs < MinStarts || IsImplausible)
        {
            return;
        }

        foreach (char letter in TellingLetters)
        {
            (int all, int common) = _letterPairs[letter - 'a'];
            bool isFrequent = all >= ShareOfFrequentLetter * _pairs;
            double plausible = isFrequent ? PlausibleShareOfFrequentLetter : PlausibleShareOfLetter;
            if (all >= MinPairsOfLetter && common < plausible * all)
            {
                record.Doubt(letter);
            }
        }

        if (_starts.All >= MinStarts && _starts.Common < PlausibleShareOfStarts * _starts.All)
        {
            for (char capital = 'A'; capital <= 'Z'; capital++)
            {
                record.Doubt(capital);
            }
        }
    }

    private void CountPair(int letter, bool isCapital, int common)
    {
        if (isCapital)
        {
            return;
        }

        if (_lastIsCapital)
        {
            int start = (int)(s_starts[_last] >> letter) & 1;
            _starts = _lastStarts ? (_starts.All + 1, _starts.Common + start) : _starts;
            return;
        }

        Count(ref _letterPairs[_last], common);
        if (letter != _last)
        {
            Count(ref _letterPairs[letter], common);
        }
    }

    private static void Count(ref (int All, int Common) pairs, int common) =>
        pairs = (pairs.All + 1, pairs.Common + common);

    private static bool IsFiller(int c) => c is '.' or '-' or '_' or 0xB7;

    private static uint[] ReadPairs(string list)
    {
        uint[] pairs = new uint[26];
        foreach (string pair in list.Split(' '))
        {
            pairs[pair[0] - 'a'] |= 1u << (pair[1] - 'a');
        }

        return pairs;
    }
}
