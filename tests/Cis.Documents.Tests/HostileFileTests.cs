using System.Text;
using Cis.Pages;

namespace Cis.Documents.Tests;

public class HostileFileTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(null, Outcome.Encrypted)]
    [InlineData("wrong", Outcome.Encrypted)]
    [InlineData("reader", Outcome.Ok)]
    [InlineData("owner", Outcome.Ok)]
    public void An_encrypted_document_opens_with_either_password_only(string? password, Outcome expected)
    {
        using var reader = new TestReader { Options = new() { Password = password } };

        Assert.Equal(expected, OutcomeOf(reader, TestFiles.Data("encrypted.pdf")));
    }

    [Fact]
    public void A_truncated_pdf_is_corrupt_and_the_next_file_is_read()
    {
        byte[] whole = File.ReadAllBytes(TestFiles.Data("born-digital.pdf"));
        using var reader = new TestReader();
        using var cut = DocumentSource.FromBytes(whole.AsMemory(0, whole.Length / 2), "cut.pdf", new());

        ReadException failure = Assert.Throws<ReadException>(() => reader.ReadFirst(cut));

        Assert.Equal(Outcome.Corrupt, failure.Outcome);
        Assert.StartsWith("cut.pdf", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(reader.ReadFirst(TestFiles.Data("born-digital.pdf")).Text);
    }

    [Fact]
    public void A_damaged_page_fails_alone()
    {
        byte[] pdf = new PdfBuilder().Page("BT /F1 12 Tf (one) Tj ET").Page("BT /F1 12 Tf (two) Tj ET").Build();
        // The first page's object becomes something else; the tree still counts two.
        string text = Encoding.Latin1.GetString(pdf);
        int at = text.IndexOf("/Type /Page ", StringComparison.Ordinal);
        byte[] damaged = Encoding.Latin1.GetBytes(text.Remove(at, 11).Insert(at, "/Type /Sage"));
        using var reader = new TestReader();
        using var source = DocumentSource.FromBytes(damaged, "half.pdf", new());
        using IDocument document = reader.Open(source);

        Outcome[] outcomes =
        [
            .. Enumerable
                .Range(0, document.PageCount)
                .Select(i => OutcomeOf(() => document.Read(i, reader.Image, default))),
        ];

        Assert.Contains(Outcome.Ok, outcomes);
    }

    [Fact]
    public void A_document_without_pages_is_corrupt()
    {
        using var reader = new TestReader();
        using DocumentSource source = new PdfBuilder().ToSource();

        Assert.Equal(Outcome.Corrupt, OutcomeOf(() => reader.ReadFirst(source)));
    }

    [Fact]
    public void Garbage_before_the_header_does_no_harm()
    {
        byte[] pdf = [.. new byte[3000], .. File.ReadAllBytes(TestFiles.Data("born-digital.pdf"))];
        using var reader = new TestReader();
        using var source = DocumentSource.FromBytes(pdf, "mail.pdf", new());

        Assert.NotNull(reader.ReadFirst(source).Text);
    }

    [Fact]
    public void More_pages_than_the_limit_are_too_many()
    {
        using var reader = new TestReader { Options = new() { Limits = new() { MaxPages = 2 } } };

        Assert.Equal(Outcome.TooLarge, OutcomeOf(reader, TestFiles.Data("scan.pdf")));
    }

    [Fact]
    public void An_image_that_would_fill_memory_is_too_large()
    {
        var pdf = new PdfBuilder();
        int image = pdf.AddStream(
            "/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8",
            "tiny"u8
        );
        pdf.Page("q 595 0 0 842 0 0 cm /Im0 Do Q", resources: $"/XObject << /Im0 {image} 0 R >>");
        using var reader = new TestReader();
        using DocumentSource source = pdf.ToSource();

        Assert.Equal(Outcome.TooLarge, OutcomeOf(() => reader.ReadFirst(source)));
    }

    [Theory]
    [InlineData("born-digital.pdf")]
    [InlineData("scan.pdf")]
    [InlineData("fax.tiff")]
    [InlineData("photo.jpg")]
    [InlineData("images/color.bmp")]
    [InlineData("images/old-jpeg.tif")]
    [InlineData("images/color.avif")]
    [InlineData("images/animated.gif")]
    public void A_file_with_bytes_flipped_ends_in_an_outcome(string name)
    {
        byte[] whole = File.ReadAllBytes(TestFiles.Data(name));
        var random = new Random(1);
        using var reader = new TestReader { Options = new() { Dpi = 40 } };
        for (int round = 0; round < 12; round++)
        {
            byte[] flipped = (byte[])whole.Clone();
            for (int i = 0; i < 1 + round * 3; i++)
            {
                flipped[random.Next(flipped.Length)] = (byte)random.Next(256);
            }

            Outcome outcome = OutcomeOf(() => ReadAll(reader, flipped, name));
            Assert.NotEqual(Outcome.Crashed, outcome);
        }
    }

    [Theory]
    [InlineData("pdf")]
    [InlineData("image")]
    public void Every_file_of_the_hostile_collection_ends_in_an_outcome(string kind)
    {
        string? folder = TestFiles.Shared("data/robust/" + kind);
        Assert.SkipWhen(folder is null, "The collection of hostile files is not on this machine: set CIS_SHARED.");
        using var reader = new TestReader { Options = new() { Dpi = 72 } };
        var counts = new SortedDictionary<Outcome, int>();

        foreach (string path in Directory.GetFiles(folder, "*", SearchOption.AllDirectories))
        {
            Outcome outcome = OutcomeOf(reader, path);
            counts[outcome] = counts.GetValueOrDefault(outcome) + 1;
            Assert.True(outcome is not (Outcome.Crashed or Outcome.TimedOut), $"{path}: {outcome}");
        }

        output.WriteLine(string.Join(", ", counts.Select(pair => $"{pair.Value} {pair.Key}")));
        Assert.True(counts[Outcome.Ok] > counts.Values.Sum() / 2);
    }

    private static void ReadAll(TestReader reader, byte[] bytes, string name)
    {
        using var source = DocumentSource.FromBytes(bytes, name, new());
        ReadAll(reader, source);
    }

    private static void ReadAll(TestReader reader, DocumentSource source)
    {
        using IDocument document = reader.Open(source);
        for (int i = 0; i < Math.Min(document.PageCount, 20); i++)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            document.Read(i, reader.Image, limit.Token);
        }
    }

    private static Outcome OutcomeOf(TestReader reader, string path) =>
        OutcomeOf(() =>
        {
            using var source = DocumentSource.FromFile(path, reader.Options.Limits);
            ReadAll(reader, source);
        });

    private static Outcome OutcomeOf(Action read)
    {
        try
        {
            read();
            return Outcome.Ok;
        }
        catch (ReadException e)
        {
            Assert.NotEmpty(e.Message);
            return e.Outcome;
        }
        catch (OperationCanceledException)
        {
            return Outcome.TimedOut;
        }
    }
}
