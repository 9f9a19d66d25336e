using Cis.Ocr.Inference;
using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Reads each line with a recognizer of a sixth of the work first, and lets the large one read again only the words that
/// are in doubt, cut out with some of the line on both sides. Where most of a line is in doubt, or a page is not for the
/// small one (<see cref="FirstTrust"/>), the large one reads alone.
/// </summary>
/// <remarks>Chosen on the even pages of the accuracy sets, measured on the odd ones: docs/accuracy.md, "The first reader".</remarks>
internal sealed class FirstReader(
    TextRecognizer first,
    TextRecognizer recognizer,
    SharedClasses classes,
    Vocabulary vocabulary,
    ILineReader alone
) : ILineReader
{
    // Columns. What is narrower is a letter or two: it costs little, and has no neighbors to tell a guess by.
    private const float NarrowestLine = 64;

    // Time steps of the line on both sides of a span: with half of it forms lose 0.15 of word F1.
    private const float Margin = 8;

    private const int FewestWords = 3;
    private const float MostInDoubt = 0.6f;

    private readonly DoubtedSpans _doubted = new(vocabulary, new WordDoubt(vocabulary));
    private readonly FirstTrust _trust = new();
    private readonly List<DecodedCharacter> _characters = [];
    private readonly List<DecodedCharacter> _again = [];
    private readonly HashSet<TextLine> _own = new(ReferenceEqualityComparer.Instance);

    /// <inheritdoc/>
    public void BeginPage()
    {
        alone.BeginPage();
        _trust.BeginPage();
        _own.Clear();
    }

    /// <inheritdoc/>
    public TextLine? Read(PageImage page, Quad box, RunControl control, bool isColumn = false)
    {
        float width = TextRecognizer.NaturalWidth(box);
        if (isColumn || width < NarrowestLine || !_trust.IsGiven)
        {
            return ReadAlone(page, box, control, isColumn);
        }

        float steps = first.ReadCharacters(page, box, _characters, control);
        classes.Translate(_characters);
        _doubted.Find(_characters, Margin, _trust.SureCharacter);
        _trust.AddLine(width, _doubted.Words, _doubted.Doubted);
        if (IsMostlyInDoubt)
        {
            _trust.AddWhole(width);
            return ReadAlone(page, box, control, isColumn);
        }

        ReadSpansAgain(page, box, steps, control);
        return Build(page, box, steps);
    }

    /// <summary>
    /// The lines in which the first reader had a part, once, where the page has turned out to be in a language that it
    /// cannot write: they are to be read again. Else null.
    /// </summary>
    public IReadOnlySet<TextLine>? TakeBack()
    {
        if (!_trust.IsForeign || _own.Count == 0)
        {
            return null;
        }

        var lines = new HashSet<TextLine>(_own, ReferenceEqualityComparer.Instance);
        _own.Clear();
        return lines;
    }

    private bool IsMostlyInDoubt =>
        _doubted.Words == 0
        || (_doubted.Doubted > 0 && _doubted.Words < FewestWords)
        || _doubted.Doubted > _doubted.Words * MostInDoubt;

    private TextLine? ReadAlone(PageImage page, Quad box, RunControl control, bool isColumn)
    {
        TextLine? line = alone.Read(page, box, control, isColumn);
        if (_trust.IsGiven && line is not null)
        {
            foreach (TextWord word in line.Words)
            {
                _trust.AddLetters(classes, word.Text, word.Confidence);
            }
        }

        return line;
    }

    /// <summary>From the last to the first, so that what is replaced does not move what is still to be.</summary>
    private void ReadSpansAgain(PageImage page, Quad box, float steps, RunControl control)
    {
        for (int i = _doubted.Spans.Count - 1; i >= 0; i--)
        {
            DoubtedSpan span = _doubted.Spans[i];
            float from = MathF.Max(0, MathF.Floor(span.FirstStep - Margin));
            float to = MathF.Min(steps, MathF.Ceiling(span.EndStep + Margin));
            Quad part = LineCutter.Slice(box, from / steps, to / steps);
            _trust.AddSpan(recognizer.ReadCharacters(page, part, _again, control) * TextRecognizer.ColumnsPerStep);
            SpanReplacement.Replace(vocabulary, _characters, span, _again, (int)from);
        }
    }

    private TextLine? Build(PageImage page, Quad box, float steps)
    {
        foreach (DecodedCharacter character in _characters)
        {
            _trust.AddLetters(classes, vocabulary[character.Class], character.Probability);
        }

        TextLine? line = recognizer.Build(page, box, _characters, steps);
        if (line is not null)
        {
            _own.Add(line);
        }

        return line;
    }
}
