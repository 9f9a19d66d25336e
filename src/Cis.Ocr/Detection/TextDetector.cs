using Cis.Ocr.Imaging;
using Cis.Ocr.Inference;
using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>Finds the lines of text on a page: scale, run the DB detector, extract boxes. One per engine.</summary>
internal sealed unsafe class TextDetector(OcrModels models, OcrOptions options)
{
    // In the detector's pixels. On A4 pages at a side of 960, boxes of 8-point print are 12.0 high and every word is
    // read; those of 7 and 6 points are 10.9, and 0.2 and 1.4 % of the words are lost. At 1280 none are.
    private const float SmallPrint = 11.5f;
    private const float CloserLook = 4 / 3f;

    private readonly List<float> _heights = [];
    private readonly PlanarResampler _resampler = new(models.Family.Detector.Mean, models.Family.Detector.Std);
    private readonly BoxExtractor _extractor = new();

    /// <summary>Finds the boxes of a page's lines; looks again, closer, where they turn out to be small print.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="boxes">Cleared, then filled.</param>
    /// <param name="control">Stops the run.</param>
    public void Detect(PageImage page, List<Quad> boxes, RunControl control)
    {
        DetectorSize size = DetectorSize.For(page, options.DetectorSide);
        Detect(page, size, boxes, control);
        DetectorSize closer = DetectorSize.For(page, (int)(options.DetectorSide * CloserLook));
        if (closer != size && MedianHeight(boxes) * size.Height < SmallPrint * page.Height)
        {
            Detect(page, closer, boxes, control);
        }
    }

    private void Detect(PageImage page, DetectorSize size, List<Quad> boxes, RunControl control)
    {
        lock (models.DetectionGate)
        {
            TensorBuffer buffer = models.DetectorInput;
            _resampler.Resample(page, size.Width, size.Height, buffer.Ensure(3 * size.Width * size.Height));
            using Tensor input = buffer.AsTensor([1, 3, size.Height, size.Width]);
            using Tensor map = models.Detector.Run(input, control);
            _extractor.Extract(new ReadOnlySpan<float>(map.Data, size.Width * size.Height), size, page, boxes);
        }
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
