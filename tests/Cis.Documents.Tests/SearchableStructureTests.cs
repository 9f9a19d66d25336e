using System.Globalization;
using System.Text;
using Cis.Pages;

namespace Cis.Documents.Tests;

/// <summary>The ways in which files are put together, and in which they are broken.</summary>
public sealed class SearchableStructureTests
{
    private static readonly PageText Text = Searchable.Page(
        Searchable.Line("found again", Quad.FromRectangle(200, 300, 600, 340))
    );

    [Fact]
    public void A_file_of_object_and_reference_streams_gets_its_layer()
    {
        byte[] file = Packed();

        byte[] copy = Copy(file, Text);

        Assert.True(copy.AsSpan().StartsWith(file));
        Assert.Equal("found again", Searchable.TextOf(copy));
        // What follows a reference stream must be one too.
        Assert.True(copy.AsSpan(file.Length).IndexOf("/Type /XRef"u8) > 0);
        Assert.True(copy.AsSpan(file.Length).IndexOf("trailer"u8) < 0);
    }

    [Theory]
    [InlineData("startxref\n")]
    [InlineData("xref\n0")]
    [InlineData("trailer\n<< /Size")]
    public void A_file_without_sound_references_gets_its_layer_and_new_ones(string broken)
    {
        string file = Encoding.Latin1.GetString(new PdfBuilder().Page("0 0 9 9 re f").Build());
        byte[] damaged = Encoding.Latin1.GetBytes(file.Replace(broken, new string('x', broken.Length)));

        Assert.Equal("found again", Searchable.TextOf(Copy(damaged, Text)));
    }

    [Fact]
    public void A_damaged_file_of_object_streams_gets_its_layer()
    {
        string file = Encoding.Latin1.GetString(Packed());
        byte[] damaged = Encoding.Latin1.GetBytes(file.Replace("startxref", "startxxxx"));

        Assert.Equal("found again", Searchable.TextOf(Copy(damaged, Text)));
    }

    [Fact]
    public void A_file_cut_off_at_its_end_gets_its_layer()
    {
        byte[] file = new PdfBuilder().Page("0 0 9 9 re f").Build();
        int cut = file.AsSpan().LastIndexOf("xref\n0"u8);

        Assert.Equal("found again", Searchable.TextOf(Copy(file[..cut], Text)));
    }

    [Fact]
    public void Bytes_before_the_header_are_counted_by_nobody()
    {
        byte[] file = [.. "junk of a mail\r\n\r\n"u8, .. new PdfBuilder().Page("0 0 9 9 re f").Build()];

        Assert.Equal("found again", Searchable.TextOf(Copy(file, Text)));
    }

    [Fact]
    public void Pages_that_share_resources_go_on_sharing()
    {
        var pdf = new PdfBuilder();
        int resources = pdf.Add("<< /Font << /F1 3 0 R /CisText 3 0 R >> >>");
        for (int i = 0; i < 3; i++)
        {
            pdf.Page("0 0 9 9 re f", $"/Resources {resources} 0 R");
        }

        byte[] copy = Searchable.Make(pdf, Text, Text, Text);

        Assert.Equal("found again\n\nfound again\n\nfound again", Searchable.TextOf(copy));
        Assert.Equal(1, Count(copy, "/CisText2 "u8));
    }

