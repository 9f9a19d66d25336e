using Cis.Ocr.Inference;
using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Reads a line squeezed first, and in its natural width only where that was not sure: the recogniser's work is in
/// proportion to a line's width, and type of common width reads as well or better at 0.7 of it. Small condensed type
/// does not; on a page of it the squeezed reading is given up after a few lines.
/// </summary>
/// <remarks>
/// Chosen on the even pages of the accuracy sets and measured on the odd ones: docs/accuracy.md, "Line width". The surer
/// of two readings is kept, which also gains a little.
/// </remarks>
internal sealed class SqueezingReader(TextRecognizer recognizer, OcrOptions options)
{
    private const float Natural = 1;

    private const int LinesToLearnFrom = 8;
    private const float HopelessShare = 0.5f;

    private int _squeezedLines;
    private int _unsureLines;

    /// <summary>Forgets what the last page taught.</summary>
    public void BeginPage() => (_squeezedLines, _unsureLines) = (0, 0);

    /// <summary>Reads a line.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="control">Stops the reading.</param>
    /// <returns>The line, or null where nothing was read.</returns>
    public TextLine? Read(PageImage page, Quad box, RunControl control)
    {
        if (SqueezingIsHopeless)
        {
            return recognizer.Read(page, box, Natural, control);
        }

        TextLine? squeezed = recognizer.Read(page, box, options.Squeeze, control);
        _squeezedLines++;
        if ((squeezed?.Confidence ?? 0) >= options.SureLine)
        {
            return squeezed;
        }

        _unsureLines++;
        TextLine? natural = recognizer.Read(page, box, Natural, control);
        return (natural?.Confidence ?? 0) >= (squeezed?.Confidence ?? 0) ? natural : squeezed;
    }

    private bool SqueezingIsHopeless =>
        _squeezedLines >= LinesToLearnFrom && _unsureLines > _squeezedLines * HopelessShare;
}
