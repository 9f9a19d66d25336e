using Cis.Ocr.Imaging;
using Cis.Ocr.Inference;
using Cis.Ocr.Models;
using Cis.Pages;

namespace Cis.Ocr.Detection;

/// <summary>Finds the lines of text on a page: scale, run the DB detector, extract boxes. One per engine.</summary>
internal sealed unsafe class TextDetector(OcrModels models, OcrOptions options) : IDisposable
{
    private readonly PlanarResampler _resampler = new(models.Family.Detector.Mean, models.Family.Detector.Std);
    private readonly TensorBuffer _input = new();
    private readonly BoxExtractor _extractor = new();

    /// <summary>Finds the boxes of a page's lines.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="boxes">Cleared, then filled.</param>
    /// <param name="control">Stops the run.</param>
    public void Detect(PageImage page, List<Quad> boxes, RunControl control)
    {
        DetectorSize size = DetectorSize.For(page, options.DetectorSide);
        _resampler.Resample(page, size.Width, size.Height, _input.Ensure(3 * size.Width * size.Height));
        using Tensor input = _input.AsTensor([1, 3, size.Height, size.Width]);
        lock (models.DetectionGate)
        {
            using Tensor map = models.Detector.Run(input, control);
            _extractor.Extract(new ReadOnlySpan<float>(map.Data, size.Width * size.Height), size, page, boxes);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _input.Dispose();
}
