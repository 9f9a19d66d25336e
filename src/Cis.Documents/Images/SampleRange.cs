using System.Buffers.Binary;
using System.Diagnostics;

namespace Cis.Documents.Images;

/// <summary>How the samples of a picture that are no plain bytes or 16-bit numbers are stored; libvips's VipsBandFormat.</summary>
internal enum SampleFormat
{
    UInt8 = 0,
    Int8 = 1,
    UInt16 = 2,
    Int16 = 3,
    UInt32 = 4,
    Int32 = 5,
    Float = 6,
    Complex = 7,
    Double = 8,
    DoubleComplex = 9,
}

/// <summary>
/// Turns samples of any range to bytes. Whether 0 to 1, 0 to 51,000 or -1 to 1, no file says what is black and what is
/// white: the least and the largest are, but for the odd few.
/// </summary>
internal sealed class SampleRange
{
    // A picture's samples are thinned out to so many.
    private const int MostKept = 1 << 20;

    // Of these as many may be stray at either end: a hot pixel, a "no data" of -1e38.
    private const double Stray = 0.0002;

    private readonly SampleFormat _format;
    private readonly bool _wordsSwapped;
    private readonly long _every;
    private readonly List<double> _kept = [];
    private long _seen;
    private double _least;
    private double _scale;

    /// <summary>A range that has seen nothing.</summary>
    /// <param name="format">Of the samples.</param>
    /// <param name="samples">How many will come.</param>
    /// <param name="wordsSwapped">The high word of a double comes first.</param>
    public SampleRange(SampleFormat format, long samples, bool wordsSwapped)
    {
        (_format, _wordsSwapped) = (format, wordsSwapped);
        _every = Math.Max(1, samples / MostKept);
    }

    /// <summary>Bytes of a sample.</summary>
    public static int BytesOf(SampleFormat format) =>
        format switch
        {
            SampleFormat.UInt8 or SampleFormat.Int8 => 1,
            SampleFormat.UInt16 or SampleFormat.Int16 => 2,
            SampleFormat.Complex or SampleFormat.Double => 8,
            SampleFormat.DoubleComplex => 16,
            SampleFormat.UInt32 or SampleFormat.Int32 or SampleFormat.Float => 4,
            _ => throw new UnreachableException(),
        };

    /// <summary>Learns from samples.</summary>
    public void See(ReadOnlySpan<byte> samples)
    {
        int bytes = BytesOf(_format);
        for (int i = 0; i < samples.Length; i += bytes)
        {
            if (_seen++ % _every == 0 && Value(samples[i..]) is var value && double.IsFinite(value))
            {
                _kept.Add(value);
            }
        }
    }

    /// <summary>Ends the learning.</summary>
    public void Settle()
    {
        _kept.Sort();
        int stray = (int)(_kept.Count * Stray);
        _least = _kept.Count == 0 ? 0 : _kept[stray];
        double most = _kept.Count == 0 ? 0 : _kept[_kept.Count - 1 - stray];
        _scale = most > _least ? byte.MaxValue / (most - _least) : 0;
    }

    /// <summary>A sample as a byte; what is no number is white.</summary>
    public byte ToByte(ReadOnlySpan<byte> sample)
    {
        double value = Value(sample);
        return double.IsNaN(value) || _scale == 0
            ? byte.MaxValue
            : (byte)Math.Clamp((value - _least) * _scale + 0.5, 0, byte.MaxValue);
    }

    private double Value(ReadOnlySpan<byte> sample) =>
        _format switch
        {
            SampleFormat.Int8 => (sbyte)sample[0],
            SampleFormat.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(sample),
            SampleFormat.Int16 => BinaryPrimitives.ReadInt16LittleEndian(sample),
            SampleFormat.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(sample),
            SampleFormat.Int32 => BinaryPrimitives.ReadInt32LittleEndian(sample),
            SampleFormat.Float => BinaryPrimitives.ReadSingleLittleEndian(sample),
            SampleFormat.Double => BitConverter.UInt64BitsToDouble(
                ulong.RotateLeft(BinaryPrimitives.ReadUInt64LittleEndian(sample), _wordsSwapped ? 32 : 0)
            ),
            SampleFormat.UInt8 or SampleFormat.Complex or SampleFormat.DoubleComplex => sample[0],
            _ => throw new UnreachableException(),
        };
}
