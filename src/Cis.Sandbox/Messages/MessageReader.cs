using System.Buffers.Binary;
using System.Text;
using Cis.Pages;

namespace Cis.Sandbox.Messages;

/// <summary>A message that is not as it should be: who sent it is not to be trusted any more.</summary>
internal sealed class MalformedMessageException(string what) : Exception(what);

/// <summary>
/// Reads a message of a process that a document may have taken over: nothing in it is believed, and nothing is allocated
/// that is larger than the message.
/// </summary>
internal ref struct MessageReader(ReadOnlySpan<byte> message)
{
    // No page is larger, and sums and products of such numbers are numbers.
    private const float FarthestPixel = 1e7f;

    private ReadOnlySpan<byte> _rest = message;

    /// <summary>Nothing may follow.</summary>
    internal readonly void End() => Demand(_rest.Length == 0, "more than was announced");

    internal byte Byte() => Next(1)[0];

    internal bool Flag()
    {
        byte value = Byte();
        Demand(value <= 1, "a flag");
        return value == 1;
    }

    /// <summary>A number from 0 on.</summary>
    internal int Count()
    {
        uint value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = Byte();
            Demand(shift < 28 || next < 8, "a number");
            value |= (uint)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (int)value;
            }
        }
    }

    /// <summary>How many of something follow, each of which takes some bytes at least.</summary>
    internal int CountOf(int leastBytes)
    {
        int count = Count();
        Demand(count <= _rest.Length / leastBytes, "a number of parts");
        return count;
    }

    internal long Long() => BinaryPrimitives.ReadInt64LittleEndian(Next(8));

    /// <summary>A number of a page's geometry.</summary>
    internal float Single()
    {
        float value = BinaryPrimitives.ReadSingleLittleEndian(Next(4));
        Demand(MathF.Abs(value) <= FarthestPixel, "a coordinate"); // no NaN passes either
        return value;
    }

    internal double Double()
    {
        double value = BinaryPrimitives.ReadDoubleLittleEndian(Next(8));
        Demand(Math.Abs(value) <= FarthestPixel, "a number");
        return value;
    }

    internal PagePoint Point() => new(Single(), Single());

    /// <summary>One of an enumeration's values, which are numbered from 0 without gaps.</summary>
    internal byte Choice(int last)
    {
        byte value = Byte();
        Demand(value <= last, "a choice");
        return value;
    }

    // What is no UTF-8 is replaced: it is text for people from here on.
    internal string Text() => Encoding.UTF8.GetString(Next(Count()));

    internal string? TextOrNone() => Flag() ? Text() : null;

    /// <summary>Throws where something that must be so is not.</summary>
    internal static void Demand(bool isSo, string what)
    {
        if (!isSo)
        {
            throw new MalformedMessageException($"{what} that cannot be");
        }
    }

    private ReadOnlySpan<byte> Next(int count)
    {
        Demand(count <= _rest.Length, "a length");
        ReadOnlySpan<byte> next = _rest[..count];
        _rest = _rest[count..];
        return next;
    }
}
