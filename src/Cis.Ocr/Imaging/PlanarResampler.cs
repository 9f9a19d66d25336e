using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cis.Pages;

namespace Cis.Ocr.Imaging;

/// <summary>
/// Scales a page into a tensor [3,H,W] of normalised floats: rows first (whole rows added as vectors, which is where
/// the pixels are), then columns, then one plane a channel. A grey page gives three planes of the same picture.
/// </summary>
internal sealed class PlanarResampler(IReadOnlyList<float> mean, IReadOnlyList<float> std)
{
    private const float ByteRange = 255;

    private readonly AxisFilter _rows = new();
    private readonly AxisFilter _columns = new();
    private float[] _row = [];
    private float[] _scratch = [];

    /// <summary>Resamples a page.</summary>
    /// <param name="page">The page in full size.</param>
    /// <param name="width">Of the tensor.</param>
    /// <param name="height">Of the tensor.</param>
    /// <param name="planes">3 * height * width floats, all written: (pixel / 255 - mean) / std.</param>
    public void Resample(PageImage page, int width, int height, Span<float> planes)
    {
        _rows.Prepare(page.Height, height);
        _columns.Prepare(page.Width, width);
        int rowLength = page.Width * page.Channels;
        if (_row.Length < rowLength)
        {
            _row = new float[rowLength];
            _scratch = new float[rowLength];
        }

        for (int y = 0; y < height; y++)
        {
            BlendRows(page, y, _row.AsSpan(0, rowLength));
            SplitColumns(page.Channels, y, width, height, planes);
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
                TensorPrimitives.ConvertTruncating<byte, float>(page.Row(_rows.First(y) + tap), scratch);
                TensorPrimitives.MultiplyAdd(scratch, weights[tap], row, row);
            }
        }
    }

    private void SplitColumns(int channels, int y, int width, int height, Span<float> planes)
    {
        int plane = width * height;
        for (int channel = 0; channel < 3; channel++)
        {
            Span<float> target = planes.Slice(channel * plane + y * width, width);
            FilterColumns(channels, channels == 1 ? 0 : channel, target);
            TensorPrimitives.Multiply(target, 1 / (ByteRange * std[channel]), target);
            TensorPrimitives.Subtract(target, mean[channel] / std[channel], target);
        }
    }

    private void FilterColumns(int channels, int channel, Span<float> target)
    {
        int taps = _columns.Taps;
        ref float row = ref MemoryMarshal.GetArrayDataReference(_row);
        for (int x = 0; x < target.Length; x++)
        {
            ReadOnlySpan<float> weights = _columns.Weights(x);
            int source = _columns.First(x) * channels + channel;
            float sum = 0;
            for (int tap = 0; tap < taps; tap++)
            {
                sum += weights[tap] * Unsafe.Add(ref row, source + tap * channels);
            }

            target[x] = sum;
        }
    }
}
