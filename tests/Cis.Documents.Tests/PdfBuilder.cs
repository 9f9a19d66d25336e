using System.Globalization;
using System.Text;

namespace Cis.Documents.Tests;

/// <summary>Writes small PDFs for tests: pages of content in one font, Helvetica as /F1.</summary>
internal sealed class PdfBuilder
{
    // Objects 1 to 3: the catalog, the page tree, the font.
    private const int FirstFree = 4;

    private readonly List<byte[]> _objects = [];
    private readonly List<int> _pages = [];

    /// <summary>Further entries of the catalog.</summary>
    internal string CatalogEntries { get; set; } = "";

    /// <summary>Adds an object and returns its number.</summary>
    internal int Add(string body) => Add(Encoding.Latin1.GetBytes(body));

    /// <summary>Adds a Japanese font that is not in the file, and returns its number.</summary>
    /// <param name="encoding">Which codes it takes, and whether it runs across or down.</param>
    internal int AddMincho(string encoding)
    {
        int descriptor = Add(
            "<< /Type /FontDescriptor /FontName /Mincho /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0 "
                + "/Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>"
        );
        int font = Add(
            "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Mincho /DW 1000 "
                + "/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> "
                + $"/FontDescriptor {descriptor} 0 R >>"
        );
        return Add(
            $"<< /Type /Font /Subtype /Type0 /BaseFont /Mincho /Encoding /{encoding} /DescendantFonts [{font} 0 R] >>"
        );
    }

    /// <summary>Adds a stream and returns its number.</summary>
    internal int AddStream(string entries, ReadOnlySpan<byte> data)
    {
        byte[] head = Encoding.Latin1.GetBytes($"<< {entries} /Length {data.Length} >>\nstream\n");
        return Add([.. head, .. data, .. "\nendstream"u8]);
    }

    /// <summary>Adds a page.</summary>
    /// <param name="content">Its content stream.</param>
    /// <param name="entries">Further entries of the page's dictionary, such as /Rotate 90, or /Contents for others.</param>
    /// <param name="resources">Further resources.</param>
    /// <param name="mediaBox">Its size in points.</param>
    internal PdfBuilder Page(
        string content,
        string entries = "",
        string resources = "",
        string mediaBox = "0 0 595 842"
    )
    {
        int stream = AddStream("", Encoding.Latin1.GetBytes(content));
        string contents = entries.Contains("/Contents") ? "" : $"/Contents {stream} 0 R";
        string fonts = resources.Contains("/Font") ? "" : "/Font << /F1 3 0 R >>";
        string own = entries.Contains("/Resources") ? "" : $"/Resources << {fonts} {resources} >>";
        _pages.Add(Add($"<< /Type /Page /Parent 2 0 R /MediaBox [{mediaBox}] {contents} {entries} {own} >>"));
        return this;
    }

    internal DocumentSource ToSource() => DocumentSource.FromBytes(Build(), "made.pdf", new());

    internal byte[] Build()
    {
        string kids = string.Join(' ', _pages.Select(page => $"{page} 0 R"));
        byte[][] objects =
        [
            Encoding.Latin1.GetBytes($"<< /Type /Catalog /Pages 2 0 R {CatalogEntries} >>"),
            Encoding.Latin1.GetBytes($"<< /Type /Pages /Kids [{kids}] /Count {_pages.Count} >>"),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"u8.ToArray(),
            .. _objects,
        ];
        using var file = new MemoryStream();
        file.Write("%PDF-1.7\n"u8);
        var table = new StringBuilder("0000000000 65535 f \n");
        for (int i = 0; i < objects.Length; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{file.Position:0000000000} 00000 n \n");
            file.Write(Encoding.Latin1.GetBytes($"{i + 1} 0 obj\n"));
            file.Write(objects[i]);
            file.Write("\nendobj\n"u8);
        }

        string trailer = $"trailer\n<< /Size {objects.Length + 1} /Root 1 0 R >>\nstartxref\n{file.Position}\n%%EOF\n";
        file.Write(Encoding.Latin1.GetBytes($"xref\n0 {objects.Length + 1}\n{table}{trailer}"));
        return file.ToArray();
    }

    private int Add(byte[] body)
    {
        _objects.Add(body);
        return _objects.Count + FirstFree - 1;
    }
}
