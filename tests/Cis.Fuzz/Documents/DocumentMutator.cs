namespace Cis.Fuzz.Documents;

/// <summary>Changes a document in its own structure: what only breaks is refused at once, and tries nothing.</summary>
internal static class DocumentMutator
{
    private const int MostSteps = 4;

    /// <summary>A document with one to some changes.</summary>
    internal static byte[] Change(byte[] document, Random random)
    {
        byte[] changed = document;
        for (int steps = random.Next(1, MostSteps + 1); steps > 0; steps--)
        {
            changed = ChangeOnce(changed, random);
        }

        return changed;
    }

    private static byte[] ChangeOnce(byte[] document, Random random)
    {
        ReadOnlySpan<byte> head = document;
        if (head.StartsWith("%PDF"u8))
        {
            return PdfMutator.Change(document, random);
        }

        if (head.StartsWith("\x89PNG"u8) || head.StartsWith(PngMutator.Signature))
        {
            return PngMutator.Change(document, random);
        }

        if (head.StartsWith("II"u8) || head.StartsWith("MM"u8))
        {
            return TiffMutator.Change(document, random);
        }

        return head.StartsWith<byte>([0xFF, 0xD8])
            ? JpegMutator.Change(document, random)
            : FieldMutator.Change(document, random);
    }
}
