using System.Drawing;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Cis.Pages;

namespace Cis.Ocr.Imaging;

/// <summary>
/// Scales a page into a tensor [3,H,W] of normalized floats: rows first (whole rows added as vectors, which is where
/// the pixels are), then columns, then one plane a channel. A gray page gives three planes of the same picture.
/// </summary>
internal sealed class PlanarResampler(IReadOnlyList<float> mean, IReadOnlyList<float> std)
{
    private const float ByteRange = 255;

    private readonly AxisFilter _rows = new();
    private readonly AxisFilter _columns = new();
    private float[] _row = [];
    private float[] _scratch = [];
    private int _firstColumn;

    /// <summary>Resamples a page.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="width">Of the tensor.</param>
    /// <param name="height">Of the tensor.</param>
    /// <param name="planes">3 * height * width floats, all written: (pixel / 255 - mean) / std.</param>
    public void Resample(PageImage page, int width, int height, Span<float> planes) =>
        Resample(page, width, height, new Rectangle(0, 0, width, height), planes);

    /// <summary>Resamples a part of a page.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="width">Of the whole page, resampled.</param>
    /// <param name="height">Of the whole page, resampled.</param>
    /// <param name="part">What of that is wanted: the tensor's size.</param>
    /// <param name="planes">3 floats for each pixel of the part, all written.</param>
    public void Resample(PageImage page, int width, int height, Rectangle part, Span<float> planes)
    {
        _rows.Prepare(page.Height, height);
        _columns.Prepare(page.Width, width);
        _firstColumn = _columns.First(part.X);
        int columns = _columns.First(part.Right - 1) + _columns.Taps - _firstColumn;
        int rowLength = columns * page.Channels;
        if (_row.Length <= rowLength)
        {
            _row = new float[rowLength + 1];
            _scratch = new float[rowLength];
        }

        for (int y = 0; y < part.Height; y++)
        {
            BlendRows(page, part.Y + y, _row.AsSpan(0, rowLength));
            SplitColumns(page.Channels, y, part, planes);
        }
    }

    private void BlendRows(PageImage page, int y, Span<float> row)
    {
        row.Clear();
        Span<float> scratch = _scratch.AsSpan(0, row.Length);
        ReadOnlySpan<float> weights = _rows.Weights(y);
        for (int tap = 0; tap < weights.Length; tap++)
        {
            if (weights[tap] > 0)
            {
                Span<byte> pixels = page.Row(_rows.First(y) + tap).Slice(_firstColumn * page.Channels, row.Length);
                TensorPrimitives.ConvertTruncating<byte, float>(pixels, scratch);
                TensorPrimitives.MultiplyAdd(scratch, weights[tap], row, row);
            }
        }
    }

    private void SplitColumns(int channels, int y, Rectangle part, Span<float> planes)
    {
        int width = part.Width;
        int plane = width * part.Height;
        Span<float> first = planes.Slice(y * width, width);
        Span<float> second = planes.Slice(plane + y * width, width);
        Span<float> third = planes.Slice(2 * plane + y * width, width);
        if (channels == 1)
        {
            FilterGray(third, part.X);
            Normalize(third, 0, first);
            Normalize(third, 1, second);
        }
        else
        {
            FilterColor(first, second, third, part.X);
            Normalize(first, 0, first);
            Normalize(second, 1, second);
        }

        Normalize(third, 2, third);
    }

    private void Normalize(ReadOnlySpan<float> values, int channel, Span<float> target)
    {
        TensorPrimitives.Multiply(values, 1 / (ByteRange * std[channel]), target);
        TensorPrimitives.Subtract(target, mean[channel] / std[channel], target);
    }

    private void FilterGray(Span<float> target, int from)
    {
        int taps = _columns.Taps;
        ref float row = ref MemoryMarshal.GetArrayDataReference(_row);
        for (int x = 0; x < target.Length; x++)
        {
            ReadOnlySpan<float> weights = _columns.Weights(from + x);
            ref float source = ref Unsafe.Add(ref row, _columns.First(from + x) - _firstColumn);
            float sum = 0;
            for (int tap = 0; tap < taps; tap++)
            {
                sum += weights[tap] * Unsafe.Add(ref source, tap);
            }

            target[x] = sum;
        }
    }

    /// <summary>All three channels of a pixel at once, with the float behind them, for which <c>_row</c> has room.</summary>
    private void FilterColor(Span<float> first, Span<float> second, Span<float> third, int from)
    {
        int taps = _columns.Taps;
        ref float row = ref MemoryMarshal.GetArrayDataReference(_row);
        for (int x = 0; x < first.Length; x++)
        {
            ReadOnlySpan<float> weights = _columns.Weights(from + x);
            ref float source = ref Unsafe.Add(ref row, (_columns.First(from + x) - _firstColumn) * 3);
            Vector128<float> sum = Vector128<float>.Zero;
            for (int tap = 0; tap < taps; tap++)
            {
                sum += weights[tap] * Vector128.LoadUnsafe(ref Unsafe.Add(ref source, tap * 3));
            }

            (first[x], second[x], third[x]) = (sum[0], sum[1], sum[2]);
        }
    }
}
