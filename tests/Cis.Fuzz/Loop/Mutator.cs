using System.Buffers.Binary;
using System.Text;

namespace Cis.Fuzz.Loop;

/// <summary>Changes inputs: bits, bytes, numbers, pieces, and words of the format.</summary>
internal sealed class Mutator
{
    private const int MostSteps = 8;
    private const int LongestPiece = 64;

    private static readonly int[] s_numbers =
    [
        0,
        1,
        -1,
        2,
        7,
        8,
        16,
        32,
        64,
        100,
        127,
        128,
        255,
        256,
        1000,
        1024,
        4096,
        32767,
        32768,
        65535,
        65536,
        1 << 24,
        int.MaxValue,
        int.MinValue,
        int.MaxValue - 1,
    ];

    private static readonly string[] s_writtenNumbers =
    [
        "0",
        "-1",
        "1e999",
        "99999999999999999999",
        "2147483647",
        "2147483648",
        "-9223372036854775808",
        "0.5",
        "NaN",
    ];

    private readonly Random _random;
    private readonly byte[][] _words;
    private readonly int _most;

    internal Mutator(Random random, IReadOnlyList<string> words, int most)
    {
        (_random, _most) = (random, most);
        _words = [.. words.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>An input with one to some changes.</summary>
    /// <param name="input">What is changed.</param>
    /// <param name="other">Another input, of which pieces may be taken.</param>
    internal byte[] Change(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        // Mostly few: many changes at once break more than they try.
        int steps = 1 << _random.Next(4);
        for (int i = 0; i < steps && i < MostSteps; i++)
        {
            ChangeOnce(bytes, other);
        }

        if (bytes.Count > _most)
        {
            bytes.RemoveRange(_most, bytes.Count - _most);
        }

        return [.. bytes];
    }

    private void ChangeOnce(List<byte> bytes, byte[] other)
    {
        int at = _random.Next(bytes.Count + 1);
        switch (_random.Next(12))
        {
            case 0:
                Put(bytes, at, [(byte)(ByteAt(bytes, at) ^ (1 << _random.Next(8)))]);
                break;
            case 1:
                Put(bytes, at, [(byte)_random.Next(256)]);
                break;
            case 2:
                Put(bytes, at, [(byte)(ByteAt(bytes, at) + _random.Next(-16, 17))]);
                break;
            case 3:
                Put(bytes, at, Number());
                break;
            case 4:
                bytes.RemoveRange(at, Math.Min(bytes.Count - at, _random.Next(1, LongestPiece)));
                break;
            case 5:
                bytes.InsertRange(at, Piece(bytes));
                break;
            case 6:
                Put(bytes, at, Piece(bytes));
                break;
            case 7:
                bytes.InsertRange(at, Piece(other));
                break;
            case 8:
                Put(bytes, at, Piece(other));
                break;
            case 9:
                ReplaceWrittenNumber(bytes, at);
                break;
            case 10:
                Put(bytes, at, Word());
                break;
            default:
                bytes.InsertRange(at, Word());
                break;
        }
    }

    private static byte ByteAt(List<byte> bytes, int at) => at < bytes.Count ? bytes[at] : (byte)0;

    private static void Put(List<byte> bytes, int at, byte[] piece)
    {
        bytes.RemoveRange(at, Math.Min(bytes.Count - at, piece.Length));
        bytes.InsertRange(at, piece);
    }

    private byte[] Number()
    {
        int number = s_numbers[_random.Next(s_numbers.Length)];
        byte[] piece = new byte[1 << _random.Next(1, 4)];
        Span<byte> wide = stackalloc byte[8];
        bool isLittle = _random.Next(2) == 0;
        if (isLittle)
        {
            BinaryPrimitives.WriteInt64LittleEndian(wide, number);
            wide[..piece.Length].CopyTo(piece);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(wide, number);
            wide[^piece.Length..].CopyTo(piece);
        }

        return piece;
    }

    private byte[] Piece(IReadOnlyList<byte> of)
    {
        int start = _random.Next(of.Count + 1);
        int length = Math.Min(of.Count - start, _random.Next(1, LongestPiece));
        byte[] piece = new byte[length];
        for (int i = 0; i < length; i++)
        {
            piece[i] = of[start + i];
        }

        return piece;
    }

    private byte[] Word() =>
        _words.Length > 0 ? _words[_random.Next(_words.Length)] : [(byte)_random.Next(256), (byte)_random.Next(256)];

    private void ReplaceWrittenNumber(List<byte> bytes, int from)
    {
        int start = bytes.FindIndex(from, b => char.IsAsciiDigit((char)b));
        if (start < 0)
        {
            return;
        }

        int end = start;
        while (end < bytes.Count && char.IsAsciiDigit((char)bytes[end]))
        {
            end++;
        }

        bytes.RemoveRange(start, end - start);
        string number =
            _random.Next(2) == 0 ? $"{_random.Next(1000)}" : s_writtenNumbers[_random.Next(s_writtenNumbers.Length)];
        bytes.InsertRange(start, Encoding.ASCII.GetBytes(number));
    }
}
