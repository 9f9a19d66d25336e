using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Cis.Documents.Images;

/// <summary>
/// Makes an image smaller while its rows stream by: each pixel of the result is the mean of the area it covers, as
/// PDFium and OpenCV's INTER_AREA do. Holds one row of sums.
/// </summary>
internal sealed class RowScaler
{
    // Half of what the product of two weights, of a row and a column, makes of one.
    private const int Half = AreaWeights.One * AreaWeights.One / 2;

    private readonly int _channels;
    private readonly AreaWeights _rows;
    private readonly ushort[] _sums;
    private readonly int _rowLength;
    private readonly byte[] _result;

    // For each result byte where its first sum is, and the weight of each tap, one tap's after the other's.
    private readonly int _taps;
    private readonly int[] _firstSums;
    private readonly int[] _tapWeights;
    private int _target;

    /// <summary>From one size to another that is no larger in either direction.</summary>
    internal RowScaler(int width, int height, int targetWidth, int targetHeight, int channels)
    {
        _channels = channels;
        _rows = new AreaWeights(height, targetHeight);
        _rowLength = width * channels;
        _result = new byte[targetWidth * channels];
        var columns = new AreaWeights(width, targetWidth);
        _taps = columns.Taps;
        // Taps of weight zero, and the neighbor that a gather reads along, may lie past the last pixel.
        _sums = new ushort[_rowLength + (_taps + 1) * channels];
        _firstSums = new int[_result.Length];
        _tapWeights = new int[_taps * _result.Length];
        for (int i = 0; i < _result.Length; i++)
        {
            _firstSums[i] = columns.StartOf(i / channels) * channels + i % channels;
            for (int k = 0; k < _taps; k++)
            {
                _tapWeights[k * _result.Length + i] = columns.WeightsOf(i / channels)[k];
            }
        }
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
        int at = Avx2.IsSupported ? SumColumnsInEights() : 0;
        for (; at < _result.Length; at++)
        {
            int sum = Half;
            for (int k = 0; k < _taps; k++)
            {
                sum += _tapWeights[k * _result.Length + at] * _sums[_firstSums[at] + k * _channels];
            }

            _result[at] = (byte)(sum >> 16);
        }
    }

    /// <summary>Eight result bytes at a time, their sums gathered; returns how many were done.</summary>
    private unsafe int SumColumnsInEights()
    {
        int at = 0;
        fixed (ushort* sums = _sums)
        fixed (int* first = _firstSums)
        fixed (int* weights = _tapWeights)
        fixed (byte* result = _result)
        {
            for (; at <= _result.Length - 8; at += 8)
            {
                var sum = Vector256.Create(Half);
                var index = Vector256.Load(first + at);
                for (int k = 0; k < _taps; k++)
                {
                    // A gather takes four bytes: the low two are the sum, the high two its neighbor.
                    Vector256<int> pair = Avx2.GatherVector256((int*)(sums + k * _channels), index, sizeof(ushort));
                    sum += (pair & Vector256.Create(0xFFFF)) * Vector256.Load(weights + k * _result.Length + at);
                }

                var shorts = Vector128.Narrow((sum >> 16).GetLower(), (sum >> 16).GetUpper());
                *(ulong*)(result + at) = Vector128.Narrow(shorts.AsUInt16(), default).AsUInt64().ToScalar();
            }
        }

        return at;
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
        _starts = new int[count];
        _ends = new int[count];
        for (int i = 0; i < count; i++)
        {
            // In units of 1/count of a source pixel a result pixel covers exactly [i * size, (i + 1) * size).
            _starts[i] = (int)((long)i * size / count);
            _ends[i] = (int)(((long)(i + 1) * size + count - 1) / count);
            Taps = Math.Max(Taps, _ends[i] - _starts[i]);
        }

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

    /// <summary>Rounds the share covered so far, not each share, so that they sum to one.</summary>
    private void Fill(int i, int size)
    {
        long start = (long)i * size;
        int given = 0;
        for (int source = _starts[i]; source < _ends[i]; source++)
        {
            long covered = Math.Min(size, (long)(source + 1) * Count - start);
            int upTo = (int)((covered * One + size / 2) / size);
            _weights[i * Taps + source - _starts[i]] = (ushort)(upTo - given);
            given = upTo;
        }
    }
}
