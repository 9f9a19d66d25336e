using Cis.Pages;

namespace Cis.Output;

/// <summary>A row of a paragraph: lines that stand side by side.</summary>
/// <param name="Text">Theirs, with spaces between.</param>
/// <param name="Start">Where it begins, along the text.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Height">Of its highest line.</param>
internal readonly record struct MarkdownRow(string Text, float Start, float End, float Height)
{
    /// <summary>Gathers lines, which are in reading order, into rows.</summary>
    public static List<MarkdownRow> Of(List<TextLine> lines)
    {
        var rows = new List<MarkdownRow>();
        Quad axes = lines[0].Box;
        TextLine? last = null;
        foreach (TextLine line in lines)
        {
            float start = Along(axes, line.Box.TopLeft);
            float end = Along(axes, line.Box.TopRight);
            if (last is not null && StandsBehind(axes, last.Box, line.Box))
            {
                MarkdownRow row = rows[^1];
                rows[^1] = new MarkdownRow(
                    row.Text + " " + line.Text.Trim(),
                    row.Start,
                    end,
                    MathF.Max(row.Height, line.Box.Height)
                );
            }
            else
            {
                rows.Add(new MarkdownRow(line.Text.Trim(), start, end, line.Box.Height));
            }

            last = line;
        }

        return rows;
    }

    private static bool StandsBehind(Quad axes, Quad before, Quad box)
    {
        float down = MathF.Abs(Across(axes, box.TopLeft) - Across(axes, before.TopRight));
        float height = MathF.Min(before.Height, box.Height);
        return down < height / 2 && Along(axes, box.TopLeft) > Along(axes, before.TopRight) - height;
    }

    private static float Along(Quad axes, PagePoint point) => Dot(axes.TopLeft, axes.TopRight, point);

    private static float Across(Quad axes, PagePoint point) => Dot(axes.TopLeft, axes.BottomLeft, point);

    /// <summary>How far a point lies in the direction from one point to another.</summary>
    private static float Dot(PagePoint from, PagePoint to, PagePoint point)
    {
        (float x, float y) = (to.X - from.X, to.Y - from.Y);
        float length = MathF.Max(1e-3f, MathF.Sqrt(x * x + y * y));
        return ((point.X - from.X) * x + (point.Y - from.Y) * y) / length;
    }
}
