using System.Text;
using Cis.Pages;

namespace Cis.Documents.Tests;

public class DocumentSourceTests
{
    [Theory]
    [InlineData("%PDF-1.4\n", "photo.jpg", "image/png", "application/pdf")]
    [InlineData("garbage before %PDF-1.4\n", "x", null, "application/pdf")]
    [InlineData("no known bytes", "scan.TIFF", "image/png", "image/tiff")]
    [InlineData("no known bytes", "upload", "image/webp; q=1", "image/webp")]
    [InlineData("GIF89a", "x.png", null, "image/gif")]
    public void The_type_is_told_by_bytes_then_name_then_media_type(
        string bytes,
        string name,
        string? declared,
        string expected
    )
    {
        using var source = DocumentSource.FromBytes(Encoding.Latin1.GetBytes(bytes), name, new(), declared);

        Assert.Equal(expected, source.MimeType);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>", "a web or XML page")]
    [InlineData("PK\u0003\u0004", "a ZIP or Office file")]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", "is a HEIC image (H.265), which cis does not read")]
    [InlineData("\0\0\0\u0018ftyphevc\0\0\0\0msf1hevc", "is a HEIC image (H.265), which cis does not read")]
    [InlineData("P5\n1 1\n255\n", "a netpbm image")]
    public void A_file_of_another_kind_is_named_even_if_it_is_called_pdf(string bytes, string kind)
    {
        ReadException failure = Assert.Throws<ReadException>(() =>
            DocumentSource.FromBytes(Encoding.Latin1.GetBytes(bytes), "x.pdf", new())
        );

        Assert.Equal(Outcome.UnsupportedType, failure.Outcome);
        Assert.Contains(kind, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_opened_says_why()
    {
        string folder = Directory.CreateTempSubdirectory("cis-test-").FullName;
        string empty = Path.Combine(folder, "empty.pdf");
        File.WriteAllBytes(empty, []);

        Assert.Equal(Outcome.ObjectMissing, OutcomeOf(Path.Combine(folder, "nothing.pdf")));
        Assert.Equal(Outcome.UnsupportedType, OutcomeOf(folder));
        Assert.Equal(Outcome.Corrupt, OutcomeOf(empty));
        Assert.Equal(Outcome.TooLarge, OutcomeOf(TestFiles.Data("scan.pdf"), new() { MaxBytes = 1000 }));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_stream_is_read_up_to_the_limit()
    {
        using var stream = new MemoryStream(File.ReadAllBytes(TestFiles.Data("scan.pdf")));

        using var source = DocumentSource.FromStream(stream, "-", new());

        Assert.Equal((DocumentType.Pdf, stream.Length), (source.Type, source.Length));
        stream.Position = 0;
        ReadException failure = Assert.Throws<ReadException>(() =>
            DocumentSource.FromStream(stream, "-", new() { MaxBytes = 100_000 })
        );
        Assert.Equal(Outcome.TooLarge, failure.Outcome);
    }

    private static Outcome OutcomeOf(string path, DocumentLimits? limits = null) =>
        Assert.Throws<ReadException>(() => DocumentSource.FromFile(path, limits ?? new())).Outcome;
}
