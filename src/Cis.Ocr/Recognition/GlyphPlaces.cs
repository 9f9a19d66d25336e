using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Where the glyphs of a line are: where its ink falls apart into as many pieces as were read. Else it is not known: the
/// recognizer saw them to half a letter only.
/// </summary>
internal sealed class GlyphPlaces
{
    // Of the line's contrast: less is between glyphs. Letters set closely are gray there, thin strokes are gray too.
    private const float LeastInk = 0.3f;
    private const float MostInk = 0.8f;
    private const float InkStep = 0.1f;

    private readonly LineCutter _cutter = new();
    private readonly List<(float From, float To)> _pieces = [];

    /// <summary>From where to where a glyph stands, as parts of the line's length.</summary>
    /// <param name="glyph">Its number among those of the line.</param>
    public (float From, float To) this[int glyph] => _pieces[glyph];

    /// <summary>Finds the places of a line's glyphs.</summary>
    /// <param name="page">The page.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="glyphs">How many were read.</param>
    /// <returns>Whether they are known.</returns>
    public bool Find(PageImage page, Quad box, int glyphs)
    {
        ReadOnlySpan<float> contrast = _cutter.ContrastOf(page, box, (int)box.Width);
        float largest = LineCutter.Largest(contrast);
        for (float ink = LeastInk; ink <= MostInk; ink += InkStep)
        {
            FindPieces(contrast, ink * largest);
            if (_pieces.Count == glyphs)
            {
                return true;
            }
        }

        return false;
    }

    private void FindPieces(ReadOnlySpan<float> contrast, float limit)
    {
        _pieces.Clear();
        int start = -1;
        for (int x = 0; x <= contrast.Length; x++)
        {
            if (x < contrast.Length && contrast[x] >= limit)
            {
                start = start < 0 ? x : start;
            }
            else if (start >= 0)
            {
                _pieces.Add((start / (float)contrast.Length, x / (float)contrast.Length));
                start = -1;
            }
        }
    }
}