    [Fact]
    public void What_a_page_inherits_it_keeps()
    {
        byte[] file = Plain(
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Rotate 0>>",
            "<</Type/Pages/Parent 2 0 R/Kids[4 0 R]/Count 1>>",
            "<</Type/Page/Parent 3 0 R/Contents 6 0 R>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            "<</Length 41>>\nstream\nBT /F1 12 Tf 72 600 Td (printed here) Tj ET\nendstream"
        );

        string text = Searchable.TextOf(Copy(file, Text));

        Assert.Contains("printed here", text, StringComparison.Ordinal);
        Assert.Contains("found again", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/Contents [ ]")]
    [InlineData("/Contents 99 0 R")]
    [InlineData("/Contents null")]
    public void A_page_without_content_gets_its_layer(string contents)
    {
        byte[] file = Plain(
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            $"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{contents}>>"
        );

        Assert.Equal("found again", Searchable.TextOf(Copy(file, Text)));
    }

    [Fact]
    public void Contents_in_pieces_stay_in_their_order()
    {
        byte[] file = Plain(
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 7 0 R>>>>>>",
            "[5 0 R 6 0 R]",
            "<</Length 24>>\nstream\nBT /F1 12 Tf 72 600 Td (\nendstream",
            "<</Length 15>>\nstream\nprinted) Tj ET \nendstream",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
        );

        Assert.Contains("printed", Searchable.TextOf(Copy(file, Text)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_that_stands_twice_in_its_document_gets_its_layer_once()
    {
        byte[] file = Plain(
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
        );

        Assert.Equal("found again\n\nfound again", Searchable.TextOf(Copy(file, Text, Text)));
    }

    [Fact]
    public void A_tree_that_leads_back_to_itself_ends()
    {
        byte[] file = Plain(
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R 2 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
        );

        Assert.Equal("found again", Searchable.TextOf(Copy(file, Text)));
    }

    [Fact]
    public void A_file_of_which_other_pages_were_read_is_refused()
    {
        using DocumentSource source = new PdfBuilder().Page("").ToSource();

        ReadException e = Assert.Throws<ReadException>(() => Searchable.Make(source, Text, Text));

        Assert.Equal(Outcome.Corrupt, e.Outcome);
    }

    [Fact]
    public void However_a_file_is_damaged_it_is_copied_or_refused()
    {
        var random = new Random(20261126);
        foreach (byte[] file in (byte[][])[new PdfBuilder().Page("0 0 9 9 re f").Build(), Packed()])
        {
            for (int round = 0; round < 400; round++)
            {
                byte[] damaged = [.. file];
                for (int i = 0; i < 1 + round % 5; i++)
                {
                    damaged[random.Next(8, damaged.Length)] = (byte)" 0<>[]()/%Rn\xFF"[random.Next(13)];
                }

                CopyOrRefuse(round % 7 == 0 ? damaged[..random.Next(16, damaged.Length)] : damaged);
            }
        }
    }

    private static void CopyOrRefuse(byte[] file)
    {
        using var source = DocumentSource.FromBytes(file, "damaged.pdf", new());
        try
        {
            (byte[] copy, _) = Searchable.Make(source, Text);
            Assert.True(copy.AsSpan().StartsWith(file));
        }
        catch (ReadException e)
        {
            Assert.Contains("damaged.pdf", e.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Copy(byte[] file, params PageText?[] pages)
    {
        using var source = DocumentSource.FromBytes(file, "made.pdf", new());
        return Searchable.Make(source, pages).Pdf;
    }

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> of)
    {
        int count = 0;
        for (int at; (at = bytes.IndexOf(of)) >= 0; bytes = bytes[(at + of.Length)..])
        {
            count++;
        }

        return count;
    }

    private static byte[] Plain(params string[] objects)
    {
        var file = new StringBuilder("%PDF-1.7\n");
        var table = new StringBuilder("0000000000 65535 f \n");
        for (int i = 0; i < objects.Length; i++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{file.Length:0000000000} 00000 n \n");
            file.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }

        int start = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Length + 1}\n{table}");
        file.Append(CultureInfo.InvariantCulture, $"trailer\n<</Size {objects.Length + 1}/Root 1 0 R>>\n");
        return Encoding.Latin1.GetBytes(
            file.Append(CultureInfo.InvariantCulture, $"startxref\n{start}\n%%EOF\n").ToString()
        );
    }

    /// <summary>A file whose catalog, page tree and page are in an object stream.</summary>
    private static byte[] Packed()
    {
        string[] held =
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        ];
        string index = $"1 0 2 {held[0].Length + 1} 3 {held[0].Length + held[1].Length + 2} ";
        string data = index + string.Join(' ', held);
        var file = new StringBuilder("%PDF-1.7\n");
        int container = file.Length;
        file.Append(
            CultureInfo.InvariantCulture,
            $"4 0 obj\n<</Type /ObjStm/N 3/First {index.Length}/Length {data.Length}>>\nstream\n{data}\nendstream\nendobj\n"
        );
        int start = file.Length;
        // A byte each: free, in the stream 4 and there the first to third, and where 4 and this itself stand.
        byte[] rows = [0, 0, 0, 2, 4, 0, 2, 4, 1, 2, 4, 2, 1, (byte)container, 0, 1, checked((byte)start), 0];
        file.Append(
            CultureInfo.InvariantCulture,
            $"5 0 obj\n<</Type /XRef/Size 6/W[1 1 1]/Root 1 0 R/Length {rows.Length}>>\nstream\n"
        );
        file.Append(Encoding.Latin1.GetString(rows));
        file.Append(CultureInfo.InvariantCulture, $"\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(file.ToString());
    }
}
