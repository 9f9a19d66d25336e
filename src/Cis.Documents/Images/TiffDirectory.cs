using System.Buffers.Binary;

namespace Cis.Documents.Images;

/// <summary>One directory of a TIFF, read for its few numbers (TIFF 6.0, section 2). Every offset is checked.</summary>
internal readonly ref struct TiffDirectory
{
    private const int EntryBytes = 12;

    private readonly ReadOnlySpan<byte> _file;
    private readonly bool _bigEndian;
    private readonly int _entries;
    private readonly int _count;

    private TiffDirectory(ReadOnlySpan<byte> file, bool bigEndian, int entries, int count)
    {
        _file = file;
        (_bigEndian, _entries, _count) = (bigEndian, entries, count);
    }

    /// <summary>Finds a directory by its number.</summary>
    /// <returns>Whether it is there; BigTIFF, which came after old-style JPEG, is not looked at.</returns>
    internal static bool TryFind(ReadOnlySpan<byte> file, int index, out TiffDirectory directory)
    {
        directory = default;
        if (file.Length < 8 || (file[2] | file[3]) != 42)
        {
            return false;
        }

        bool bigEndian = file[0] == 'M';
        uint offset = UInt32(file[4..], bigEndian);
        for (int i = 0; offset != 0 && offset + 2L <= file.Length; i++)
        {
            int count = UInt16(file[(int)offset..], bigEndian);
            long next = offset + 2L + (long)count * EntryBytes;
            if (next + 4 > file.Length)
            {
                return false;
            }

            if (i == index)
            {
                directory = new TiffDirectory(file, bigEndian, (int)offset + 2, count);
                return true;
            }

            offset = UInt32(file[(int)next..], bigEndian);
        }

        return false;
    }

    /// <summary>Its entries.</summary>
    internal int Count => _count;

    /// <summary>The tag of an entry.</summary>
    internal int TagAt(int index) => UInt16(EntryAt(index), _bigEndian);

    /// <summary>The 12 bytes of an entry.</summary>
    internal ReadOnlySpan<byte> EntryAt(int index) => _file.Slice(_entries + index * EntryBytes, EntryBytes);

    /// <summary>How many directories a file has, up to a bound: libvips says 1 where they are more than it likes.</summary>
    internal static int CountIn(ReadOnlySpan<byte> file, int most)
    {
        if (file.Length < 16 || (file[2] | file[3]) is not (42 or 43))
        {
            return 0;
        }

        bool bigEndian = file[0] == 'M';
        bool isBig = (file[2] | file[3]) == 43;
        ulong offset = isBig ? UInt64(file[8..], bigEndian) : UInt32(file[4..], bigEndian);
        var seen = new HashSet<ulong>();
        while (offset != 0 && seen.Count < most && seen.Add(offset))
        {
            if (NextOf(file, offset, isBig, bigEndian) is not { } next)
            {
                return seen.Count - 1;
            }

            offset = next;
        }

        return seen.Count;
    }

    /// <summary>Where the directory behind one begins, 0 behind the last; null where one is cut off.</summary>
    private static ulong? NextOf(ReadOnlySpan<byte> file, ulong offset, bool isBig, bool bigEndian)
    {
        int countBytes = isBig ? 8 : 2;
        if (offset > (ulong)(file.Length - countBytes))
        {
            return null;
        }

        ReadOnlySpan<byte> directory = file[(int)offset..];
        ulong count = isBig ? UInt64(directory, bigEndian) : UInt16(directory, bigEndian);
        ulong end = (ulong)countBytes + Math.Min(count, int.MaxValue) * (isBig ? 20u : EntryBytes);
        if (end + (isBig ? 8u : 4u) > (ulong)directory.Length)
        {
            return null;
        }

        ReadOnlySpan<byte> next = directory[(int)end..];
        return isBig ? UInt64(next, bigEndian) : UInt32(next, bigEndian);
    }

    /// <summary>The first value of a tag that holds a short or long number, or 0 where it is missing.</summary>
    internal uint Number(int tag) => Values(tag, 1) is [uint value] ? value : 0;

    /// <summary>The value of a tag that holds a fraction, such as a resolution; 0 where it is missing.</summary>
    internal double Fraction(int tag)
    {
        const int Rational = 5;
        for (int i = 0; i < _count; i++)
        {
            ReadOnlySpan<byte> entry = _file.Slice(_entries + i * EntryBytes, EntryBytes);
            if (UInt16(entry, _bigEndian) == tag && UInt16(entry[2..], _bigEndian) == Rational)
            {
                uint offset = UInt32(entry[8..], _bigEndian);
                return
                    offset + 8L > _file.Length
                    || UInt32(_file[((int)offset + 4)..], _bigEndian) is not (> 0 and var below)
                    ? 0
                    : UInt32(_file[(int)offset..], _bigEndian) / (double)below;
            }
        }

        return 0;
    }

    /// <summary>The values of a tag, no more than asked for; empty where it is missing or out of the file.</summary>
    internal uint[] Values(int tag, int most)
    {
        for (int i = 0; i < _count; i++)
        {
            ReadOnlySpan<byte> entry = _file.Slice(_entries + i * EntryBytes, EntryBytes);
            if (UInt16(entry, _bigEndian) == tag)
            {
                return ValuesOf(entry, most);
            }
        }

        return [];
    }

    private uint[] ValuesOf(ReadOnlySpan<byte> entry, int most)
    {
        int size = UInt16(entry[2..], _bigEndian) switch
        {
            3 => 2,
            4 => 4,
            _ => 0,
        };
        int count = (int)Math.Min(UInt32(entry[4..], _bigEndian), (uint)most);
        ReadOnlySpan<byte> data = entry[8..];
        if ((long)UInt32(entry[4..], _bigEndian) * size > 4)
        {
            uint offset = UInt32(data, _bigEndian);
            data = offset <= _file.Length ? _file[(int)offset..] : [];
        }

        if (size == 0 || data.Length < count * size)
        {
            return [];
        }

        uint[] values = new uint[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = size == 2 ? UInt16(data[(2 * i)..], _bigEndian) : UInt32(data[(4 * i)..], _bigEndian);
        }

        return values;
    }

    private static ushort UInt16(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ulong UInt64(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
