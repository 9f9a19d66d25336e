using BenchmarkDotNet.Attributes;
using Cis.Ocr.Detection;
using Cis.Ocr.Imaging;
using Cis.Ocr.Recognition;
using Cis.Pages;

namespace Cis.Benchmarks;

/// <summary>From the pixels of an A4 page at 200 dpi to the inputs of the detector and of the recognizer.</summary>
[MemoryDiagnoser]
public class ImagingBenchmarks : IDisposable
{
    private const int LineWidth = 1440;

    // Slanted by a quarter of a degree, and reduced from 54 rows to the recognizer's 48.
    private static readonly Quad s_line = new(new(16, 200), new(1636, 207), new(1636, 261), new(16, 254));

    private readonly PageImage _page = new();
    private readonly PlanarResampler _resampler = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
    private readonly float[] _linePlanes = new float[3 * LineCropper.Height * LineWidth];
    private DetectorSize _size;
    private float[] _pagePlanes = [];

    /// <summary>Gray, or in color.</summary>
    [Params(PixelFormat.Gray8, PixelFormat.Bgr24)]
    public PixelFormat Format { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _page.Reset(1653, 2339, Format);
        _page.Fill(255);
        _size = DetectorSize.For(_page, 960);
        _pagePlanes = new float[3 * _size.Width * _size.Height];
    }

    [Benchmark]
    public float ResamplePage()
    {
        _resampler.Resample(_page, _size.Width, _size.Height, _pagePlanes);
        return _pagePlanes[0];
    }

    [Benchmark]
    public float CropLine()
    {
        LineCropper.Crop(_page, s_line, LineWidth, LineWidth, _linePlanes);
        return _linePlanes[0];
    }

    public void Dispose()
    {
        _page.Dispose();
        GC.SuppressFinalize(this);
    }
}
