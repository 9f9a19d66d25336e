using System.Buffers;

namespace Cis.Documents.Pdf;

/// <summary>The characters of a page's own text, in the page's own order.</summary>
internal sealed unsafe class TextLayer : IDisposable
{
    // A page of running text has 4,000 characters, a dense listing 20,000; this bounds what a hostile one costs.
    private const int MaxCharacters = 1_000_000;

    private const int NoText = -1;

    // Of the type's size, from line to line.
    private const float LineStep = 1.2f;

    // PDF names have up to 127 bytes (ISO 32000-1, annex C).
    private const int MaxFontName = 128;

    // In radians, 8 degrees: more than a scan's skew, less than any watermark's slant.
    private const float Tilt = 0.14f;

    // Of its height: rounding.
    private const double EmptyBox = 0.01;

    // PDFium's stand-in for a hyphen at the end of a line.
    private const int LineEndHyphen = 0x02;

    private readonly PdfiumNative _pdfium;
    private readonly PageGeometry _geometry;
    private readonly PageSurvey _survey;
    private TextGlyph[] _glyphs = [];
    private int[] _order = [];
    private readonly List<PaintedText> _texts = [];
    private readonly Dictionary<nint, int> _textIndices = [];
    private readonly Dictionary<nint, FontLetters> _fonts = [];
    private int _count;
    private nint _object;
    private int _text = NoText;
    private PaintedText? _painted;
    private int _objectOrder = int.MaxValue;
    private TextDirection _objectDirection;
    private bool _objectIsTilted;

    private TextLayer(PdfiumNative pdfium, PageGeometry geometry, PageSurvey survey) =>
        (_pdfium, _geometry, _survey) = (pdfium, geometry, survey);

    /// <summary>The characters that have a glyph on the page, invisible ones too.</summary>
    internal ReadOnlySpan<TextGlyph> Glyphs => _glyphs.AsSpan(0, _count);

    /// <summary>The text objects that have a glyph on the page.</summary>
    internal IReadOnlyList<PaintedText> Texts => _texts;

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

    /// <summary>Adds what a reader has written on the page, in letters half as wide as high.</summary>
    internal void Add(FreeText note)
    {
        string[] rows = note.Text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        MakeRoom(note.Text.Length);
        (_object, _text, _painted) = (nint.Zero, NoText, null);
        (_objectOrder, _objectDirection, _objectIsTilted) = (int.MaxValue, TextDirection.Right, false);
        for (int row = 0; row < rows.Length; row++)
        {
            WhiteSpace space = WhiteSpace.None;
            for (int i = 0; i < rows[row].Length; i++)
            {
                int c = rows[row][i];
                if (CharacterKind.IsSpace(c))
                {
                    space = WhiteSpace.Written;
                    continue;
                }

                var box = new FsRect
                {
                    Left = note.Box.Left + i * note.Size / 2,
                    Right = note.Box.Left + (i + 1) * note.Size / 2,
                    Top = note.Box.Top - row * LineStep * note.Size,
                    Bottom = note.Box.Top - (row * LineStep + 1) * note.Size,
                };
                Add(c, _geometry.ToPixels(box), space);
                space = WhiteSpace.None;
            }
        }
    }

    /// <summary>How many glyphs have no meaning.</summary>
    internal int CountGaps()
    {
        int gaps = 0;
        foreach (ref readonly TextGlyph glyph in Glyphs)
        {
            gaps += glyph.IsGap ? 1 : 0;
        }

        return gaps;
    }

    /// <summary>Leaves out the glyphs without a meaning.</summary>
    internal void KeepMapped() => Keep(i => !_glyphs[i].IsGap);

