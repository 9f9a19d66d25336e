using System.Diagnostics;
using Cis.Documents;
using Cis.Layout;
using Cis.Ocr;
using Cis.Pages;

namespace Cis.Reading;

/// <summary>Makes one page of what a document says of it and of what is read from its pixels.</summary>
/// <param name="ocr">Reads the pixels.</param>
/// <param name="furigana">What becomes of the readings of Japanese words.</param>
/// <param name="judge">Is told which doubtful fonts lie.</param>
/// <param name="content">The page.</param>
/// <param name="pixels">Its pixels.</param>
/// <param name="times">Receives the time of each step.</param>
/// <param name="token">Ends the reading.</param>
internal sealed class PageMixer(
    OcrEngine ocr,
    FuriganaMode furigana,
    Action<FontVerdict> judge,
    PageContent content,
    PageImage pixels,
    StageTimes times,
    CancellationToken token
) : IBoxReader
{
    // In heights of the line: a text layer's boxes end at the letters, those of the recognizer's training a little outside.
    private const float MarginAlong = 0.15f;
    private const float MarginAcross = 0.05f;

    // Of a line's area: what lies on digital text to be read by itself is that text.
    private const float Covered = 0.5f;

    // A line that the image shows and the layer says as well.
    private const double Same = 0.7;

    private readonly List<DirectedLine> _lines = [];
    private readonly List<TextLine> _tilted = [];
    private readonly List<Quad> _unsure = [];
    private PageRemarks _remarks = PageRemarks.None;

    /// <summary>The page.</summary>
    internal PageText Mix()
    {
        foreach (PageRegion region in content.Regions)
        {
            Take(region);
        }

        // A page without visible digital text is pixels as a whole.
        bool isPicture = content.Regions.All(region => region.Kind == RegionKind.Hidden);
        if (isPicture || content.Regions.Any(region => region.Kind == RegionKind.Pixels))
        {
            TakePixels();
        }

        return Arrange();
    }

    /// <inheritdoc/>
    public IReadOnlyList<TextLine?> Read(IReadOnlyList<Quad> boxes) =>
        boxes.Count == 0 ? [] : ocr.ReadBoxes(pixels, [.. boxes.Select(Widen)], times, token);

    private void Take(PageRegion region)
    {
        switch (region.Kind)
        {
            case RegionKind.Text:
                TakeAsTheyAre(region.Lines);
                break;
            case RegionKind.Doubtful when region.Characters is not null:
                TakePartly(region);
                break;
            case RegionKind.Doubtful when Lies(region):
            case RegionKind.Unreadable:
                TakeReadings(region.Lines);
                break;
            case RegionKind.Doubtful or RegionKind.Gaps:
                _unsure.AddRange(region.Lines.Select(line => line.Line.Box));
                TakeFilled(region.Lines);
                break;
            case RegionKind.Hidden or RegionKind.Pixels:
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void TakeAsTheyAre(IReadOnlyList<RegionLine> lines)
    {
        foreach (RegionLine line in lines)
        {
            if (line.Tilted)
            {
                _tilted.Add(line.Line);
            }
            else
            {
                _lines.Add(new DirectedLine(line.Line, line.Vertical));
            }
        }
    }

    private void TakeFilled(IReadOnlyList<RegionLine> lines)
    {
        var filler = new GapFiller(this);
        List<TextLine> filled = filler.Fill([.. lines.Select(line => line.Line)]);
        for (int i = 0; i < filled.Count; i++)
        {
            if (filled[i].Words.Count > 0)
            {
                _lines.Add(new DirectedLine(filled[i], lines[i].Vertical));
            }
        }

        _remarks = _remarks.And(RemarksOn(filler.UnreadLines, lines.Count));
    }

    private static PageRemarks RemarksOn(int unread, int lines) =>
        unread == 0 ? PageRemarks.None : new PageRemarks { UnreadLines = unread, UnreadShare = (float)unread / lines };

    /// <summary>Takes lines of a font of which some characters may be others than it says.</summary>
    private void TakePartly(PageRegion region)
    {
        string? lying = FontTrial.Lying(region.Lines, region.Characters!, this);
        if (lying is { Length: > 0 })
        {
            judge(new FontVerdict(region.Font!, Lies: true, lying));
        }

        if (lying is not null)
        {
            judge(new FontVerdict(region.Font!, Lies: false, string.Concat(region.Characters!.Except(lying))));
        }

        _unsure.AddRange(region.Lines.Select(line => line.Line.Box));
        TakeFilled(string.IsNullOrEmpty(lying) ? region.Lines : [.. region.Lines.Select(line => Without(line, lying))]);
    }

    /// <summary>A line with gaps where its characters are others.</summary>
    private static RegionLine Without(RegionLine line, string lying)
    {
        var words = line.Line.Words.Select(word => word with { Text = Without(word.Text, lying) }).ToList();
        return line with { Line = line.Line with { Text = Without(line.Line.Text, lying), Words = words } };
    }

    private static string Without(string text, string lying) =>
        string.Concat(text.Select(c => lying.Contains(c) ? PageRegion.Lie : c));

    private bool Lies(PageRegion region)
    {
        bool? lies = FontTrial.Lies(region.Lines, this);
        if (lies is not null)
        {
            judge(new FontVerdict(region.Font!, lies.Value));
        }

        return lies == true;
    }

    private void TakeReadings(IReadOnlyList<RegionLine> lines)
    {
        _unsure.AddRange(lines.Select(line => line.Line.Box));
        IReadOnlyList<TextLine?> readings = Read([.. lines.Select(line => line.Line.Box)]);
        for (int i = 0; i < readings.Count; i++)
        {
            if (readings[i] is { } reading)
            {
                _lines.Add(new DirectedLine(reading, lines[i].Vertical));
            }
        }
    }

    private void TakePixels()
    {
        OcrLines read = ocr.ReadLines(pixels, times, token);
        _remarks = _remarks.And(read.Remarks);
        PageFrame scanned = new PageFrame(read.Rotation, pixels.Width, pixels.Height).Inverse();
        var found = new List<DirectedLine>(read.Lines.Count);
        foreach (DirectedLine line in read.Lines)
        {
            found.Add(line with { Line = scanned.ToReader(line.Line) });
        }

        foreach (PageRegion region in content.Regions)
        {
            found = region.Kind == RegionKind.Hidden ? new HiddenLayer(region.Lines).Improve(found) : found;
        }

        int digital = _lines.Count;
        foreach (DirectedLine line in found)
        {
            if (!IsTaken(line.Line, digital))
            {
                _lines.Add(line);
            }
        }
    }

    /// <summary>Whether a line is there already, as digital text.</summary>
    private bool IsTaken(TextLine line, int digital)
    {
        float covered = 0;
        foreach (Quad box in _unsure)
        {
            covered += Shared(line.Box, box);
        }

        if (covered >= Covered * Area(line.Box))
        {
            return true;
        }

        for (int i = 0; i < digital; i++)
        {
            TextLine other = _lines[i].Line;
            if (
                Shared(line.Box, other.Box) >= Covered * MathF.Min(Area(line.Box), Area(other.Box))
                && TextLikeness.Of(line.Text, other.Text) >= Same
            )
            {
                return true;
            }
        }

        return false;
    }

    private PageText Arrange()
    {
        using StageMeasurement _ = times.Measure(Stage.Order);
        (int rotation, PageLayout layout) = PageArranger.Arrange(_lines, pixels.Width, pixels.Height, furigana);
        if (_tilted.Count > 0)
        {
            layout = PageArranger.Join([
                layout,
                ReadingOrder.Arrange([.. _tilted.Select(line => new DirectedLine(line, false))]),
            ]);
        }

        return new PageText(
            SourceOf(layout.Lines),
            pixels.Width,
            pixels.Height,
            rotation,
            layout.Text,
            layout.Lines,
            layout.Paragraphs
        )
        {
            Remarks = _remarks,
            Tables = layout.Tables,
        };
    }

    private static TextSource SourceOf(IReadOnlyList<TextLine> lines)
    {
        bool ocr = lines.Any(line => line.Source == TextSource.Ocr);
        bool layer = lines.Any(line => line.Source == TextSource.TextLayer);
        return layer ? (ocr ? TextSource.Mixed : TextSource.TextLayer) : TextSource.Ocr;
    }

    /// <summary>A box with the white around its line that the recognizer is used to.</summary>
    private static Quad Widen(Quad box)
    {
        float along = MarginAlong * box.Height / MathF.Max(1, box.Width);
        return new Quad(
            Outwards(box.TopLeft, box.TopRight, box.BottomLeft, along),
            Outwards(box.TopRight, box.TopLeft, box.BottomRight, along),
            Outwards(box.BottomRight, box.BottomLeft, box.TopRight, along),
            Outwards(box.BottomLeft, box.BottomRight, box.TopLeft, along)
        );
    }

    private static PagePoint Outwards(PagePoint corner, PagePoint besides, PagePoint across, float along) =>
        new(
            corner.X + along * (corner.X - besides.X) + MarginAcross * (corner.X - across.X),
            corner.Y + along * (corner.Y - besides.Y) + MarginAcross * (corner.Y - across.Y)
        );

    private static float Shared(Quad a, Quad b)
    {
        float width = MathF.Min(a.Right, b.Right) - MathF.Max(a.Left, b.Left);
        float height = MathF.Min(a.Bottom, b.Bottom) - MathF.Max(a.Top, b.Top);
        return width > 0 && height > 0 ? width * height : 0;
    }

    private static float Area(Quad box) => (box.Right - box.Left) * (box.Bottom - box.Top);
}
