using Cis.Ocr.Inference;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Reads each line with the recognizer of its script, in a family that has one for each. A line is read first with the
/// one that has read most of the page so far, and with the other only where that reading is not of its script: few
/// lines of a page are read twice, and pages in both scripts keep both.
/// </summary>
/// <remarks>
/// Bounds from lines of the accuracy sets that both recognizers of PP-OCRv4/v3 read: docs/accuracy.md, "The fallback
/// family".
/// </remarks>
internal sealed class ScriptReader(ILineReader eastAsian, ILineReader latin) : ILineReader
{
    // Latin print is read at 0.92 and more, every second line of forms and receipts too; Japanese lines as Latin at 0.8
    // and less, but for lines with Latin words in them.
    private const float SureLatin = 0.8f;

    // Latin print has 2 and more characters for a line height of width. Of a Japanese line the Latin recognizer may read
    // just the number at its beginning, with confidence.
    private const float FewestCharacters = 1;

    // Nine of ten Japanese lines are read surer than this.
    private const float SureEastAsian = 0.8f;

    // Dirt and strokes look like a kana or two, at up to 0.96.
    private const float SureShortEastAsian = 0.97f;
    private const int ShortText = 2;

    // Of a line's characters: above it is East Asian text, whatever letters and digits are in it.
    private const float MostlyEastAsian = 0.4f;

    // Where both read letters, the Latin recognizer is more often right at the same confidence.
    private const float LatinAdvantage = 0.05f;

    // Poor Latin print is not read twice forever.
    private const int VainTries = 8;

    private float _latinLength;
    private float _eastAsianLength;
    private int _vainTries;

    /// <inheritdoc/>
    public void BeginPage()
    {
        eastAsian.BeginPage();
        latin.BeginPage();
        (_latinLength, _eastAsianLength, _vainTries) = (0, 0, 0);
    }

    /// <inheritdoc/>
    public TextLine? Read(PageImage page, Quad box, RunControl control, bool isColumn = false)
    {
        float length = box.Width / MathF.Max(1, box.Height);
        return _eastAsianLength > _latinLength
            ? ReadEastAsianFirst(page, box, length, control, isColumn)
            : ReadLatinFirst(page, box, length, control, isColumn);
    }

    private TextLine? ReadLatinFirst(PageImage page, Quad box, float length, RunControl control, bool isColumn)
    {
        TextLine? letters = latin.Read(page, box, control, isColumn);
        bool enough = HasEnoughCharacters(letters, length);
        if (letters?.Confidence >= SureLatin && enough)
        {
            _latinLength += length;
            return letters;
        }

        if (_vainTries >= VainTries && _eastAsianLength == 0 && enough)
        {
            return letters;
        }

        TextLine? characters = eastAsian.Read(page, box, control, isColumn);
        if (IsEastAsian(characters, letters, enough))
        {
            _eastAsianLength += length;
            return characters;
        }

        _vainTries++;
        return letters;
    }

    private TextLine? ReadEastAsianFirst(PageImage page, Quad box, float length, RunControl control, bool isColumn)
    {
        TextLine? characters = eastAsian.Read(page, box, control, isColumn);
        float share = ShareOfEastAsian(characters);
        if (share >= MostlyEastAsian || (share > 0 && characters!.Confidence >= SureEastAsian))
        {
            _eastAsianLength += length;
            return characters;
        }

        TextLine? letters = latin.Read(page, box, control, isColumn);
        bool areLetters =
            letters is not null
            && HasEnoughCharacters(letters, length)
            && letters.Confidence + LatinAdvantage >= (characters?.Confidence ?? 0);
        _latinLength += areLetters && letters!.Confidence >= SureLatin ? length : 0;
        return areLetters ? letters : characters;
    }

    private static bool HasEnoughCharacters(TextLine? line, float length) =>
        line is not null && line.Text.Length >= length * FewestCharacters;

    /// <summary>Whether the East Asian reading of a line that is not surely Latin is the right one.</summary>
    private static bool IsEastAsian(TextLine? characters, TextLine? letters, bool lettersAreEnough)
    {
        if (ShareOfEastAsian(characters) < MostlyEastAsian)
        {
            return false;
        }

        float sure = characters!.Text.Length <= ShortText ? SureShortEastAsian : SureEastAsian;
        bool surer = !lettersAreEnough || characters.Confidence > letters!.Confidence;
        return characters.Confidence >= sure && surer;
    }

    private static float ShareOfEastAsian(TextLine? line)
    {
        if (line is null)
        {
            return 0;
        }

        int count = 0;
        foreach (char c in line.Text)
        {
            count += IsEastAsian(c) ? 1 : 0;
        }

        return count / (float)line.Text.Length;
    }

    /// <summary>Kana, ideographs and Hangul; not the punctuation and full-width letters that Latin is taken for.</summary>
    private static bool IsEastAsian(char c) =>
        c is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uAC00' and <= '\uD7A3');
}
