using System.Buffers.Binary;

namespace Cis.Fuzz.Documents;

/// <summary>Changes the entries of a TIFF's directories: tags, types, counts and values.</summary>
internal static class TiffMutator
{
    private const int EntryBytes = 12;

    internal static byte[] Change(byte[] file, Random random)
    {
        List<int> entries = EntriesOf(file);
        if (entries.Count == 0 || random.Next(8) == 0)
        {
            return FieldMutator.Change(file, random);
        }

        int at = entries[random.Next(entries.Count)];
        byte[] changed = [.. file];
        switch (random.Next(4))
        {
            case 0:
                int other = entries[random.Next(entries.Count)];
                file.AsSpan(other, EntryBytes).CopyTo(changed.AsSpan(at));
                return changed;
            case 1:
                // The value of another entry: a length where an offset was.
                int from = entries[random.Next(entries.Count)];
                file.AsSpan(from + 8, 4).CopyTo(changed.AsSpan(at + 8));
                return changed;
            case 2:
                return FieldMutator.Set(changed, at + random.Next(EntryBytes), random);
            default:
                Write(changed, at + 8, (uint)FieldMutator.NumberNear(file, at + 8, random));
                return changed;
        }
    }

    private static List<int> EntriesOf(byte[] file)
    {
        var entries = new List<int>();
        long directory = file.Length >= 8 ? Read(file, 4, bytes: 4) : 0;
        for (int pages = 0; pages < 8 && directory >= 8 && directory + 2 <= file.Length; pages++)
        {
            int count = (int)Read(file, (int)directory, bytes: 2);
            long at = directory + 2;
            for (int i = 0; i < count && at + EntryBytes <= file.Length; i++, at += EntryBytes)
            {
                entries.Add((int)at);
            }

            directory = at + 4 <= file.Length ? Read(file, (int)at, bytes: 4) : 0;
        }

        return entries;
    }

    private static bool IsLittle(byte[] file) => file[0] == 'I';

    private static long Read(byte[] file, int at, int bytes) =>
        (IsLittle(file), bytes) switch
        {
            (true, 2) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at)),
            (false, 2) => BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at)),
            (true, _) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)),
            _ => BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at)),
        };

    private static void Write(byte[] file, int at, uint value)
    {
        if (IsLittle(file))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(at), value);
        }
    }
}
