using Cis.Documents.Images;

namespace Cis.Documents.Pdf.Writing;

/// <summary>
/// A black-and-white page of a TIFF that is coded as fax machines do (CCITT group 4), as it is: PDF has a filter for it.
/// Its strips, each coded on its own, become images that stand one below the other.
/// </summary>
internal static class FaxPicture
{
    private const int Group4 = 4;

    // Viewers are slow with more strips than this: such a page is decoded and compressed again.
    private const int MaxStrips = 64;

    private static class Tag
    {
        internal const int Width = 256;
        internal const int Height = 257;
        internal const int BitsPerSample = 258;
        internal const int Compression = 259;
        internal const int Photometric = 262;
        internal const int FillOrder = 266;
        internal const int StripOffsets = 273;
        internal const int Orientation = 274;
        internal const int SamplesPerPixel = 277;
        internal const int RowsPerStrip = 278;
        internal const int StripByteCounts = 279;
        internal const int Group4Options = 293;
    }

    /// <summary>The picture of a directory.</summary>
    /// <returns>Null where it is of another kind, or damaged.</returns>
    internal static PagePicture? Find(ReadOnlySpan<byte> file, int page, double defaultDpi)
    {
        if (!TiffDirectory.TryFind(file, page, out TiffDirectory directory) || !IsPlain(directory))
        {
            return null;
        }

        (uint width, uint height) = (directory.Number(Tag.Width), directory.Number(Tag.Height));
        uint[] offsets = directory.Values(Tag.StripOffsets, MaxStrips + 1);
        uint[] lengths = directory.Values(Tag.StripByteCounts, MaxStrips + 1);
        uint perStrip = directory.Number(Tag.RowsPerStrip) is > 0 and var stated ? Math.Min(stated, height) : height;
        if (
            width is 0 or > PageSize.MaxSide
            || height is 0 or > PageSize.MaxSide
            || offsets.Length != (height + perStrip - 1) / perStrip
            || offsets.Length > MaxStrips
            || lengths.Length != offsets.Length
        )
        {
            return null;
        }

        var parts = new List<PicturePart>();
        for (int i = 0; i < offsets.Length; i++)
        {
            if (offsets[i] + (long)lengths[i] > file.Length)
            {
                return null;
            }

            byte[] data = file.Slice((int)offsets[i], (int)lengths[i]).ToArray();
            int rows = (int)Math.Min(perStrip, height - i * perStrip);
            parts.Add(PartOf(directory, data, (int)width, rows));
        }

        return new PagePicture(parts, (int)width, (int)height, Resolution.Of(directory).Or(defaultDpi), 1);
    }

    private static bool IsPlain(TiffDirectory directory) =>
        directory.Number(Tag.Compression) == Group4
        && directory.Number(Tag.BitsPerSample) <= 1
        && directory.Number(Tag.SamplesPerPixel) <= 1
        && directory.Number(Tag.Orientation) <= 1
        && directory.Number(Tag.Photometric) <= 1
        && directory.Number(Tag.Group4Options) == 0;

    private static PicturePart PartOf(TiffDirectory directory, byte[] data, int width, int rows)
    {
        if (directory.Number(Tag.FillOrder) == 2)
        {
            ReverseBits(data);
        }

        PdfDictionary dictionary = PagePicture.Dictionary(width, rows, "/DeviceGray", 1);
        dictionary.Set("Filter", "/CCITTFaxDecode");
        // A page whose zeros are black (photometric 1) is one whose black and white runs changed places.
        string black = directory.Number(Tag.Photometric) == 1 ? "true" : "false";
        dictionary.Set("DecodeParms", $"<</K -1/Columns {width}/Rows {rows}/BlackIs1 {black}>>");
        return new PicturePart(dictionary, data, rows);
    }

    private static void ReverseBits(byte[] data)
    {
        for (int i = 0; i < data.Length; i++)
        {
            int b = data[i];
            b = (b >> 4) | (b << 4);
            b = ((b & 0xCC) >> 2) | ((b & 0x33) << 2);
            data[i] = (byte)(((b & 0xAA) >> 1) | ((b & 0x55) << 1));
        }
    }
}
