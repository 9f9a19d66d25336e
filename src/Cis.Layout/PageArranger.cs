using System.Text;
using Cis.Pages;

namespace Cis.Layout;

/// <summary>
/// Puts a page in order whose lines may run in several directions, such as an upright caption beside a table on its
/// side: the lines of each direction are turned upright and put in order by themselves.
/// </summary>
public static class PageArranger
{
    /// <summary>Puts the lines of a page in order.</summary>
    /// <param name="lines">In page pixels; their first corners tell which way they run.</param>
    /// <param name="width">Of the page.</param>
    /// <param name="height">Of the page.</param>
    /// <param name="furigana">What becomes of the readings of Japanese words.</param>
    /// <returns>The page, its lines in page pixels, and the turn that brings most of its text upright.</returns>
    public static (int Rotation, PageLayout Layout) Arrange(
        IReadOnlyList<DirectedLine> lines,
        int width,
        int height,
        FuriganaMode furigana = FuriganaMode.After
    )
    {
        List<Side> sides = PartByDirection(lines);
        var layouts = new List<PageLayout>(sides.Count);
        int rotation = 0;
        int most = 0;
        foreach (Side side in sides)
        {
            layouts.Add(Arrange(side, width, height, furigana));
            (rotation, most) = side.Characters > most ? (side.Rotation, side.Characters) : (rotation, most);
        }

        return (rotation, layouts.Count == 1 ? layouts[0] : Join(layouts));
    }

    /// <summary>Layouts one below the other.</summary>
    public static PageLayout Join(IReadOnlyList<PageLayout> layouts)
    {
        var text = new StringBuilder();
        var lines = new List<TextLine>();
        var paragraphs = new List<TextParagraph>();
        var tables = new List<TextTable>();
        foreach (PageLayout layout in layouts)
        {
            text.Append(text.Length > 0 && layout.Text.Length > 0 ? "\n\n" : "").Append(layout.Text);
            int blocks = paragraphs.Count > 0 ? paragraphs[^1].Block + 1 : 0;
            foreach (TextParagraph paragraph in layout.Paragraphs)
            {
                paragraphs.Add(paragraph with { Block = paragraph.Block + blocks });
            }

            tables.AddRange(TableLines.Shift(layout.Tables, lines.Count));
            lines.AddRange(layout.Lines);
        }

        return new PageLayout(text.ToString(), lines, paragraphs) { Tables = tables };
    }

    private static PageLayout Arrange(Side side, int width, int height, FuriganaMode furigana)
    {
        var frame = new PageFrame(side.Rotation, width, height);
        var upright = new DirectedLine[side.Lines.Count];
        for (int i = 0; i < upright.Length; i++)
        {
            upright[i] = side.Lines[i] with { Line = frame.ToReader(side.Lines[i].Line) };
        }

        PageLayout layout = ReadingOrder.Arrange(upright, furigana);
        PageFrame back = frame.Inverse();
        var lines = new TextLine[layout.Lines.Count];
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = back.ToReader(layout.Lines[i]);
        }

        return layout with
        {
            Lines = lines,
            Tables = back.ToReader(layout.Tables),
        };
    }

    /// <summary>The lines of each direction, in the order in which the directions come up.</summary>
    private static List<Side> PartByDirection(IReadOnlyList<DirectedLine> lines)
    {
        var sides = new List<Side>();
        foreach (DirectedLine line in lines)
        {
            int rotation = RotationOf(line);
            Side? side = sides.Find(side => side.Rotation == rotation);
            if (side is null)
            {
                sides.Add(side = new Side(rotation));
            }

            side.Add(line);
        }

        return sides;
    }

    /// <summary>Degrees by which the page is turned clockwise for the line to stand upright.</summary>
    private static int RotationOf(DirectedLine line)
    {
        (float dx, float dy) = (
            line.Line.Box.TopRight.X - line.Line.Box.TopLeft.X,
            line.Line.Box.TopRight.Y - line.Line.Box.TopLeft.Y
        );
        if (line.Vertical)
        {
            return 0;
        }

        return MathF.Abs(dx) >= MathF.Abs(dy) ? (dx >= 0 ? 0 : 180) : (dy > 0 ? 270 : 90);
    }

    private sealed class Side(int rotation)
    {
        public int Rotation => rotation;

        public List<DirectedLine> Lines { get; } = [];

        public int Characters { get; private set; }

        public void Add(DirectedLine line)
        {
            Lines.Add(line);
            Characters += line.Line.Text.Length;
        }
    }
}
