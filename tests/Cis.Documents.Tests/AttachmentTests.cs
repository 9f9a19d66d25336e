using System.Text;
using Cis.Pages;

namespace Cis.Documents.Tests;

public class AttachmentTests
{
    private const string Letter = "BT /F1 14 Tf 60 740 Td (Letter of the harbour office) Tj ET";

    [Fact]
    public void The_pages_of_an_attached_pdf_follow_those_of_the_document_and_say_so()
    {
        IReadOnlyList<PageContent> pages = ReadAll(LetterWith(("../../etc/invoice.pdf", Invoice())));

        Assert.Equal(3, pages.Count);
        Assert.Equal("Letter of the harbour office", pages[0].Text?.Text);
        Assert.Empty(pages[0].Remarks.Notes);
        Assert.Equal("Invoice 4711", pages[1].Text?.Text);
        Assert.Equal(["Page 1 of the attached file invoice.pdf."], pages[1].Remarks.Notes);
        Assert.Equal("Sum 90", pages[2].Text?.Text);
        Assert.Equal(["Page 2 of the attached file invoice.pdf."], pages[2].Remarks.Notes);
    }

    [Fact]
    public void An_attached_image_is_a_page_of_pixels_whatever_its_name()
    {
        IReadOnlyList<PageContent> pages = ReadAll(
            LetterWith(("scan.bin", File.ReadAllBytes(TestFiles.Data("fax-page.png"))))
        );

        Assert.Equal(2, pages.Count);
        Assert.Null(pages[1].Text);
    }

    [Fact]
    public void What_is_attached_to_an_attachment_is_not_read_and_that_is_said()
    {
        IReadOnlyList<PageContent> pages = ReadAll(LetterWith(("outer.pdf", LetterWith(("inner.pdf", Invoice())))));

        Assert.Equal(2, pages.Count);
        Assert.Contains(pages[1].Remarks.Notes, note => note.Contains("inner.pdf", StringComparison.Ordinal));
    }

    [Fact]
    public void An_attachment_that_cannot_be_read_is_one_page_that_fails()
    {
        using var reader = new TestReader { Options = new() { Attachments = true } };
        using DocumentSource source = SourceOf(
            LetterWith(("cut.pdf", "%PDF-1.7 and no more"u8.ToArray()), ("invoice.pdf", Invoice()))
        );
        using IDocument document = reader.Open(source);

        Assert.Equal(4, document.PageCount);
        ReadException failure = Assert.Throws<ReadException>(() => Read(document, 1, reader));
        Assert.Equal(Outcome.Corrupt, failure.Outcome);
        Assert.Contains("cut.pdf", failure.Message, StringComparison.Ordinal);
        Assert.Equal("Invoice 4711", Read(document, 2, reader).Text?.Text);
    }

    [Fact]
    public void An_attachment_past_the_limit_of_pages_fails_and_the_document_is_read()
    {
        using var reader = new TestReader
        {
            Options = new()
            {
                Attachments = true,
                Limits = new() { MaxPages = 2 },
            },
        };
        using DocumentSource source = SourceOf(LetterWith(("invoice.pdf", Invoice())));
        using IDocument document = reader.Open(source);

        Assert.Equal(2, document.PageCount);
        Assert.Equal(Outcome.TooLarge, Assert.Throws<ReadException>(() => Read(document, 1, reader)).Outcome);
    }

    [Fact]
    public void Files_that_are_no_pages_add_none()
    {
        IReadOnlyList<PageContent> pages = ReadAll(LetterWith(("factur-x.xml", "<?xml version='1.0'?>"u8.ToArray())));

        Assert.Single(pages);
        Assert.Empty(pages[0].Remarks.Notes);
    }

    [Fact]
    public void Without_the_setting_the_first_page_says_what_was_not_read()
    {
        using var reader = new TestReader();
        using DocumentSource source = SourceOf(
            LetterWith(("invoice.pdf", Invoice()), ("factur-x.xml", "<?xml version='1.0'?>"u8.ToArray()))
        );

        PageContent page = Assert.Single(reader.ReadAll(source));

        Assert.Equal("Letter of the harbour office", page.Text?.Text);
        Assert.Equal(
            [
                "The document has 1 attached file (invoice.pdf) that was not read; --attachments on reads PDFs and images.",
            ],
            page.Remarks.Notes
        );
        Assert.False(page.Remarks.LacksGoodPart);
    }

