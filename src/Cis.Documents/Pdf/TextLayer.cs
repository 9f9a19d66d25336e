using System.Buffers;
using Cis.Pages;

namespace Cis.Documents.Pdf;

/// <summary>The characters of a page's own text, in the page's own order, and what can be said of their worth.</summary>
internal sealed unsafe class TextLayer : IDisposable
{
    // A page of running text has 4,000 characters, a dense listing 20,000; this bounds what a hostile one costs.
    private const int MaxCharacters = 1_000_000;

    // PDFium's stand-in for a hyphen at the end of a line.
    private const int LineEndHyphen = 0x02;

    private readonly PdfiumNative _pdfium;
    private readonly PageGeometry _geometry;
    private readonly PageSurvey _survey;
    private TextGlyph[] _glyphs = [];
    private int[] _order = [];
    private int _count;
    private nint _object;
    private bool _objectIsShown;
    private TextDirection _objectDirection;

    private TextLayer(PdfiumNative pdfium, PageGeometry geometry, PageSurvey survey) =>
        (_pdfium, _geometry, _survey) = (pdfium, geometry, survey);

    /// <summary>The characters that have a glyph on the page, invisible ones too.</summary>
    internal ReadOnlySpan<TextGlyph> Glyphs => _glyphs.AsSpan(0, _count);

    /// <summary>Of these, how many a reader of the page can see.</summary>
    internal int Shown { get; private set; }

    /// <summary>Characters whose font does not say what they mean.</summary>
    internal int Unmapped { get; private set; }

    /// <summary>Reads the characters of a page.</summary>
    internal static TextLayer Read(
        PdfiumNative pdfium,
        PdfPageHandle page,
        PageGeometry geometry,
        PageSurvey survey,
        CancellationToken token
    )
    {
        using var text = new PdfTextPageHandle(pdfium, pdfium.LoadTextPage(page.Pointer));
        var layer = new TextLayer(pdfium, geometry, survey);
        if (!text.IsInvalid)
        {
            layer.ReadCharacters(text.Pointer, token);
            layer.RestoreOrder();
        }

        return layer;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_glyphs.Length > 0)
        {
            ArrayPool<TextGlyph>.Shared.Return(_glyphs);
            ArrayPool<int>.Shared.Return(_order);
        }

        (_glyphs, _order, _count) = ([], [], 0);
    }

    private void ReadCharacters(nint text, CancellationToken token)
    {
        int count = Math.Clamp(_pdfium.CountCharacters(text), 0, MaxCharacters);
        _glyphs = ArrayPool<TextGlyph>.Shared.Rent(Math.Max(1, count));
        _order = ArrayPool<int>.Shared.Rent(_glyphs.Length);
        bool space = false;
        for (int i = 0; i < count; i++)
        {
            if (i % 4096 == 0)
            {
                token.ThrowIfCancellationRequested();
            }

            int c = (int)_pdfium.GetUnicode(text, i);
            if (Script.IsSpace(c) || Script.IsLineBreak(c))
            {
                space = true;
            }
            else if (!Script.IsInvisible(c))
            {
                ReadGlyph(text, i, c, space);
                space = false;
            }
        }
    }

    /// <summary>
    /// PDFium puts lines in order as if page and text were upright: on a turned page they would come last line first,
    /// and vertical lines from left to right. There the order in which the page draws is taken.
    /// </summary>
    private void RestoreOrder()
    {
        if (_geometry.QuarterTurns == 0 && IsUpright() && !RunsDown())
        {
            return;
        }

        int[] positions = new int[_count];
        for (int i = 0; i < positions.Length; i++)
        {
            positions[i] = i;
        }

        // By object, then as PDFium has the characters within it.
        Array.Sort(positions, (a, b) => _order[a] != _order[b] ? _order[a].CompareTo(_order[b]) : a.CompareTo(b));
        TextGlyph[] read = Glyphs.ToArray();
        for (int i = 0; i < positions.Length; i++)
        {
            _glyphs[i] = read[positions[i]];
        }
    }

    private bool IsUpright()
    {
        foreach (ref readonly TextGlyph glyph in Glyphs)
        {
            if (glyph.Direction != TextDirection.Right)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether most steps from glyph to glyph within a text object lead straight down.</summary>
    private bool RunsDown()
    {
        int steps = 0;
        int down = 0;
        for (int i = 1; i < _count; i++)
        {
            if (_order[i] == _order[i - 1])
            {
                steps++;
                down += _glyphs[i].Frame.Top >= _glyphs[i - 1].Frame.Bottom ? 1 : 0;
            }
        }

        return down * 2 > steps;
    }

    private void ReadGlyph(nint text, int index, int c, bool space)
    {
        if (c == LineEndHyphen)
        {
            c = '-';
        }
        else if (Script.IsUnmapped(c) || _pdfium.HasUnicodeMapError(text, index) == 1)
        {
            Unmapped++;
            return;
        }

        LookUpObject(text, index);
        FsRect onPaper;
        if (_pdfium.GetLooseCharacterBox(text, index, &onPaper) == 0)
        {
            return;
        }

        PixelBox box = _geometry.ToPixels(onPaper);
        if (!IsOnPage(box))
        {
            return;
        }

        Shown += _objectIsShown ? 1 : 0;
        PixelBox frame = TextGlyph.ToFrame(box, _objectDirection);
        _order[_count] = _survey.OrderOf(_object);
        _glyphs[_count++] = new TextGlyph(c, _objectDirection, frame, space);
    }

    /// <summary>What all characters of one text object share; asked for once, since they come in a row.</summary>
    private void LookUpObject(nint text, int index)
    {
        nint item = _pdfium.GetTextObject(text, index);
        if (item == _object && item != nint.Zero)
        {
            return;
        }

        _object = item;
        // Mode 3 paints nothing, 7 only clips (ISO 32000-1, table 106). Generated characters have no object.
        _objectIsShown =
            item == nint.Zero || (_pdfium.GetTextRenderMode(item) is not (3 or 7) && !_survey.IsHidden(item));
        _objectDirection = DirectionOf(_pdfium.GetCharacterAngle(text, index));
    }

    /// <summary>The angle is clockwise in radians before /Rotate, which turns clockwise too.</summary>
    private TextDirection DirectionOf(float angle)
    {
        int quarters = angle < 0 ? 0 : (int)MathF.Round(angle / (MathF.PI / 2));
        return (TextDirection)((quarters + _geometry.QuarterTurns) % 4);
    }

    private bool IsOnPage(PixelBox box)
    {
        float x = (box.Left + box.Right) / 2;
        float y = (box.Top + box.Bottom) / 2;
        return x >= 0 && y >= 0 && x <= _geometry.Width && y <= _geometry.Height;
    }
}