    /// <summary>Leaves out the glyphs that a test does not pass.</summary>
    /// <param name="passes">Is given a glyph's index.</param>
    internal void Keep(Func<int, bool> passes)
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            if (passes(i))
            {
                _glyphs[kept++] = _glyphs[i];
            }
        }

        _count = kept;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Release(_glyphs, _order);
        (_glyphs, _order, _count) = ([], [], 0);
    }

    private void MakeRoom(int more)
    {
        if (_count + more <= _glyphs.Length)
        {
            return;
        }

        (TextGlyph[] glyphs, int[] order, int count) = (_glyphs, _order, _count);
        _glyphs = ArrayPool<TextGlyph>.Shared.Rent(count + more);
        _order = ArrayPool<int>.Shared.Rent(_glyphs.Length);
        glyphs.AsSpan(0, count).CopyTo(_glyphs);
        order.AsSpan(0, count).CopyTo(_order);
        Release(glyphs, order);
    }

    private static void Release(TextGlyph[] glyphs, int[] order)
    {
        if (glyphs.Length > 0)
        {
            ArrayPool<TextGlyph>.Shared.Return(glyphs);
            ArrayPool<int>.Shared.Return(order);
        }
    }

    private void ReadCharacters(nint text, CancellationToken token)
    {
        int count = Math.Clamp(_pdfium.CountCharacters(text), 0, MaxCharacters);
        MakeRoom(Math.Max(1, count));
        WhiteSpace space = WhiteSpace.None;
        for (int i = 0; i < count; i++)
        {
            if (i % 4096 == 0)
            {
                token.ThrowIfCancellationRequested();
            }

            int c = (int)_pdfium.GetUnicode(text, i);
            if (IsUnmappedGlyph(text, i, c))
            {
                ReadGlyph(text, i, TextGlyph.Gap, space);
                space = WhiteSpace.None;
            }
            else if (CharacterKind.IsSpace(c) || CharacterKind.IsLineBreak(c))
            {
                bool written = _pdfium.IsGenerated(text, i) == 0;
                space = written ? WhiteSpace.Written : (WhiteSpace)Math.Max((int)space, (int)WhiteSpace.Seen);
            }
            else if (!CharacterKind.IsInvisible(c))
            {
                ReadGlyph(text, i, c, space);
                space = WhiteSpace.None;
            }
        }
    }

    /// <summary>
    /// Whether what passes for white space is a glyph whose font does not say what it means: of such a glyph PDFium gives
    /// the code, and TeX's ligatures have those of line breaks. Or the font calls it a zero-width space, and it has ink.
    /// </summary>
    private bool IsUnmappedGlyph(nint text, int index, int c)
    {
        if (c == LineEndHyphen)
        {
            return (_pdfium.HasUnicodeMapError(text, index) == 1 || IsWithinLine(text, index)) && HasInk(text, index);
        }

        if (!CharacterKind.IsSpace(c) && !CharacterKind.IsLineBreak(c) && !CharacterKind.IsInvisible(c))
        {
            return false;
        }

        return (_pdfium.HasUnicodeMapError(text, index) == 1 || CharacterKind.IsInvisible(c)) && HasInk(text, index);
    }

    /// <summary>Whether a letter of the same text object follows: what PDFium takes for a hyphen has a line's end behind it.</summary>
    private bool IsWithinLine(nint text, int index)
    {
        if (index + 1 >= _pdfium.CountCharacters(text))
        {
            return false;
        }

        int next = (int)_pdfium.GetUnicode(text, index + 1);
        return next > ' '
            && _pdfium.IsGenerated(text, index + 1) == 0
            && _pdfium.GetTextObject(text, index + 1) == _pdfium.GetTextObject(text, index);
    }

    /// <summary>Whether a glyph's box is its own: of one without ink PDFium makes it as high as the type is large.</summary>
    private bool HasInk(nint text, int index)
    {
        double left;
        double right;
        double bottom;
        double top;
        FsMatrix matrix;
        if (
            _pdfium.GetTightCharacterBox(text, index, &left, &right, &bottom, &top) == 0
            || _pdfium.GetCharacterMatrix(text, index, &matrix) == 0
        )
        {
            return false;
        }

        double size = _pdfium.GetCharacterSize(text, index) * Math.Sqrt(matrix.C * matrix.C + matrix.D * matrix.D);
        // On its side, the box is as wide.
        double across = Math.Abs(matrix.D) >= Math.Abs(matrix.C) ? top - bottom : right - left;
        return Math.Abs(across - size) > EmptyBox * size;
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

    private void ReadGlyph(nint text, int index, int c, WhiteSpace space)
    {
        if (c == LineEndHyphen)
        {
            c = '-';
        }
        else if (CharacterKind.IsUnmapped(c) || _pdfium.HasUnicodeMapError(text, index) == 1)
        {
            c = TextGlyph.Gap;
        }

        LookUpObject(text, index);
        FsRect onPaper;
        if (_pdfium.GetLooseCharacterBox(text, index, &onPaper) == 0)
        {
            return;
        }

        PageRectangle box = _geometry.ToPixels(onPaper);
        if (IsOnPage(box))
        {
            Add(c, box, space);
        }
    }

    private void Add(int c, in PageRectangle box, WhiteSpace space)
    {
        PageRectangle frame = TextGlyph.ToFrame(box, _objectDirection);
        _painted?.Add(box, frame.Height);
        _painted?.Font?.Add(c, space != WhiteSpace.None);
        _order[_count] = _objectOrder;
        _glyphs[_count++] = new TextGlyph(
            c,
            _objectDirection,
            frame,
            space != WhiteSpace.None,
            space == WhiteSpace.Written,
            _text,
            _objectIsTilted
        );
    }

    /// <summary>What all characters of one text object share; asked for once, since they come in a row.</summary>
    private void LookUpObject(nint text, int index)
    {
        nint item = _pdfium.GetTextObject(text, index);
        // Characters that PDFium has put in itself have no object: they are the last one's.
        if (item == _object || (item == nint.Zero && _count > 0))
        {
            return;
        }

        _object = item;
        _text = IndexOf(item);
        _painted = _text == NoText ? null : _texts[_text];
        _objectOrder = _survey.OrderOf(item);
        float angle = _pdfium.GetCharacterAngle(text, index);
        _objectDirection = DirectionOf(angle);
        _objectIsTilted = angle > 0 && MathF.Abs(MathF.IEEERemainder(angle, MathF.PI / 2)) > Tilt;
    }

    private int IndexOf(nint item)
    {
        if (_textIndices.TryGetValue(item, out int index))
        {
            return index;
        }

        index = NoText;
        if (_survey.TextOf(item) is { } painted)
        {
            index = _texts.Count;
            painted.Font = FontOf(item);
            _texts.Add(painted);
        }

        _textIndices[item] = index;
        return index;
    }

    private FontLetters? FontOf(nint item)
    {
        nint font = _pdfium.GetFont(item);
        if (font == nint.Zero)
        {
            return null;
        }

        if (!_fonts.TryGetValue(font, out FontLetters? letters))
        {
            byte* name = stackalloc byte[MaxFontName];
            nuint length = _pdfium.GetBaseFontName(font, name, MaxFontName);
            letters = new FontLetters(length is > 1 and <= MaxFontName ? NameOf(name, (int)length - 1) : "");
            _fonts[font] = letters;
        }

        return letters;
    }

    private static string NameOf(byte* name, int length) => System.Text.Encoding.UTF8.GetString(name, length);

    /// <summary>The angle is clockwise in radians before /Rotate, which turns clockwise too.</summary>
    private TextDirection DirectionOf(float angle)
    {
        int quarters = angle < 0 ? 0 : (int)MathF.Round(angle / (MathF.PI / 2));
        return (TextDirection)((quarters + _geometry.QuarterTurns) % 4);
    }

    private bool IsOnPage(PageRectangle box)
    {
        float x = (box.Left + box.Right) / 2;
        float y = (box.Top + box.Bottom) / 2;
        return x >= 0 && y >= 0 && x <= _geometry.Width && y <= _geometry.Height;
    }

    /// <summary>What stands between two glyphs: a gap that PDFium has seen, or a space that the page has written.</summary>
    private enum WhiteSpace
    {
        None,
        Seen,
        Written,
    }
}
