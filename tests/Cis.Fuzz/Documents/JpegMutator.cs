using System.Buffers.Binary;

namespace Cis.Fuzz.Documents;

/// <summary>Changes the segments of a JPEG: their fields, order and number.</summary>
internal static class JpegMutator
{
    private const int StartOfScan = 0xDA;

    internal static byte[] Change(byte[] file, Random random)
    {
        List<byte[]> segments = SegmentsOf(file, out byte[] rest);
        if (segments.Count == 0 || random.Next(8) == 0)
        {
            return FieldMutator.Change(file, random);
        }

        int at = random.Next(segments.Count);
        int other = random.Next(segments.Count);
        switch (random.Next(6))
        {
            case 0:
                (segments[at], segments[other]) = (segments[other], segments[at]);
                break;
            case 1:
                segments.Insert(other, segments[at]);
                break;
            case 2:
                segments.RemoveAt(at);
                break;
            default:
                segments[at] = FieldMutator.Set(segments[at], random.Next(1, segments[at].Length), random);
                break;
        }

        rest = random.Next(8) == 0 ? FieldMutator.Change(rest, random) : rest;
        return [0xFF, 0xD8, .. segments.SelectMany(segment => segment), .. rest];
    }

    // Up to the scan, whose bits are the rest.
    private static List<byte[]> SegmentsOf(byte[] file, out byte[] rest)
    {
        var segments = new List<byte[]>();
        int at = 2;
        while (at + 4 <= file.Length && file[at] == 0xFF && file[at + 1] != StartOfScan)
        {
            int end = at + 2 + BinaryPrimitives.ReadUInt16BigEndian(file.AsSpan(at + 2));
            if (end > file.Length)
            {
                break;
            }

            segments.Add(file[at..end]);
            at = end;
        }

        rest = file[Math.Min(at, file.Length)..];
        return segments;
    }
}
