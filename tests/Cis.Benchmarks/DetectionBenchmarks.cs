using BenchmarkDotNet.Attributes;
using Cis.Ocr.Detection;
using Cis.Pages;

namespace Cis.Benchmarks;

/// <summary>From the detector's map of a page with 50 lines to their boxes.</summary>
[MemoryDiagnoser]
public class DetectionBenchmarks : IDisposable
{
    private const int Lines = 50;

    private readonly PageImage _page = new();
    private readonly BoxExtractor _extractor = new();
    private readonly List<Quad> _boxes = [];
    private readonly DetectorSize _size = new(672, 960);
    private readonly float[] _map = new float[672 * 960];

    [GlobalSetup]
    public void Prepare()
    {
        _page.Reset(1653, 2339, PixelFormat.Gray8);
        for (int line = 0; line < Lines; line++)
        {
            for (int row = 0; row < 8; row++)
            {
                _map.AsSpan((line * 19 + row) * _size.Width + 50, 570).Fill(0.9f);
            }
        }
    }

    [Benchmark]
    public int LabelAndExtract()
    {
        _extractor.Extract(_map, _size, _page, _boxes);
        return _boxes.Count;
    }

    public void Dispose()
    {
        _page.Dispose();
        GC.SuppressFinalize(this);
    }
}
