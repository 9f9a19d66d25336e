using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cis.Documents.Images;

/// <summary>
/// Makes an image smaller while its rows stream by: each pixel of the result is the mean of the area it covers, as
/// PDFium and OpenCV's INTER_AREA do. Holds one row of sums.
/// </summary>
internal sealed class RowScaler
{
    private readonly int _channels;
    private readonly AreaWeights _columns;
    private readonly AreaWeights _rows;
    private readonly ushort[] _sums;
    private readonly byte[] _result;
    private readonly int _rowLength;
    private int _target;

    /// <summary>From one size to another that is no larger in either direction.</summary>
    internal RowScaler(int width, int height, int targetWidth, int targetHeight, int channels)
    {
        _channels = channels;
        _columns = new AreaWeights(width, targetWidth);
        _rows = new AreaWeights(height, targetHeight);
        _rowLength = width * channels;
        // Taps of weight zero may reach past the last pixel.
        _sums = new ushort[_rowLength + _columns.Taps * channels];
        _result = new byte[targetWidth * channels];
    }

    /// <summary>Takes the next row, from the top.</summary>
    /// <param name="y">Its number.</param>
    /// <param name="row">Its pixels.</param>
    /// <param name="emit">Called with the number and pixels of a result row when this row completes it.</param>
    internal void Accept(int y, ReadOnlySpan<byte> row, RowHandler emit)
    {
        // A row of the source lies in one row of the result, or across two.
        while (_target < _rows.Count && _rows.WeightOf(_target, y) is var weight and >= 0)
        {
            Add(row, (ushort)weight);
            if (!_rows.Ends(_target, y))
            {
                return;
            }

            SumColumns();
            emit(_target, _result);
            Array.Clear(_sums);
            _target++;
        }
    }

    private void Add(ReadOnlySpan<byte> row, ushort weight)
    {
        Span<ushort> sums = _sums.AsSpan(0, _rowLength);
        int i = 0;
        var factor = new Vector<ushort>(weight);
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out Vector<ushort> low, out Vector<ushort> high);
            Span<ushort> part = sums[i..];
            (new Vector<ushort>(part) + low * factor).CopyTo(part);
            part = part[Vector<ushort>.Count..];
            (new Vector<ushort>(part) + high * factor).CopyTo(part);
        }

        for (; i < row.Length; i++)
        {
            sums[i] += (ushort)(row[i] * weight);
        }
    }

    private void SumColumns()
    {
        const int Half = AreaWeights.One * AreaWeights.One / 2;
        ref ushort sums = ref MemoryMarshal.GetArrayDataReference(_sums);
        int taps = _columns.Taps;
        int at = 0;
        for (int x = 0; x < _columns.Count; x++)
        {
            ReadOnlySpan<ushort> weights = _columns.WeightsOf(x);
            ref ushort first = ref Unsafe.Add(ref sums, _columns.StartOf(x) * _channels);
            for (int c = 0; c < _channels; c++)
            {
                int sum = Half;
                for (int k = 0; k < taps; k++)
                {
                    sum += weights[k] * Unsafe.Add(ref first, k * _channels + c);
                }

                _result[at++] = (byte)(sum / (AreaWeights.One * AreaWeights.One));
            }
        }
    }
}

/// <summary>Takes a row of pixels and its number from the top.</summary>
internal delegate void RowHandler(int y, ReadOnlySpan<byte> row);

/// <summary>Which source pixels, with which weights, make up each result pixel along one axis.</summary>
internal sealed class AreaWeights
{
    /// <summary>What the weights of one result pixel sum to: a weighted sum of bytes then fits 16 bits.</summary>
    internal const int One = 256;

    private readonly int[] _starts;
    private readonly int[] _ends;
    private readonly ushort[] _weights;

    internal AreaWeights(int size, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, count);
        Count = count;
        Taps = (size + count - 1) / count + 1;
        _starts = new int[count];
        _ends = new int[count];
        _weights = new ushort[count * Taps];
        for (int i = 0; i < count; i++)
        {
            Fill(i, size);
        }
    }

    /// <summary>Result pixels.</summary>
    internal int Count { get; }

    /// <summary>Weights per result pixel; the last ones may be zero.</summary>
    internal int Taps { get; }

    internal int StartOf(int i) => _starts[i];

    internal ReadOnlySpan<ushort> WeightsOf(int i) => _weights.AsSpan(i * Taps, Taps);

    /// <summary>The weight of a source pixel in a result pixel, or -1 where it has none.</summary>
    internal int WeightOf(int i, int source) =>
        source >= _starts[i] && source < _ends[i] ? _weights[i * Taps + source - _starts[i]] : -1;

    /// <summary>Whether a source pixel is the last of a result pixel.</summary>
    internal bool Ends(int i, int source) => source == _ends[i] - 1;

    /// <summary>In units of 1/count of a source pixel a result pixel covers exactly [i * size, (i + 1) * size).</summary>
    private void Fill(int i, int size)
    {
        long start = (long)i * size;
        long end = start + size;
        _starts[i] = (int)(start / Count);
        _ends[i] = (int)((end + Count - 1) / Count);
        int given = 0;
        for (int source = _starts[i]; source < _ends[i]; source++)
        {
            long covered = Math.Min(end, (long)(source + 1) * Count) - start;
            int upTo = (int)((covered * One + size / 2) / size);
            _weights[i * Taps + source - _starts[i]] = (ushort)(upTo - given);
            given = upTo;
        }
    }
}
