using System.Drawing;
using Cis.Ocr.Imaging;
using Cis.Ocr.Inference;
using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>
/// Finds the lines of text on a page: scale, run the DB detector, extract boxes. The first look is at the page as a whole;
/// where it leaves ink that looks like print too small to see, a closer one follows, by the size of that print.
/// One per engine.
/// </summary>
internal sealed unsafe class TextDetector(OcrModels models, OcrOptions options)
{
    // In the detector's pixels. On A4 pages at a side of 960, boxes of 8-point print are 12.0 high and every word is
    // read; those of 7 and 6 points are 10.9, and 0.2 and 1.4 % of the words are lost. At 1280 none are.
    private const float SmallPrint = 11.5f;
    private const float CloserLook = 4 / 3f;

    private readonly List<float> _heights = [];
    private readonly List<Quad> _wider = [];
    private readonly List<string> _notes = [];
    private readonly PlanarResampler _resampler = new(models.Family.Detector.Mean, models.Family.Detector.Std);
    private readonly BoxExtractor _extractor = new();
    private readonly InkFinder _ink = new();
    private readonly UnseenPrint _unseen = new();

    /// <summary>A sentence for each bound that cut something off the last page.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Finds the boxes of a page's lines; looks again, closer, where there turns out to be small print.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="boxes">Cleared, then filled.</param>
    /// <param name="control">Stops the run.</param>
    public void Detect(PageImage page, List<Quad> boxes, RunControl control)
    {
        _notes.Clear();
        var size = DetectorSize.For(page, options.DetectorSide);
        Detect(page, size, boxes, control);
        var closer = DetectorSize.For(page, (int)(options.DetectorSide * CloserLook));
        if (closer != size && MedianHeight(boxes) * size.Height < SmallPrint * page.Height)
        {
            size = closer;
            Detect(page, size, boxes, control);
        }

        LookForUnseen(page, size, boxes, control);
        if (_extractor.WasCut)
        {
            _notes.Add($"The page has more than {BoxExtractor.MostBoxes} lines; the others were not read.");
        }
    }

    private void LookForUnseen(PageImage page, DetectorSize seenAt, List<Quad> boxes, RunControl control)
    {
        float scale = MathF.Min(seenAt.Width / (float)page.Width, seenAt.Height / (float)page.Height);
        List<InkMark> marks = _ink.Find(page);
        _unseen.Find(page, marks, boxes, scale);
        if (CloserScale.For(_unseen, marks.Count - _unseen.Marks.Count, scale, page) is not { } closer)
        {
            return;
        }

        _wider.Clear();
        for (int i = 0; i < boxes.Count; i++)
        {
            if (_unseen.IsSeen(i))
            {
                _wider.Add(boxes[i]);
            }
        }

        DetectInTiles(page, DetectorSize.Scaled(page, closer.Scale), boxes, control);
        BoxUnion.Join(_wider, boxes);
        if (closer.Note is { } note)
        {
            _notes.Add(note);
        }
    }

    private void Detect(PageImage page, DetectorSize size, List<Quad> boxes, RunControl control)
    {
        lock (models.DetectionGate)
        {
            var whole = new Rectangle(0, 0, size.Width, size.Height);
            using Tensor map = Run(page, size, whole, control);
            _extractor.Extract(new ReadOnlySpan<float>(map.Data, size.Width * size.Height), size, page, boxes);
        }
    }

    private void DetectInTiles(PageImage page, DetectorSize size, List<Quad> boxes, RunControl control)
    {
        using var map = new ProbabilityMap(size);
        Size step = DetectorTiles.SizeFor(size);
        for (int y = 0; y < size.Height; y += step.Height)
        {
            for (int x = 0; x < size.Width; x += step.Width)
            {
                var part = Rectangle.Intersect(
                    new Rectangle(x, y, step.Width, step.Height),
                    new Rectangle(0, 0, size.Width, size.Height)
                );
                if (HasUnseen(part, page, size))
                {
                    FillPart(map, part, page, control);
                }
            }
        }

        _extractor.Extract(map.Values, size, page, boxes);
    }

    private void FillPart(ProbabilityMap map, Rectangle part, PageImage page, RunControl control)
    {
        Rectangle seen = DetectorTiles.WithMargin(part, map.Size);
        lock (models.DetectionGate)
        {
            using Tensor tile = Run(page, map.Size, seen, control);
            map.Fill(part, new ReadOnlySpan<float>(tile.Data, seen.Width * seen.Height), seen);
        }
    }

    /// <summary>Runs the graph on a part of a page, behind the gate.</summary>
    private Tensor Run(PageImage page, DetectorSize size, Rectangle part, RunControl control)
    {
        TensorBuffer buffer = models.DetectorInput;
        _resampler.Resample(page, size.Width, size.Height, part, buffer.Ensure(3 * part.Width * part.Height));
        using Tensor input = buffer.AsTensor([1, 3, part.Height, part.Width]);
        return models.Detector.Run(input, control);
    }

    private bool HasUnseen(Rectangle part, PageImage page, DetectorSize size)
    {
        float scaleX = size.Width / (float)page.Width;
        float scaleY = size.Height / (float)page.Height;
        foreach (InkMark mark in _unseen.Marks)
        {
            if (part.Contains((int)(mark.CenterX * scaleX), (int)(mark.CenterY * scaleY)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Half of the boxes are at most this high, in pixels of the page; a box on its side counts by its width.</summary>
    private float MedianHeight(List<Quad> boxes)
    {
        if (boxes.Count == 0)
        {
            return float.MaxValue;
        }

        _heights.Clear();
        foreach (Quad box in boxes)
        {
            _heights.Add(MathF.Min(box.Width, box.Height));
        }

        _heights.Sort();
        return _heights[_heights.Count / 2];
    }
}
