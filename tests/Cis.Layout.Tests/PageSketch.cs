using Cis.Pages;

namespace Cis.Layout.Tests;

/// <summary>
/// A page drawn in the order in which a person reads it. Lines are boxed as a detector does, with a margin of a fifth
/// of an em around the glyphs; a character is half an em wide, an ideograph one em.
/// </summary>
internal sealed class PageSketch
{
    private const float Em = 20;
    private const float Margin = Em / 5;

    private static readonly string[] s_words =
    [
        "the",
        "harbour",
        "was",
        "quiet",
        "when",
        "they",
        "came",
        "down",
        "from",
        "hills",
        "and",
        "no",
        "lantern",
        "burned",
        "along",
        "its",
        "old",
        "stone",
        "wall",
        "that",
        "evening",
    ];

    private readonly List<DirectedLine> _lines = [];
    private readonly List<Ruling> _rulings = [];

    /// <summary>The lines in the order drawn.</summary>
    public IReadOnlyList<DirectedLine> Drawn => _lines;

    /// <summary>The texts in the order drawn.</summary>
    public IEnumerable<string> Texts => _lines.Select(l => l.Line.Text);

    /// <summary>A line of print; x and y are the glyphs' top left, in ems.</summary>
    public PageSketch Print(float x, float y, string text, float size = 1)
    {
        float width = text.Sum(c => c > '\u2E80' ? Em : Em / 2) * size;
        return Add(
            text,
            false,
            Quad.FromRectangle(x * Em - Margin, y * Em - Margin, x * Em + width + Margin, y * Em + size * Em + Margin)
        );
    }

    /// <summary>A line of vertical print.</summary>
    public PageSketch PrintDown(float x, float y, string text, float size = 1) =>
        Add(
            text,
            true,
            Quad.FromRectangle(
                x * Em - Margin,
                y * Em - Margin,
                (x + size) * Em + Margin,
                (y + text.Length * size) * Em + Margin
            )
        );

    /// <summary>Lines below one another.</summary>
    public PageSketch Stack(float x, float y, float leading, params ReadOnlySpan<string> texts)
    {
        for (int i = 0; i < texts.Length; i++)
        {
            Print(x, y + i * leading, texts[i]);
        }

        return this;
    }

    /// <summary>A column of running text, set ragged: lines of words that fill some width, in ems.</summary>
    public PageSketch Prose(float x, float y, float width, int lines, float leading = 1.2f)
    {
        for (int i = 0; i < lines; i++)
        {
            Print(x, y + i * leading, Sentence((int)(width * 2), _lines.Count));
        }

        return this;
    }

    /// <summary>A ruling, in ems.</summary>
    public PageSketch Rule(float fromX, float fromY, float toX, float toY)
    {
        _rulings.Add(new Ruling(new PagePoint(fromX * Em, fromY * Em), new PagePoint(toX * Em, toY * Em)));
        return this;
    }

    /// <summary>The rulings around and between cells, in ems: each from side to side.</summary>
    public PageSketch Grid(float[] xs, float[] ys)
    {
        foreach (float x in xs)
        {
            Rule(x, ys[0], x, ys[^1]);
        }

        foreach (float y in ys)
        {
            Rule(xs[0], y, xs[^1], y);
        }

        return this;
    }

    /// <summary>Two columns, some of whose lines the detector has drawn as one across the gutter.</summary>
    /// <returns>The texts of the columns' lines in reading order.</returns>
    public IReadOnlyList<string> MergedColumns(int lines, float width, params int[] merged)
    {
        string[] left = [.. Enumerable.Range(0, lines).Select(i => Sentence(2 * (int)width, i))];
        string[] right = [.. Enumerable.Range(0, lines).Select(i => Sentence(2 * (int)width, lines + i))];
        for (int i = 0; i < lines; i++)
        {
            float y = 2 + i * 1.2f;
            if (merged.Contains(i))
            {
                string padding = new(' ', 2 * ((int)width + 2) - left[i].Length);
                Print(2, y, left[i] + padding + right[i]);
            }
            else
            {
                Print(2, y, left[i]).Print(4 + width, y, right[i]);
            }
        }

        return [.. left, .. right];
    }

    /// <summary>Orders the page as a detector might have found it: in no order.</summary>
    /// <param name="degrees">How far the page lies turned, clockwise.</param>
    public PageLayout Arrange(float degrees = 0) => Arrange(FuriganaMode.After, degrees);

    /// <summary>Likewise, with the readings of words where they are wanted.</summary>
    public PageLayout Arrange(FuriganaMode furigana, float degrees = 0)
    {
        DirectedLine[] found = [.. _lines.Select(l => new DirectedLine(Turn(l.Line, degrees), l.Vertical))];
        new Random(1).Shuffle(found);
        Ruling[] rulings = [.. _rulings.Select(r => new Ruling(Turn(r.From, degrees), Turn(r.To, degrees)))];
        return ReadingOrder.Arrange(found, rulings, furigana);
    }

    private PageSketch Add(string text, bool vertical, Quad box)
    {
        List<TextWord> words = [];
        for (int i = 0; i < text.Length; i++)
        {
            int end = text.IndexOf(' ', i) is >= 0 and int space ? space : text.Length;
            if (end > i)
            {
                words.Add(new TextWord(text[i..end], 1, Slice(box, (float)i / text.Length, (float)end / text.Length)));
            }

            i = end;
        }

        text = string.Join(' ', words.Select(w => w.Text));
        _lines.Add(new DirectedLine(new TextLine(text, 1, box, words), vertical));
        return this;
    }

    private static Quad Slice(Quad box, float from, float to) =>
        Quad.FromRectangle(
            box.Left + from * (box.Right - box.Left),
            box.Top,
            box.Left + to * (box.Right - box.Left),
            box.Bottom
        );

    /// <summary>Words up to a number of characters, the line's number first so that all lines differ.</summary>
    private static string Sentence(int characters, int number)
    {
        int next = number * 5;
        string text = $"{number}";
        while (text.Length + 1 + s_words[next % s_words.Length].Length <= characters)
        {
            text += " " + s_words[next++ % s_words.Length];
        }

        return text;
    }

    private static TextLine Turn(TextLine line, float degrees)
    {
        Quad b = line.Box;
        return line with
        {
            Box = new Quad(
                Turn(b.TopLeft, degrees),
                Turn(b.TopRight, degrees),
                Turn(b.BottomRight, degrees),
                Turn(b.BottomLeft, degrees)
            ),
        };
    }

    private static PagePoint Turn(PagePoint point, float degrees)
    {
        (float sin, float cos) = MathF.SinCos(degrees * MathF.PI / 180);
        return new PagePoint(point.X * cos - point.Y * sin, point.X * sin + point.Y * cos);
    }
}
