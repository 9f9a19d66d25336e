using Cis.Pages;

namespace Cis.Layout;

/// <summary>
/// A recognized line in the frame in which reading order is sought: the page turned upright, and for vertical text
/// turned by a quarter as well, so that characters always run to larger x and lines follow one another to larger y.
/// </summary>
internal sealed class Fragment
{
    private Fragment(TextLine line, float left, float right, float leftY, float rightY, float height)
    {
        (Line, Left, Right, LeftY, RightY, Height) = (line, left, right, leftY, rightY, height);
        (TextCharacters, IsSpaceless) = CountText(line.Text);
    }

    /// <summary>The line as it was read.</summary>
    public TextLine Line { get; }

    /// <summary>Where its first character begins.</summary>
    public float Left { get; }

    /// <summary>Where its last character ends.</summary>
    public float Right { get; }

    /// <summary>The middle of its left edge; differs from the right edge's where a line is bent away from the page.</summary>
    public float LeftY { get; }

    /// <summary>The middle of its right edge.</summary>
    public float RightY { get; }

    /// <summary>Across the text: about 1.4 times the font size, since detectors leave room around the glyphs.</summary>
    public float Height { get; }

    /// <summary>Its length.</summary>
    public float Width => Right - Left;

    /// <summary>Its middle.</summary>
    public float Y => (LeftY + RightY) / 2;

    /// <summary>Its upper edge.</summary>
    public float Top => Y - Height / 2;

    /// <summary>Its lower edge.</summary>
    public float Bottom => Y + Height / 2;

    /// <summary>How much there is to read in it: letters, with an ideograph for two.</summary>
    public int TextCharacters { get; }

    /// <summary>It is mostly in a script without spaces, so that its words cannot be counted.</summary>
    public bool IsSpaceless { get; }

    /// <summary>It stands among lines of its own length: see <see cref="RunningText"/>.</summary>
    public bool Running { get; set; }

    /// <summary>The readings that stand over its words: see <see cref="Furigana"/>.</summary>
    public List<Fragment> Readings { get; } = [];

    /// <summary>The table that it stands for; null for a line of text.</summary>
    public RuledTable? Table { get; private init; }

    /// <summary>What stands for a ruled table among the lines of its page.</summary>
    /// <param name="table">The table.</param>
    /// <param name="lines">Its lines, at least one.</param>
    public static Fragment Of(RuledTable table, List<Fragment> lines)
    {
        Area area = table.Area;
        float y = (area.Top + area.Bottom) / 2;
        TextLine any = lines[0].Line with { Text = "" };
        return new Fragment(any, area.Left, area.Right, y, y, area.Bottom - area.Top) { Table = table };
    }

    /// <summary>A line seen in the upright frame.</summary>
    /// <param name="line">As read.</param>
    /// <param name="skew">The page's skew in radians.</param>
    public static Fragment Horizontal(TextLine line, float skew)
    {
        Quad box = Turn(line.Box, skew);
        if (MathF.Abs(box.TopRight.Y - box.TopLeft.Y) > MathF.Abs(box.TopRight.X - box.TopLeft.X))
        {
            // A stray sign or two, read across the page's direction.
            float y = (box.Top + box.Bottom) / 2;
            return new Fragment(line, box.Left, box.Right, y, y, box.Bottom - box.Top);
        }

        return new Fragment(
            line,
            (box.TopLeft.X + box.BottomLeft.X) / 2,
            (box.TopRight.X + box.BottomRight.X) / 2,
            (box.TopLeft.Y + box.BottomLeft.Y) / 2,
            (box.TopRight.Y + box.BottomRight.Y) / 2,
            box.Height
        );
    }

    /// <summary>A vertical line: top becomes left, and columns, which follow one another leftwards, become rows.</summary>
    /// <param name="line">As read.</param>
    /// <param name="skew">The page's skew in radians.</param>
    public static Fragment Vertical(TextLine line, float skew)
    {
        Quad box = Turn(line.Box, skew);
        float y = -(box.Left + box.Right) / 2;
        return new Fragment(line, box.Top, box.Bottom, y, y, box.Right - box.Left);
    }

    /// <summary>Where one of its words begins.</summary>
    public float StartOf(int word)
    {
        Quad box = Line.Box;
        float length = box.TopLeft.DistanceTo(box.TopRight);
        return length > 0 ? Left + Width * box.TopLeft.DistanceTo(Line.Words[word].Box.TopLeft) / length : Left;
    }

    /// <summary>Two lines, of the words before and from one of them.</summary>
    /// <param name="word">The index of the first word of the second line; neither 0 nor beyond the last.</param>
    /// <param name="end">The first line ends no further right: words' boxes hold the white between them.</param>
    /// <param name="start">The second begins no further left.</param>
    public (Fragment Before, Fragment After) PartAt(int word, float end, float start)
    {
        float x = StartOf(word);
        float y = Width > 0 ? LeftY + (RightY - LeftY) * (x - Left) / Width : Y;
        TextWord[] words = [.. Line.Words];
        return (
            new Fragment(LineOf(words[..word]), Left, MathF.Min(x, end), LeftY, y, Height),
            new Fragment(LineOf(words[word..]), MathF.Max(x, start), Right, y, RightY, Height)
        );
    }

    /// <summary>The height that two lines share, as a part of the lower one's.</summary>
    public float SharedHeight(Fragment other) =>
        (MathF.Min(Bottom, other.Bottom) - MathF.Max(Top, other.Top)) / MathF.Min(Height, other.Height);

    /// <summary>Most of the shorter of two lines stands above or below the longer.</summary>
    public bool SharesWidth(Fragment other) =>
        MathF.Min(Right, other.Right) - MathF.Max(Left, other.Left) > 0.5f * MathF.Min(Width, other.Width);

    private static TextLine LineOf(TextWord[] words)
    {
        Quad first = words[0].Box;
        Quad last = words[^1].Box;
        return new TextLine(
            string.Join(' ', words.Select(w => w.Text)),
            words.Average(w => w.Confidence),
            new Quad(first.TopLeft, last.TopRight, last.BottomRight, first.BottomLeft),
            words
        );
    }

    private static Quad Turn(Quad box, float skew)
    {
        (float sin, float cos) = MathF.SinCos(skew);
        return new Quad(Turn(box.TopLeft), Turn(box.TopRight), Turn(box.BottomRight), Turn(box.BottomLeft));

        PagePoint Turn(PagePoint p) => new(p.X * cos + p.Y * sin, p.Y * cos - p.X * sin);
    }

    private static (int Characters, bool IsSpaceless) CountText(string text)
    {
        int letters = 0;
        int spaceless = 0;
        foreach (char c in text)
        {
            bool one = Script.IsSpaceless(c);
            spaceless += one ? 1 : 0;
            letters += !one && char.IsLetter(c) ? 1 : 0;
        }

        return (letters + 2 * spaceless, spaceless * 2 > letters);
    }
}
