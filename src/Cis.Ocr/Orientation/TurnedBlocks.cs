using Cis.Layout;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Ocr.Orientation;

/// <summary>
/// Puts a page in order of which a block is turned: the block in the order of one who turns the page for it, where it
/// stands among the lines above and below it.
/// </summary>
internal static class TurnedBlocks
{
    // Of the page's other lines: where more stand beside the block, it has no place between them and comes last.
    private const float MostBeside = 0.3f;

    /// <summary>Orders a page.</summary>
    /// <param name="lines">In the frame of the page held upright.</param>
    /// <param name="block">Which of them make up the block.</param>
    /// <param name="turn">The way the block's text runs in that frame.</param>
    /// <param name="width">Of that frame.</param>
    /// <param name="height">Of that frame.</param>
    /// <param name="furigana">What becomes of the readings of Japanese words.</param>
    public static PageLayout Arrange(
        List<DirectedLine> lines,
        Predicate<int> block,
        ReadingDirection turn,
        int width,
        int height,
        FuriganaMode furigana = FuriganaMode.After
    )
    {
        var frame = new PageFrame(turn.ToRotation(), width, height);
        List<DirectedLine> turned = [];
        List<DirectedLine> others = [];
        float top = float.MaxValue;
        float bottom = float.MinValue;
        for (int i = 0; i < lines.Count; i++)
        {
            if (!block(i))
            {
                others.Add(lines[i]);
                continue;
            }

            turned.Add(lines[i] with { Line = frame.ToReader(lines[i].Line) });
            top = MathF.Min(top, lines[i].Line.Box.Top);
            bottom = MathF.Max(bottom, lines[i].Line.Box.Bottom);
        }

        float middle = PlaceOf(others, top, bottom);
        PageLayout above = ReadingOrder.Arrange(others.FindAll(line => Middle(line) < middle), furigana);
        PageLayout inside = Back(ReadingOrder.Arrange(turned, furigana), frame.Inverse());
        PageLayout below = ReadingOrder.Arrange(others.FindAll(line => !(Middle(line) < middle)), furigana);
        return PageArranger.Join([above, inside, below]);
    }

    private static float PlaceOf(List<DirectedLine> others, float top, float bottom)
    {
        int beside = others.FindAll(line => Middle(line) > top && Middle(line) < bottom).Count;
        return beside > MostBeside * others.Count ? float.PositiveInfinity : (top + bottom) / 2;
    }

    private static float Middle(DirectedLine line) => (line.Line.Box.Top + line.Line.Box.Bottom) / 2;

    private static PageLayout Back(PageLayout layout, PageFrame frame)
    {
        var lines = new TextLine[layout.Lines.Count];
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = frame.ToReader(layout.Lines[i]);
        }

        return layout with
        {
            Lines = lines,
            Tables = frame.ToReader(layout.Tables),
        };
    }
}
