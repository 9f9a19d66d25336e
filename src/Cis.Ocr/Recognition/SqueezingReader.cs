using Cis.Ocr.Inference;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Reads a line squeezed first, and in its natural width only where that was not sure: the recognizer's work is in
/// proportion to a line's width, and type of common width reads as well or better at 0.7 of it. Small condensed type
/// does not; on a page of it the squeezed reading is given up after a few lines.
/// </summary>
/// <remarks>
/// Chosen on the even pages of the accuracy sets and measured on the odd ones: docs/accuracy.md, "Line width". The surer
/// of two readings is kept, which also gains a little.
/// </remarks>
internal sealed class SqueezingReader(TextRecognizer recognizer, OcrOptions options) : ILineReader
{
    private const float Natural = 1;

    private const int LinesToLearnFrom = 8;
    private const float HopelessShare = 0.5f;

    private int _squeezedLines;
    private int _unsureLines;

    /// <inheritdoc/>
    public void BeginPage() => (_squeezedLines, _unsureLines) = (0, 0);

    /// <inheritdoc/>
    public TextLine? Read(PageImage page, Quad box, RunControl control, bool isColumn = false)
    {
        if (SqueezingIsHopeless)
        {
            return recognizer.Read(page, box, Natural, control, isColumn);
        }

        TextLine? squeezed = recognizer.Read(page, box, options.Squeeze, control, isColumn);
        _squeezedLines++;
        if ((squeezed?.Confidence ?? 0) >= options.SureLine)
        {
            return squeezed;
        }

        _unsureLines++;
        TextLine? natural = recognizer.Read(page, box, Natural, control, isColumn);
        return (natural?.Confidence ?? 0) >= (squeezed?.Confidence ?? 0) ? natural : squeezed;
    }

    private bool SqueezingIsHopeless =>
        _squeezedLines >= LinesToLearnFrom && _unsureLines > _squeezedLines * HopelessShare;
}
