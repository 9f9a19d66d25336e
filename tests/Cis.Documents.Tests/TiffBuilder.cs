using System.Buffers.Binary;

namespace Cis.Documents.Tests;

/// <summary>Writes small uncompressed TIFFs for tests: little-endian, one strip.</summary>
internal sealed class TiffBuilder(int width, int height)
{
    private readonly SortedDictionary<int, uint[]> _tags = new()
    {
        [256] = [(uint)width],
        [257] = [(uint)height],
        [259] = [1],
        [262] = [1],
        [277] = [1],
        [278] = [(uint)height],
    };

    /// <summary>Sets a tag.</summary>
    internal TiffBuilder With(int tag, params uint[] values)
    {
        _tags[tag] = values;
        return this;
    }

    /// <summary>The file, with a directory as often as is asked for.</summary>
    internal byte[] Build(byte[] pixels, int directories = 1)
    {
        _tags[273] = [8];
        _tags[279] = [(uint)pixels.Length];
        using var file = new MemoryStream();
        file.Write("II*\0\0\0\0\0"u8);
        file.Write(pixels);
        var offsets = new Dictionary<int, long>();
        foreach ((int tag, uint[] values) in _tags.Where(t => t.Value.Length > 1))
        {
            Align(file);
            offsets[tag] = file.Position;
            Array.ForEach(values, v => Write32(file, v));
        }

        long pointer = 4;
        for (int i = 0; i < directories; i++)
        {
            Align(file);
            pointer = WriteDirectory(file, pointer, offsets);
        }

        return file.ToArray();
    }

    private long WriteDirectory(MemoryStream file, long pointer, Dictionary<int, long> offsets)
    {
        long start = file.Position;
        file.Position = pointer;
        Write32(file, (uint)start);
        file.Position = start;
        Write16(file, (ushort)_tags.Count);
        foreach ((int tag, uint[] values) in _tags)
        {
            Write16(file, (ushort)tag);
            Write16(file, 4);
            Write32(file, (uint)values.Length);
            Write32(file, values.Length == 1 ? values[0] : (uint)offsets[tag]);
        }

        Write32(file, 0);
        return file.Position - 4;
    }

    private static void Align(MemoryStream file)
    {
        if (file.Position % 2 == 1)
        {
            file.WriteByte(0);
        }
    }

    private static void Write16(MemoryStream file, ushort value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, value);
        file.Write(bytes);
    }

    private static void Write32(MemoryStream file, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        file.Write(bytes);
    }
}
