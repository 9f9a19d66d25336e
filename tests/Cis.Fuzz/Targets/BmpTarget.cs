using System.Buffers;
using Cis.Documents;
using Cis.Documents.Images;
using Cis.Pages;

namespace Cis.Fuzz.Targets;

/// <summary>Bitmaps, which cis decodes itself.</summary>
internal sealed class BmpTarget : FuzzTarget
{
    // Larger ones are decoded alike, and take seconds.
    private const long MostPixels = 1 << 18;

    private readonly PageImage _image = new();
    private readonly ReadingOptions _options = new()
    {
        Limits = new DocumentLimits { MaxPixelsPerPage = MostPixels / 4 },
    };

    internal override int LeastEdges => 680;

    internal override IReadOnlyList<string> Words =>
        ["BM", "\u0028\0\0\0", "\u007c\0\0\0", "\0\u0001", "\0\0", "\0\u0002"];

    internal override void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            using var source = DocumentSource.FromBytes(input.ToArray(), "a.bmp", _options.Limits);
            using var document = new BmpDocument(source, _options);
            var header = BmpHeader.Parse(input, "a.bmp");
            if ((long)header.Width * header.Height <= MostPixels)
            {
                CheckPage(document);
            }
        }
        catch (ReadException e)
        {
            bool isKnown = e.Outcome is Outcome.Corrupt or Outcome.UnsupportedType or Outcome.TooLarge;
            Demand(isKnown, $"a bitmap that ends as {e.Outcome}");
        }
    }

    protected override void Close() => _image.Dispose();

    private void CheckPage(BmpDocument document)
    {
        byte[] first = Read(document);
        // Of memory that is used again nothing may be seen.
        Poison();
        Demand(first.AsSpan().SequenceEqual(Read(document)), "a bitmap that reads otherwise the second time");
    }

    private byte[] Read(BmpDocument document)
    {
        _image.Fill(0x55);
        PageContent page = document.Read(0, _image, CancellationToken.None);
        Demand(page.Dpi is >= 0 or < 0 && double.IsFinite(page.Dpi), "a bitmap without a resolution");
        Demand((long)_image.Width * _image.Height <= MostPixels / 4, "more pixels than are allowed");
        var pixels = new List<byte>();
        for (int y = 0; y < _image.Height; y++)
        {
            pixels.AddRange(_image.Row(y));
        }

        return [.. pixels];
    }

    private static void Poison()
    {
        for (int size = 1 << 8; size <= MostPixels * 4; size *= 2)
        {
            byte[] rented = ArrayPool<byte>.Shared.Rent(size);
            Array.Fill(rented, (byte)0xA5);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
