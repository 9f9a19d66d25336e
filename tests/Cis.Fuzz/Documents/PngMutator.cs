using System.Buffers.Binary;
using System.IO.Hashing;

namespace Cis.Fuzz.Documents;

/// <summary>Changes chunks of a PNG, and puts their checksums right.</summary>
internal static class PngMutator
{
    private const int Frame = 12;

    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    internal static byte[] Change(byte[] file, Random random)
    {
        List<byte[]> chunks = ChunksOf(file);
        if (chunks.Count == 0)
        {
            return FieldMutator.Change(file, random);
        }

        int at = random.Next(chunks.Count);
        int other = random.Next(chunks.Count);
        switch (random.Next(6))
        {
            case 0:
                (chunks[at], chunks[other]) = (chunks[other], chunks[at]);
                break;
            case 1:
                chunks.Insert(other, chunks[at]);
                break;
            case 2:
                chunks.RemoveAt(at);
                break;
            default:
                chunks[at] = ChangeFields(chunks[at], random);
                break;
        }

        byte[] whole = [.. Signature, .. chunks.SelectMany(chunk => chunk)];
        return random.Next(16) == 0 ? whole[..random.Next(whole.Length)] : whole;
    }

    private static List<byte[]> ChunksOf(byte[] file)
    {
        var chunks = new List<byte[]>();
        for (int at = Signature.Length; at + Frame <= file.Length; )
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            int end = (int)Math.Min(file.Length, at + length + Frame);
            chunks.Add(file[at..end]);
            at = end;
        }

        return chunks;
    }

    private static byte[] ChangeFields(byte[] chunk, Random random)
    {
        if (chunk.Length <= Frame)
        {
            return chunk;
        }

        byte[] changed = FieldMutator.Set(chunk, 8 + random.Next(chunk.Length - Frame), random);
        changed = random.Next(8) == 0 ? FieldMutator.Set(changed, random.Next(8), random) : changed;
        uint checksum = Crc32.HashToUInt32(changed.AsSpan(4, changed.Length - 8));
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(changed.Length - 4), checksum);
        return changed;
    }
}
