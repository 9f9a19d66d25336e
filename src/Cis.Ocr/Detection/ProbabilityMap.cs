using System.Drawing;
using System.Runtime.InteropServices;

namespace Cis.Ocr.Detection;

/// <summary>The detector's answer for a page that it sees in tiles: 0 where it did not look.</summary>
internal sealed unsafe class ProbabilityMap : IDisposable
{
    private float* _values;

    /// <summary>A map of zeros.</summary>
    public ProbabilityMap(DetectorSize size)
    {
        Size = size;
        _values = (float*)NativeMemory.AllocZeroed((nuint)size.Width * (nuint)size.Height, sizeof(float));
    }

    /// <summary>Its size.</summary>
    public DetectorSize Size { get; }

    /// <summary>The values, row by row.</summary>
    public ReadOnlySpan<float> Values => new(_values, Size.Width * Size.Height);

    /// <summary>Takes a part over from what a tile saw.</summary>
    /// <param name="part">What is taken.</param>
    /// <param name="tile">The values of what was seen, row by row.</param>
    /// <param name="seen">Where that is on the map.</param>
    public void Fill(Rectangle part, ReadOnlySpan<float> tile, Rectangle seen)
    {
        for (int y = part.Top; y < part.Bottom; y++)
        {
            ReadOnlySpan<float> row = tile.Slice((y - seen.Y) * seen.Width + part.X - seen.X, part.Width);
            row.CopyTo(new Span<float>(_values + (nint)y * Size.Width + part.X, part.Width));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_values);
        _values = null;
    }
}
