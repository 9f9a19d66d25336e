using System.Text;
using Cis.Pages;

namespace Cis.Layout;

/// <summary>
/// Puts the words of a text layer into lines by where they stand. A layer has them as they were drawn: three columns row
/// by row, so that a line runs through all of them; a line in pieces, or its words in any order. Lines read from pixels
/// are what the detector saw, and pass.
/// </summary>
internal static class LayerLines
{
    // In line heights, ascent to descent, about 1.2 em: more white than a justified line has between words.
    private const float WideGap = 1;

    // In line heights: words of one line do not stand further apart than this, nor lie on each other by more.
    private const float WordGap = 0.6f;
    private const float Overlap = 0.3f;

    // In line heights: white that is not a space, as between letters.
    private const float NoSpace = 0.06f;

    // The tangent of 15 degrees: what is more slanted is a watermark, or text along the page's side.
    private const float MaximumSlope = 0.27f;

    // As a part of the smaller: type of one line differs less, but for small capitals.
    private const float SameSize = 1.4f;

    /// <summary>Parts and joins the horizontal lines of a text layer.</summary>
    /// <param name="lines">Of any source.</param>
    /// <param name="skew">The page's skew in radians.</param>
    public static IReadOnlyList<DirectedLine> Regroup(IReadOnlyList<DirectedLine> lines, float skew)
    {
        var kept = new List<DirectedLine>(lines.Count);
        var runs = new List<Fragment>();
        foreach (DirectedLine line in lines)
        {
            if (IsRow(line))
            {
                Cut(line.Line, skew, runs);
            }
            else
            {
                kept.Add(line);
            }
        }

        if (runs.Count == 0)
        {
            return lines;
        }

        runs.Sort(static (a, b) => a.Y.CompareTo(b.Y));
        foreach (TextRow row in new TextBlock(runs).Rows)
        {
            Join(row, kept);
        }

        return kept;
    }

    /// <summary>A line of a layer that runs from left to right along the page: of others the order of words says more.</summary>
    private static bool IsRow(DirectedLine line)
    {
        (PagePoint from, PagePoint to) = (line.Line.Box.TopLeft, line.Line.Box.TopRight);
        return line.Line.Source == TextSource.TextLayer
            && !line.Vertical
            && line.Line.Words.Count > 0
            && line.Line.Text.Length > 0
            && to.X > from.X
            && MathF.Abs(to.Y - from.Y) <= MaximumSlope * (to.X - from.X)
            && !line.Line.Text.Any(Script.IsRightToLeft);
    }

    private static void Cut(TextLine line, float skew, List<Fragment> runs)
    {
        int first = 0;
        for (int i = 1; i < line.Words.Count; i++)
        {
            var before = Fragment.Horizontal(AsLine(line.Words[i - 1]), skew);
            var word = Fragment.Horizontal(AsLine(line.Words[i]), skew);
            float gap = word.Left - before.Right;
            float height = MathF.Max(before.Height, word.Height);
            if (gap > WideGap * height || gap < -Overlap * height || before.SharedHeight(word) < Overlap)
            {
                runs.Add(Fragment.Horizontal(Part(line, first, i), skew));
                first = i;
            }
        }

        runs.Add(Fragment.Horizontal(first == 0 ? line : Part(line, first, line.Words.Count), skew));
    }

    private static TextLine AsLine(TextWord word) => new(word.Text, word.Confidence, word.Box, []);

    private static TextLine Part(TextLine line, int first, int end)
    {
        TextWord[] words = [.. line.Words.Skip(first).Take(end - first)];
        string text = string.Join(' ', words.Select(word => word.Text));
        return line with { Text = text, Words = words, Box = Around(words) };
    }

    private static void Join(TextRow row, List<DirectedLine> lines)
    {
        var joined = new List<Fragment>();
        foreach (Fragment piece in row.Pieces)
        {
            if (joined.Count > 0 && !IsFollowedBy(joined[^1], piece))
            {
                lines.Add(new DirectedLine(Join(joined), Vertical: false));
                joined.Clear();
            }

            joined.Add(piece);
        }

        lines.Add(new DirectedLine(Join(joined), Vertical: false));
    }

    private static bool IsFollowedBy(Fragment left, Fragment right)
    {
        float gap = right.Left - left.Right;
        float height = MathF.Min(left.Height, right.Height);
        return gap <= WordGap * height
            && gap >= -Overlap * height
            && MathF.Max(left.Height, right.Height) <= SameSize * height;
    }

    private static TextLine Join(List<Fragment> pieces)
    {
        TextLine first = pieces[0].Line;
        if (pieces.Count == 1)
        {
            return first;
        }

        var text = new StringBuilder(first.Text);
        var words = new List<TextWord>(first.Words);
        for (int i = 1; i < pieces.Count; i++)
        {
            string next = pieces[i].Line.Text;
            bool tight = pieces[i].Left - pieces[i - 1].Right < NoSpace * pieces[i].Height;
            bool spaceless = tight || (text.Length > 0 && Script.IsSpaceless(text[^1]) && Script.IsSpaceless(next[0]));
            text.Append(spaceless ? "" : " ").Append(next);
            words.AddRange(pieces[i].Line.Words);
        }

        TextWord[] all = [.. words];
        return first with { Text = text.ToString(), Words = all, Box = Around(all) };
    }

    private static Quad Around(TextWord[] words)
    {
        Quad box = words[0].Box;
        Quad last = words[^1].Box;
        foreach (TextWord word in words)
        {
            box = word.Box.Height > box.Height ? word.Box : box;
        }

        // The tallest word's edges, drawn on to both ends along the line.
        return new Quad(
            Along(box.TopLeft, box.TopRight, words[0].Box.TopLeft),
            Along(box.TopLeft, box.TopRight, last.TopRight),
            Along(box.BottomLeft, box.BottomRight, last.BottomRight),
            Along(box.BottomLeft, box.BottomRight, words[0].Box.BottomLeft)
        );
    }

    /// <summary>The point of the line through two others that is nearest to a third.</summary>
    private static PagePoint Along(PagePoint from, PagePoint to, PagePoint point)
    {
        (float x, float y) = (to.X - from.X, to.Y - from.Y);
        float length = x * x + y * y;
        float part = length > 0 ? ((point.X - from.X) * x + (point.Y - from.Y) * y) / length : 0;
        return new PagePoint(from.X + part * x, from.Y + part * y);
    }
}
