using System.Buffers.Binary;
using Cis.Pages;

namespace Cis.Documents.Images;

/// <summary>
/// TIFFs that libvips does not load as they are: CIE Lab (it takes a stated 8-bit one for its own packed kind and fails)
/// and samples of 64 bits. A copy of the file with another directory behind it says the same in a way that it loads: L, a
/// and b as if they were red, green and blue, and a double as two 32-bit numbers.
/// </summary>
internal static class TiffRewriter
{
    private const int EntryBytes = 12;
    private const int Short = 3;
    private const int Rgb = 2;
    private const int UnsignedInteger = 1;
    private const int DoubleBits = 64;

    // The copy is held beside what is decoded of it.
    private const int MostBytes = 256 << 20;

    private static class Tag
    {
        internal const int BitsPerSample = 258;
        internal const int Photometric = 262;
        internal const int SamplesPerPixel = 277;
        internal const int Format = 339;
    }

    /// <summary>Whether a directory is one that libvips does not load as it is.</summary>
    internal static bool IsNeeded(ReadOnlySpan<byte> file, int index) =>
        TiffDirectory.TryFind(file, index, out TiffDirectory directory) && (IsLab(directory) || IsDouble(directory));

    /// <summary>The file with one directory that libvips loads.</summary>
    /// <param name="file">The file.</param>
    /// <param name="index">Of the directory.</param>
    /// <param name="name">Of the file.</param>
    /// <returns>The copy and what its samples mean; null where the file needs none.</returns>
    internal static RewrittenTiff? Rewrite(ReadOnlySpan<byte> file, int index, string name)
    {
        if (!TiffDirectory.TryFind(file, index, out TiffDirectory directory))
        {
            return null;
        }

        (bool isLab, bool isDouble) = (IsLab(directory), IsDouble(directory));
        if (!isLab && !isDouble)
        {
            return null;
        }

        if (file.Length > MostBytes)
        {
            throw new ReadException(
                Outcome.TooLarge,
                $"{name} is a TIFF of a kind (CIE Lab, 64-bit samples) that is read up to {MostBytes >> 20} MB."
            );
        }

        var changes = new SortedDictionary<int, ushort[]>();
        int samples = (int)Math.Clamp(directory.Number(Tag.SamplesPerPixel), 1, 64);
        if (isLab)
        {
            changes[Tag.Photometric] = [samples >= 3 ? (ushort)Rgb : (ushort)1];
        }

        if (isDouble)
        {
            changes[Tag.SamplesPerPixel] = [(ushort)(2 * samples)];
            changes[Tag.BitsPerSample] = Repeat(DoubleBits / 2, 2 * samples);
            changes[Tag.Format] = Repeat(UnsignedInteger, 2 * samples);
            changes[Tag.Photometric] = [1];
        }

        return new RewrittenTiff(Append(file, directory, changes), isLab, isDouble, file[0] == 'M');
    }

    // CIELab, ICCLab, ITULab
    private static bool IsLab(TiffDirectory directory) => directory.Number(Tag.Photometric) is 8 or 9 or 10;

    private static bool IsDouble(TiffDirectory directory) => directory.Values(Tag.BitsPerSample, 1) is [DoubleBits];

    private static ushort[] Repeat(int value, int count)
    {
        ushort[] values = new ushort[count];
        Array.Fill(values, (ushort)value);
        return values;
    }

    private static byte[] Append(
        ReadOnlySpan<byte> file,
        TiffDirectory directory,
        SortedDictionary<int, ushort[]> changes
    )
    {
        bool bigEndian = file[0] == 'M';
        var entries = new SortedDictionary<int, byte[]>();
        for (int i = 0; i < directory.Count; i++)
        {
            entries[directory.TagAt(i)] = directory.EntryAt(i).ToArray();
        }

        var values = new List<byte>();
        int valuesAt = (file.Length + 1) & ~1;
        foreach ((int tag, ushort[] numbers) in changes)
        {
            entries[tag] = Entry(tag, numbers, valuesAt + values.Count, values, bigEndian);
        }

        int directoryAt = valuesAt + values.Count;
        byte[] copy = new byte[directoryAt + 2 + entries.Count * EntryBytes + 4];
        file.CopyTo(copy);
        values.CopyTo(copy, valuesAt);
        Write32(copy.AsSpan(4), (uint)directoryAt, bigEndian);
        Write16(copy.AsSpan(directoryAt), (ushort)entries.Count, bigEndian);
        int at = directoryAt + 2;
        foreach (byte[] entry in entries.Values)
        {
            entry.CopyTo(copy, at);
            at += EntryBytes;
        }

        return copy;
    }

    /// <summary>An entry of 16-bit numbers: up to two stand in it, more behind the file.</summary>
    private static byte[] Entry(int tag, ushort[] numbers, int offset, List<byte> values, bool bigEndian)
    {
        byte[] bytes = new byte[Math.Max(4, 2 * numbers.Length)];
        for (int i = 0; i < numbers.Length; i++)
        {
            Write16(bytes.AsSpan(2 * i), numbers[i], bigEndian);
        }

        byte[] entry = new byte[EntryBytes];
        Write16(entry, (ushort)tag, bigEndian);
        Write16(entry.AsSpan(2), Short, bigEndian);
        Write32(entry.AsSpan(4), (uint)numbers.Length, bigEndian);
        if (numbers.Length <= 2)
        {
            bytes.CopyTo(entry, 8);
        }
        else
        {
            Write32(entry.AsSpan(8), (uint)offset, bigEndian);
            values.AddRange(bytes);
        }

        return entry;
    }

    private static void Write16(Span<byte> to, ushort value, bool bigEndian)
    {
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(to, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(to, value);
        }
    }

    private static void Write32(Span<byte> to, uint value, bool bigEndian)
    {
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(to, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(to, value);
        }
    }
}

/// <summary>A TIFF that says what it holds in a way that libvips loads.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="IsLab">The first channel is lightness; the others are color that is left out.</param>
/// <param name="IsDouble">Two samples of 32 bits are a double.</param>
/// <param name="HighWordFirst">The first of them is its upper half.</param>
internal sealed record RewrittenTiff(byte[] Bytes, bool IsLab, bool IsDouble, bool HighWordFirst)
{
    /// <summary>A plain file, as libvips loads it.</summary>
    internal static RewrittenTiff None { get; } = new([], false, false, false);
}
