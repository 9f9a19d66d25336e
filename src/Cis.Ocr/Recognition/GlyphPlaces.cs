using Cis.Pages;

namespace Cis.Ocr.Recognition;

/// <summary>
/// Where the glyphs of a line are: exactly where its ink falls apart into as many pieces as were read; else about where
/// the recogniser saw them, which is right to half a letter.
/// </summary>
internal sealed class GlyphPlaces
{
    // Of the line's contrast: less is between glyphs. Letters set closely are grey there, thin strokes are grey too.
    private const float LeastInk = 0.3f;
    private const float MostInk = 0.8f;
    private const float InkStep = 0.1f;

    // In box heights, to either side of where a glyph was seen: half a narrow letter.
    private const float HalfWidth = 0.12f;

    private readonly LineCutter _cutter = new();
    private readonly List<(float From, float To)> _pieces = [];
    private float _steps;
    private float _half;
    private bool _areExact;

    /// <summary>Finds the places of a line's glyphs.</summary>
    /// <param name="page">The page.</param>
    /// <param name="box">The line, its corners in reading direction.</param>
    /// <param name="glyphs">How many were read.</param>
    /// <param name="steps">The time steps that the line covers.</param>
    public void Find(PageImage page, Quad box, int glyphs, float steps)
    {
        _steps = steps;
        _half = HalfWidth * box.Height / MathF.Max(1, box.Width);
        ReadOnlySpan<float> contrast = _cutter.ContrastOf(page, box, (int)box.Width);
        float largest = LineCutter.Largest(contrast);
        _areExact = false;
        for (float ink = LeastInk; ink <= MostInk && !_areExact; ink += InkStep)
        {
            FindPieces(contrast, ink * largest);
            _areExact = _pieces.Count == glyphs;
        }
    }

    /// <summary>From where to where a glyph stands, as parts of the line's length.</summary>
    /// <param name="character">As decoded.</param>
    /// <param name="before">How many glyphs stand before it.</param>
    public (float From, float To) Of(DecodedCharacter character, int before)
    {
        if (_areExact)
        {
            return _pieces[before];
        }

        float middle = (character.FirstStep + character.LastStep + 1) / 2f / _steps;
        return (middle - _half, middle + _half);
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
