using Cis.Layout;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Adds up what of a page was found and not read. Text in a script that the model lacks is found like any other, but few
/// characters come of it, or unlikely ones: Cyrillic gives commas and spaces, surely. Told by line, decided by page.
/// </summary>
/// <remarks>Measured on pages in 24 scripts, poor print, handwriting, forms and pictures: docs/languages.md.</remarks>
internal sealed class UnreadText
{
    /// <summary>What <see cref="PageRemarks.Unreadable"/> says of a page of which no text is taken.</summary>
    internal const string UnreadableScript = "unreadable script";

    // Shorter boxes are words, numbers and specks: too little to tell by. Pictures have hardly any longer ones.
    private const float LongLine = 3;

    // Characters for each line height of width. Latin script has 1.9 to 3.2; Japanese has 1.3, each as wide as two.
    private const float FewCharacters = 1;
    private const float FewerThanLatin = 1.9f;

    private const float Unlikely = 0.72f;

    // Greek in the Japanese vocabulary: half of its letters come out, at 0.84 to 0.88.
    private const float DoubtfulWhereFew = 0.9f;

    // Pages of such scripts have 0.65 to 1, those that are read up to 0.18, and 0.27 where they stand on their head.
    private const float Page = 0.65f;

    // The evidence of three lines with forty letters, against a picture of a few strokes.
    private const int LeastLines = 3;
    private const float LeastLength = 20;

    private const int SureWordLetters = 3;
    private const float SureWord = 0.9f;

    private float _length;
    private float _rubbish;
    private float _doubtful;
    private float _dropped;
    private int _rubbishLines;
    private int _doubtfulLines;
    private int _droppedLines;

    /// <summary>Begins a page.</summary>
    public void Clear()
    {
        (_length, _rubbish, _doubtful, _dropped) = (0, 0, 0, 0);
        (_rubbishLines, _doubtfulLines, _droppedLines) = (0, 0, 0);
    }

    /// <summary>Takes a box into account.</summary>
    /// <param name="box">Where text was found.</param>
    /// <param name="line">What was read there; null for nothing.</param>
    /// <param name="isKept">Whether that is surer than noise.</param>
    public void Add(Quad box, TextLine? line, bool isKept)
    {
        float length = Length(box);
        if (length < LongLine)
        {
            return;
        }

        _length += length;
        if (!isKept)
        {
            _dropped += length;
            _droppedLines++;
        }

        if (line is null || IsRubbish(line, length))
        {
            _rubbish += length;
            _rubbishLines++;
        }

        if (line is null || IsDoubtful(line, length))
        {
            _doubtful += length;
            _doubtfulLines++;
        }
    }

    /// <summary>Takes what is not text out of the page's lines, and says what was left unread.</summary>
    public PageRemarks Judge(List<DirectedLine> lines)
    {
        if (_doubtful >= LeastLength && _doubtfulLines >= LeastLines && _doubtful > _length * Page)
        {
            lines.Clear();
            return new PageRemarks
            {
                UnreadLines = _doubtfulLines,
                UnreadShare = _doubtful / _length,
                Unreadable = UnreadableScript,
            };
        }

        bool isRubbishTold =
            _rubbish >= LeastLength && _rubbishLines >= LeastLines && _rubbish >= _length * PageRemarks.GoodPart;
        if (isRubbishTold)
        {
            lines.RemoveAll(static line => IsRubbish(line.Line, Length(line.Line.Box)) && !HasSureWord(line.Line));
        }

        return isRubbishTold ? Remark(_rubbishLines, _rubbish)
            : _droppedLines > 0 ? Remark(_droppedLines, _dropped)
            : PageRemarks.None;
    }

    private PageRemarks Remark(int lines, float length) =>
        new() { UnreadLines = lines, UnreadShare = length / _length };

    /// <summary>In line heights, whichever way the text runs.</summary>
    private static float Length(Quad box) =>
        MathF.Max(box.Width, box.Height) / MathF.Max(1, MathF.Min(box.Width, box.Height));

    private static bool IsRubbish(TextLine line, float length) =>
        length >= LongLine && (line.Confidence < Unlikely || HalfWidths(line.Text) < FewCharacters * length);

    private static bool IsDoubtful(TextLine line, float length) =>
        IsRubbish(line, length)
        || (
            line.Confidence < DoubtfulWhereFew
            && HalfWidths(line.Text) < FewerThanLatin * length
            && !IsMostlyWide(line.Text)
        );

    /// <summary>A line of dots and one word, as forms have it, is text.</summary>
    private static bool HasSureWord(TextLine line)
    {
        foreach (TextWord word in line.Words)
        {
            if (word.Confidence >= SureWord && word.Text.Count(char.IsLetterOrDigit) >= SureWordLetters)
            {
                return true;
            }
        }

        return false;
    }

    private static int HalfWidths(string text)
    {
        int sum = 0;
        foreach (char character in text)
        {
            sum +=
                character == ' ' ? 0
                : IsWide(character) ? 2
                : 1;
        }

        return sum;
    }

    private static bool IsMostlyWide(string text) => text.Count(IsWide) * 2 > text.Length;

    // East Asian punctuation, kana, ideographs, Hangul and full-width forms.
    private static bool IsWide(char character) =>
        character is (>= '\u2E80' and <= '\uD7FF') or (>= '\uF900' and <= '\uFAFF') or (>= '\uFF00' and <= '\uFF60');
}
