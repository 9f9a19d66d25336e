using System.Buffers;
using Cis.Pages;

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

    // In heights. An i of condensed type has 0.15; less is one glyph over another.
    private const float NarrowestLetter = 0.1f;

    // Likewise, half a degree: what is set upright.
    private const float Straight = 0.01f;

    // In points: that of a space in most embedded fonts.
    private const double FlatBox = 0.001;

    // Of its height: rounding.
    private const double EmptyBox = 0.01;

    // PDFium's stand-in for a hyphen at the end of a line.
    private const int LineEndHyphen = 0x02;

    private readonly PdfiumNative _pdfium;
    private readonly PageGeometry _geometry;
    private readonly PageSurvey _survey;
    private readonly FontRecords _records;
    private TextGlyph[] _glyphs = [];
    private int[] _order = [];
    private readonly List<PaintedText> _texts = [];
    private readonly Dictionary<nint, int> _textIndices = [];
    private readonly Dictionary<nint, FontLetters> _fonts = [];
    private readonly List<int> _inkedSpaces = [];
    private readonly List<Ligatures.LetterWidth> _letters = [];
    private int _count;
    private nint _object;
    private int _text = NoText;
    private PaintedText? _painted;
    private int _objectOrder = int.MaxValue;
    private TextDirection _objectDirection;
    private bool _objectIsTilted;

    private TextLayer(PdfiumNative pdfium, PageGeometry geometry, PageSurvey survey, FontRecords records) =>
        (_pdfium, _geometry, _survey, _records) = (pdfium, geometry, survey, records);

    /// <summary>The characters that have a glyph on the page, invisible ones too.</summary>
    internal ReadOnlySpan<TextGlyph> Glyphs => _glyphs.AsSpan(0, _count);

    /// <summary>The text objects that have a glyph on the page.</summary>
    internal IReadOnlyList<PaintedText> Texts => _texts;

    /// <summary>The fonts of the page.</summary>
    internal IReadOnlyCollection<FontLetters> Fonts => _fonts.Values;

    /// <summary>The font of a glyph; null for what the page does not draw itself.</summary>
    internal FontLetters? FontOf(in TextGlyph glyph) => glyph.Text < 0 ? null : _texts[glyph.Text].Font;

    /// <summary>Likewise what is known of it.</summary>
    internal FontRecord? RecordOf(in TextGlyph glyph) => FontOf(glyph)?.Record;

    /// <summary>Reads the characters of a page.</summary>
    /// <param name="pdfium">The library.</param>
    /// <param name="page">The page.</param>
    /// <param name="geometry">The page's.</param>
    /// <param name="survey">What it is made of.</param>
    /// <param name="records">The document's fonts.</param>
    /// <param name="mayReadGaps">Whether gaps are read from the pixels: then letters that stand for a ligature become gaps.</param>
    /// <param name="token">Ends it from within.</param>
    internal static TextLayer Read(
        PdfiumNative pdfium,
        PdfPageHandle page,
        PageGeometry geometry,
        PageSurvey survey,
        FontRecords records,
        bool mayReadGaps,
        CancellationToken token
    )
    {
        using var text = new PdfTextPageHandle(pdfium, pdfium.LoadTextPage(page.Pointer));
        var layer = new TextLayer(pdfium, geometry, survey, records);
        if (!text.IsInvalid)
        {
            layer.ReadCharacters(text.Pointer, token);
            if (mayReadGaps)
            {
                Ligatures.MarkWide(layer, layer._glyphs.AsSpan(0, layer._count), layer._letters);
            }

            layer.SettleInkedSpaces();
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
                if (written && HasInk(text, i) && !IsAslant(text, i))
                {
                    ReadInkedSpace(text, i, space);
                    space = WhiteSpace.None;
                    continue;
                }

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

    /// <summary>Whether a character's box, which is upright, is not that of its glyph.</summary>
    private bool IsAslant(nint text, int index) =>
        MathF.Abs(MathF.IEEERemainder(_pdfium.GetCharacterAngle(text, index), MathF.PI / 2)) > Straight;

    /// <summary>A space that has ink is another character, unless the font draws something for each.</summary>
    private void ReadInkedSpace(nint text, int index, WhiteSpace space)
    {
        int before = _count;
        ReadGlyph(text, index, TextGlyph.Gap, space);
        if (_count > before)
        {
            _inkedSpaces.Add(before);
            if (_painted?.Font is { } font)
            {
                font.InkedSpaces++;
            }
        }
    }

    /// <summary>
    /// Takes spaces with ink for what they are, and puts gaps where PDFium has left one out: it drops the second of two spaces.
    /// </summary>
    private void SettleInkedSpaces()
    {
        if (_inkedSpaces.Count == 0)
        {
            return;
        }

        var spaces = new InkedSpaces(this, _inkedSpaces);
        TextGlyph[] read = Glyphs.ToArray();
        int[] order = _order.AsSpan(0, _count).ToArray();
        _count = 0;
        MakeRoom(2 * read.Length);
        for (int i = 0; i < read.Length; i++)
        {
            if (spaces.IsSpace(i))
            {
                continue;
            }

            TextGlyph glyph = spaces.Settle(i, read, out TextGlyph? dropped);
            if (dropped is not null)
            {
                _order[_count] = order[i];
                _glyphs[_count++] = dropped.Value;
            }

            _order[_count] = order[i];
            _glyphs[_count++] = glyph;
        }
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

    /// <summary>Whether a glyph's box is its own: of one without ink PDFium makes it flat, or as high as the type is large.</summary>
    private bool HasInk(nint text, int index)
    {
        double left;
        double right;
        double bottom;
        double top;
        FsMatrix matrix;
        if (
            _pdfium.GetTightCharacterBox(text, index, &left, &right, &bottom, &top) == 0
            || top - bottom < FlatBox
            || _pdfium.GetCharacterMatrix(text, index, &matrix) == 0
        )
        {
            return false;
        }

        double size = _pdfium.GetCharacterSize(text, index) * Math.Sqrt(matrix.C * matrix.C + matrix.D * matrix.D);
        // On its side, the box is as wide.
        double across = Math.Abs(matrix.D) >= Math.Abs(matrix.C) ? top - bottom : right - left;
        return across > EmptyBox * size && Math.Abs(across - size) > EmptyBox * size;
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
        if (!IsOnPage(box))
        {
            return;
        }

        Add(c, box, space);
        if (c is 'f' or 'i' or 'n')
        {
            Measure(text, index, c);
        }
    }

    /// <summary>Measures each f, and the first i and n of a font, as they are without horizontal scaling.</summary>
    private void Measure(nint text, int index, int c)
    {
        if (_painted?.Font is not { } font)
        {
            return;
        }

        if (c == 'f')
        {
            float width = WidthOf(text, index);
            if (width > NarrowestLetter)
            {
                _letters.Add(new Ligatures.LetterWidth(_count - 1, width / StretchOf(text, index)));
            }
        }
        else if (!font.Widths.Knows(c))
        {
            PageRectangle frame = _glyphs[_count - 1].Frame;
            font.Widths.Compare(c, frame.Width / MathF.Max(1, frame.Height) / StretchOf(text, index));
        }
    }

    /// <summary>How much wider than high a character is set: OCR layers stretch each word to its box.</summary>
    private float StretchOf(nint text, int index)
    {
        FsMatrix matrix;
        if (_pdfium.GetCharacterMatrix(text, index, &matrix) == 0)
        {
            return 1;
        }

        double across = Math.Sqrt(matrix.A * matrix.A + matrix.B * matrix.B);
        double up = Math.Sqrt(matrix.C * matrix.C + matrix.D * matrix.D);
        return across > 0 && up > 0 ? (float)(across / up) : 1;
    }

    /// <summary>
    /// From a character's origin to the next one's, in units of its height, but no more than its box, which is wider in italics
    /// and narrower in letterspaced type; 0 for two characters of one glyph, and at the end of a text object.
    /// </summary>
    private float WidthOf(nint text, int index)
    {
        double x,
            y,
            nextX,
            nextY;
        if (
            _pdfium.GetTextObject(text, index + 1) != _object
            || _pdfium.IsGenerated(text, index + 1) != 0
            || _pdfium.GetCharacterOrigin(text, index, &x, &y) == 0
            || _pdfium.GetCharacterOrigin(text, index + 1, &nextX, &nextY) == 0
        )
        {
            return 0;
        }

        PagePoint from = _geometry.ToPixels(x, y);
        PagePoint to = _geometry.ToPixels(nextX, nextY);
        PageRectangle frame = _glyphs[_count - 1].Frame;
        return MathF.Min(MathF.Abs(to.X - from.X) + MathF.Abs(to.Y - from.Y), frame.Width) / MathF.Max(1, frame.Height);
    }

    private void Add(int c, in PageRectangle box, WhiteSpace space)
    {
        PageRectangle frame = TextGlyph.ToFrame(box, _objectDirection);
        _painted?.Add(box, frame.Height);
        if (_painted?.Font is { } font)
        {
            c = font.Record.HasLies && font.Record.IsLie(c) ? PageRegion.Lie : c;
            font.Add(c, space != WhiteSpace.None);
        }

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
            string baseName = length is > 1 and <= MaxFontName ? NameOf(name, (int)length - 1) : "";
            letters = new FontLetters(baseName, _records.Of(baseName));
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
