namespace Cis.Documents.Pdf;

/// <summary>Reads just enough of an image's dictionary to know that its samples are shown as they are.</summary>
internal static class ImageDictionary
{
    // An image dictionary has a dozen short entries; one that is longer than this is not plain.
    private const int MaxBytes = 2048;

    /// <summary>Whether the dictionary at the end of the given bytes, right before its stream's data, is plain.</summary>
    internal static bool IsPlain(ReadOnlySpan<byte> beforeData)
    {
        ReadOnlySpan<byte> tail = beforeData[Math.Max(0, beforeData.Length - MaxBytes)..].TrimEnd("\r\n"u8);
        int start = tail.LastIndexOf(" obj"u8);
        if (start < 0 || !tail.EndsWith("stream"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> dictionary = tail[start..];
        // A name may be written with #xx escapes: then nothing can be said. /DecodeParms only matters for what it says.
        return !Has(dictionary, "#"u8)
            && !Has(dictionary, "Mask"u8)
            && !Has(dictionary, "/Matte"u8)
            && !Has(dictionary, "/OC"u8)
            && !Has(dictionary, "/ColorTransform"u8)
            && !HasDecodeArray(dictionary);
    }

    private static bool Has(ReadOnlySpan<byte> dictionary, ReadOnlySpan<byte> text) => dictionary.IndexOf(text) >= 0;

    private static bool HasDecodeArray(ReadOnlySpan<byte> dictionary)
    {
        int at;
        while ((at = dictionary.IndexOf("/Decode"u8)) >= 0)
        {
            dictionary = dictionary[(at + "/Decode"u8.Length)..];
            if (!dictionary.StartsWith("Parms"u8))
            {
                return true;
            }
        }

        return false;
    }
}
