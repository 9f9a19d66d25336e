using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Cis.Pages;

namespace Cis.Sandbox.Messages;

/// <summary>Writes a message, with room for its frame before it, into memory that is used again from message to message.</summary>
internal sealed class MessageWriter
{
    private static readonly int FrameBytes = Unsafe.SizeOf<Frame>();

    private byte[] _bytes = new byte[16 << 10];
    private int _length = FrameBytes;

    /// <summary>What was written since <see cref="Clear"/>.</summary>
    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(FrameBytes, _length - FrameBytes);

    /// <summary>Begins a message.</summary>
    internal void Clear() => _length = FrameBytes;

    /// <summary>The message with its frame, to be sent at once.</summary>
    internal ReadOnlySpan<byte> Framed(int kind, int number, int flags = 0)
    {
        var frame = new Frame(_length - FrameBytes, kind, number, flags);
        MemoryMarshal.Write(_bytes, in frame);
        return _bytes.AsSpan(0, _length);
    }

    internal void Byte(byte value) => Next(1)[0] = value;

    internal void Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    /// <summary>A number from 0 on, in as few bytes as it takes (LEB128).</summary>
    internal void Count(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        uint rest = (uint)value;
        for (; rest >= 0x80; rest >>= 7)
        {
            Byte((byte)(rest | 0x80));
        }

        Byte((byte)rest);
    }

    internal void Long(long value) => BinaryPrimitives.WriteInt64LittleEndian(Next(8), value);

    internal void Single(float value) => BinaryPrimitives.WriteSingleLittleEndian(Next(4), value);

    internal void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Next(8), value);

    internal void Point(PagePoint point)
    {
        Single(point.X);
        Single(point.Y);
    }

    internal void Text(ReadOnlySpan<char> text)
    {
        // Three bytes for a char at most; their number goes before them.
        Count(Encoding.UTF8.GetByteCount(text));
        Span<byte> room = Room(text.Length * 3);
        _length += Encoding.UTF8.GetBytes(text, room);
    }

    /// <summary>A text that is the rest of the message.</summary>
    internal void Raw(ReadOnlySpan<char> text) => _length += Encoding.UTF8.GetBytes(text, Room(text.Length * 3));

    /// <summary>A text, or none.</summary>
    internal void TextOrNone(string? text)
    {
        Flag(text is not null);
        if (text is not null)
        {
            Text(text);
        }
    }

    private Span<byte> Next(int count)
    {
        Span<byte> room = Room(count);
        _length += count;
        return room[..count];
    }

    private Span<byte> Room(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, (int)BitOperations.RoundUpToPowerOf2((uint)(_length + count)));
        }

        return _bytes.AsSpan(_length);
    }
}
