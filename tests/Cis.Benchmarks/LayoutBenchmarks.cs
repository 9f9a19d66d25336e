using BenchmarkDotNet.Attributes;
using Cis.Layout;
using Cis.Pages;

namespace Cis.Benchmarks;

/// <summary>Putting lines in order, on a page of columns.</summary>
[MemoryDiagnoser]
public class LayoutBenchmarks
{
    private const int LinesPerColumn = 60;

    private readonly List<DirectedLine> _lines = [];

    /// <summary>How many columns the page has.</summary>
    [Params(1, 3)]
    public int Columns { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        float pitch = 1500f / Columns;
        for (int i = 0; i < Columns * LinesPerColumn; i++)
        {
            float left = 80 + i % Columns * pitch;
            float top = 100 + i / Columns * 36;
            var box = Quad.FromRectangle(left, top, left + pitch - 60, top + 28);
            _lines.Add(new DirectedLine(new TextLine("A line of text", 1, box, []), Vertical: false));
        }
    }

    [Benchmark]
    public int Order() => ReadingOrder.Arrange(_lines).Lines.Count;
}