    [Theory]
    [InlineData(
        "BT /F1 12 Tf 60 740 Td (For the best experience, open this PDF portfolio in) Tj 0 -14 Td (Acrobat X or Adobe Reader X, or later.) Tj ET",
        ""
    )]
    [InlineData("BT /F1 12 Tf 60 740 Td (Tender documents of the harbour) Tj ET", "Tender documents of the harbour")]
    public void A_portfolio_is_named_as_one_and_its_files_as_unread(string cover, string text)
    {
        using var reader = new TestReader();
        using DocumentSource source = SourceOf(Portfolio(cover));

        PageContent page = reader.ReadFirst(source);

        Assert.Equal("portfolio", page.Remarks.Unreadable);
        Assert.True(page.Remarks.LacksGoodPart);
        Assert.Equal(text, page.Text?.Text);
        Assert.Contains(
            "portfolio of 1 attached file (plan.dwg)",
            Assert.Single(page.Remarks.Notes),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_files_of_a_portfolio_are_read_by_the_setting()
    {
        var builder = new PdfBuilder { CatalogEntries = "/Collection << /Type /Collection /View /D >> " };
        byte[] portfolio = With(builder, [("invoice.pdf", Invoice())]).Page(Letter).Build();

        IReadOnlyList<PageContent> pages = ReadAll(portfolio);

        Assert.Equal("Invoice 4711", pages[1].Text?.Text);
        Assert.Null(pages[0].Remarks.Unreadable);
    }

    [Theory]
    [InlineData("", "If this message is not eventually replaced by the proper contents of the document, your PDF")]
    [InlineData("/NeedsRendering true", "Bitte warten. Laden Sie die neueste Version von Adobe Reader")]
    public void The_sheet_that_stands_in_for_an_xfa_form_is_named_and_is_no_text(string entries, string sheet)
    {
        var builder = new PdfBuilder();
        int xfa = builder.AddStream("", "<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"u8);
        builder.CatalogEntries = $"/AcroForm << /Fields [] /XFA {xfa} 0 R >> {entries}";
        using DocumentSource source = builder
            .Page($"BT /F1 12 Tf 60 740 Td (Please wait...) Tj 0 -30 Td ({sheet}) Tj ET")
            .ToSource();
        using var reader = new TestReader();

        PageContent page = reader.ReadFirst(source);

        Assert.Equal("XFA form", page.Remarks.Unreadable);
        Assert.Equal("", page.Text?.Text);
        Assert.Contains("print it to a PDF", Assert.Single(page.Remarks.Notes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/NeedsRendering true")]
    [InlineData("")]
    public void A_form_that_has_its_own_pages_beside_xfa_is_read(string entries)
    {
        var builder = new PdfBuilder();
        int xfa = builder.AddStream("", "<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"u8);
        builder.CatalogEntries = $"/AcroForm << /Fields [] /XFA {xfa} 0 R >> {entries}";
        using DocumentSource source = builder.Page(Letter).ToSource();
        using var reader = new TestReader();

        PageContent page = reader.ReadFirst(source);

        Assert.Null(page.Remarks.Unreadable);
        Assert.Equal("Letter of the harbour office", page.Text?.Text);
    }

    private static byte[] Invoice() =>
        new PdfBuilder()
            .Page("BT /F1 14 Tf 60 740 Td (Invoice 4711) Tj ET")
            .Page("BT /F1 14 Tf 60 740 Td (Sum 90) Tj ET")
            .Build();

    private static byte[] LetterWith(params (string Name, byte[] Bytes)[] files) =>
        With(new PdfBuilder(), files).Page(Letter).Build();

    private static byte[] Portfolio(string cover)
    {
        var builder = new PdfBuilder { CatalogEntries = "/Collection << /Type /Collection /View /D >> " };
        return With(builder, [("plan.dwg", "AC1032"u8.ToArray())]).Page(cover).Build();
    }

    private static PdfBuilder With(PdfBuilder builder, (string Name, byte[] Bytes)[] files)
    {
        var names = new StringBuilder();
        foreach ((string name, byte[] bytes) in files)
        {
            int stream = builder.AddStream("/Type /EmbeddedFile", bytes);
            int file = builder.Add($"<< /Type /Filespec /F ({name}) /UF ({name}) /EF << /F {stream} 0 R >> >>");
            names.Append($"({name}) {file} 0 R ");
        }

        builder.CatalogEntries += $"/Names << /EmbeddedFiles << /Names [{names}] >> >>";
        return builder;
    }

    private static IReadOnlyList<PageContent> ReadAll(byte[] pdf)
    {
        using var reader = new TestReader { Options = new() { Attachments = true } };
        using DocumentSource source = SourceOf(pdf);
        return reader.ReadAll(source);
    }

    private static PageContent Read(IDocument document, int index, TestReader reader) =>
        document.Read(index, reader.Image, TestContext.Current.CancellationToken);

    private static DocumentSource SourceOf(byte[] pdf) => DocumentSource.FromBytes(pdf, "made.pdf", new());
}
