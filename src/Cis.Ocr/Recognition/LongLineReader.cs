using Cis.Ocr.Inference;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Reads lines that are too long for the recognizer, as those of a banner or a panorama: cut at word gaps, read part by
/// part, and joined to one line again. Common lines go through as they are.
/// </summary>
internal sealed class LongLineReader(ILineReader reader) : ILineReader
{
    // In box heights. Squeezed to 0.7 that is the 6,400 columns that a recognizer takes; A4 at 8 points has 60.
    private const float Longest = 100;
    private const float Part = 50;

    // In box heights, of which 0.7 is an em: what parts words, and what parts ideographs that look like words.
    private const float WordGap = 0.13f;
    private const float SpacelessGap = 0.4f;

    private readonly LineCutter _cutter = new();

    /// <inheritdoc/>
    public void BeginPage() => reader.BeginPage();

    /// <inheritdoc/>
    public TextLine? Read(PageImage page, Quad box, RunControl control, bool isColumn = false)
    {
        if (box.Width <= Longest * box.Height)
        {
            return reader.Read(page, box, control, isColumn);
        }

        var words = new List<TextWord>();
        float from = 0;
        float gap = 0;
        foreach (LineCut cut in _cutter.Cut(page, box, Part))
        {
            Append(words, reader.Read(page, LineCutter.Slice(box, from, cut.At), control, isColumn), gap / box.Height);
            (from, gap) = (cut.At, cut.Gap);
        }

        Append(words, reader.Read(page, LineCutter.Slice(box, from, 1), control, isColumn), gap / box.Height);
        return words.Count == 0 ? null : LineOf(words, box);
    }

    private static void Append(List<TextWord> words, TextLine? part, float gap)
    {
        if (part is null)
        {
            return;
        }

        int first = 0;
        if (words.Count > 0 && !IsGapBetween(words[^1].Text, part.Words[0].Text, gap))
        {
            words[^1] = Join(words[^1], part.Words[0]);
            first = 1;
        }

        for (int i = first; i < part.Words.Count; i++)
        {
            words.Add(part.Words[i]);
        }
    }

    private static bool IsGapBetween(string before, string after, float gap) =>
        gap >= (IsSpaceless(before[^1]) && IsSpaceless(after[0]) ? SpacelessGap : WordGap);

    /// <summary>CJK radicals and all behind them in the plane: kana, ideographs, full-width forms.</summary>
    private static bool IsSpaceless(char c) => DecodedText.IsWide(c);

    private static TextWord Join(TextWord a, TextWord b) =>
        new(
            a.Text + b.Text,
            (a.Confidence * a.Text.Length + b.Confidence * b.Text.Length) / (a.Text.Length + b.Text.Length),
            new Quad(a.Box.TopLeft, b.Box.TopRight, b.Box.BottomRight, a.Box.BottomLeft)
        );

    private static TextLine LineOf(List<TextWord> words, Quad box)
    {
        float confidence = 0;
        int characters = 0;
        foreach (TextWord word in words)
        {
            confidence += word.Confidence * word.Text.Length;
            characters += word.Text.Length;
        }

        return new TextLine(string.Join(' ', words.Select(w => w.Text)), confidence / characters, box, words);
    }
}
