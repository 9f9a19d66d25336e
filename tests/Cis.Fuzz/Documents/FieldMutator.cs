using System.Buffers.Binary;

namespace Cis.Fuzz.Documents;

/// <summary>Changes numbers where a format has its fields: mostly near the beginning of a file or of a part of it.</summary>
internal static class FieldMutator
{
    private static readonly long[] s_numbers =
    [
        0,
        1,
        2,
        3,
        4,
        7,
        8,
        15,
        16,
        31,
        32,
        33,
        127,
        128,
        255,
        256,
        1000,
        4095,
        4096,
        32767,
        32768,
        65535,
        65536,
        1 << 20,
        1 << 24,
        int.MaxValue,
        int.MaxValue + 1L,
        uint.MaxValue,
    ];

    /// <summary>Changes a field of a BMP, GIF, WebP or AVIF, or leaves the file's end out, or has a part of it twice.</summary>
    internal static byte[] Change(byte[] file, Random random) =>
        random.Next(8) switch
        {
            0 => file[..random.Next(file.Length + 1)],
            1 => Twice(file, random),
            < 6 => Set(file, random.Next(Math.Min(file.Length, 64)), random),
            _ => Set(file, random.Next(file.Length), random),
        };

    /// <summary>Puts a number of one, two or four bytes at a place.</summary>
    internal static byte[] Set(byte[] file, int at, Random random)
    {
        byte[] changed = [.. file];
        Span<byte> field = stackalloc byte[4];
        long number = NumberNear(file, at, random);
        int length = 1 << random.Next(3);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(field, (uint)number);
            field[..length].CopyToAsFits(changed, at);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(field, (uint)number);
            field[^length..].CopyToAsFits(changed, at);
        }

        return changed;
    }

    /// <summary>A number that is at a limit, or next to the one that is there.</summary>
    internal static long NumberNear(byte[] file, int at, Random random) =>
        random.Next(3) == 0 && at < file.Length
            ? file[at] + random.Next(-2, 3)
            : s_numbers[random.Next(s_numbers.Length)];

    private static byte[] Twice(byte[] file, Random random)
    {
        int from = random.Next(file.Length + 1);
        int to = Math.Min(file.Length, from + random.Next(1, 256));
        return [.. file[..to], .. file[from..to], .. file[to..]];
    }

    private static void CopyToAsFits(this Span<byte> field, byte[] to, int at) =>
        field[..Math.Min(field.Length, Math.Max(0, to.Length - at))].CopyTo(to.AsSpan(Math.Min(at, to.Length)));
}
