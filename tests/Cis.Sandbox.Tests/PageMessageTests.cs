using System.Text.Json;
using Cis.Documents;
using Cis.Layout;
using Cis.Pages;
using Cis.Sandbox.Messages;

namespace Cis.Sandbox.Tests;

/// <summary>What a document says of a page comes through the sandbox as it was, or not at all.</summary>
public sealed class PageMessageTests
{
    private static readonly Quad Upright = Quad.FromRectangle(10, 20, 110.5f, 40);
    private static readonly Quad Tilted = new(new(1, 2), new(3, 4.25f), new(5, 6), new(7, 8));

    private static TextLine Line(
        string text,
        Quad box,
        float confidence = 1,
        TextSource source = TextSource.TextLayer
    ) => new(text, confidence, box, [.. text.Split(' ').Select(word => new TextWord(word, confidence, box))], source);

    private static PageContent Digital() =>
        new(
            new PageText(
                TextSource.Mixed,
                1653,
                2339,
                270,
                "two words\n\n次",
                [
                    Line("two words", Upright),
                    Line("次", Tilted, 0.5f, TextSource.Ocr) with
                    {
                        Text = "次 (whose words are others)",
                    },
                    new TextLine("", 1, Upright, []),
                ],
                [new TextParagraph(0, 1), new TextParagraph(3, 2)]
            )
            {
                Tables =
                [
                    new TextTable(
                        Upright,
                        [
                            [new TextCell(0, "a", Upright, [0])],
                            [new TextCell(1, "b", Tilted, [1, 2])],
                        ]
                    ),
                ],
                Remarks = new PageRemarks
                {
                    UnreadLines = 3,
                    UnreadShare = 0.25f,
                    Unreadable = "unreadable script",
                    Notes = ["cut", ""],
                },
            },
            200,
            "a note"
        );

    private static PageContent Pixels() =>
        new(Text: null, 300.5)
        {
            Regions =
            [
                new PageRegion(
                    RegionKind.Doubtful,
                    Upright,
                    [new(Line("one", Upright), Vertical: true)],
                    "ABC+Font",
                    "018"
                ),
                new PageRegion(RegionKind.Text, Tilted, [new(Line("two three", Tilted), Tilted: true)]),
                new PageRegion(RegionKind.Pixels, Upright, []),
            ],
            Remarks = new PageRemarks { Unreadable = "XFA form", Notes = ["a form"] },
        };

    private static byte[] Write(PageContent content, PageImage image)
    {
        var writer = new MessageWriter();
        PageMessage.Write(writer, content, image);
        return writer.Written.ToArray();
    }

    private static PageContent Read(ReadOnlySpan<byte> message, out PixelLayout? layout)
    {
        var reader = new MessageReader(message);
        PageContent content = PageMessage.Read(ref reader, out layout);
        reader.End();
        return content;
    }

    // Records hold lists, which are equal only where they are the same.
    private static string Values(PageContent content) => JsonSerializer.Serialize(content);

    [Fact]
    public void Digital_text_comes_as_it_was()
    {
        using var image = new PageImage();

        PageContent read = Read(Write(Digital(), image), out PixelLayout? layout);

        Assert.Null(layout);
        Assert.Equal(Values(Digital()), Values(read));
    }

    [Theory]
    [InlineData(PixelFormat.Gray8)]
    [InlineData(PixelFormat.Bgr24)]
    public void Regions_come_as_they_were_and_with_them_where_the_pixels_are(PixelFormat format)
    {
        using var image = new PageImage();
        image.Reset(17, 5, format);

        PageContent read = Read(Write(Pixels(), image), out PixelLayout? layout);

        Assert.Equal(new PixelLayout(17, 5, format), layout);
        Assert.Equal(Values(Pixels()), Values(read));
    }

    [Fact]
    public void A_message_that_ends_early_or_late_is_malformed()
    {
        using var image = new PageImage();
        image.Reset(3, 3, PixelFormat.Gray8);
        foreach (PageContent content in (PageContent[])[Digital(), Pixels()])
        {
            byte[] message = Write(content, image);
            for (int length = 0; length < message.Length; length++)
            {
                int cut = length;
                Assert.Throws<MalformedMessageException>(() => Read(message.AsSpan(0, cut), out _));
            }

            Assert.Throws<MalformedMessageException>(() => Read([.. message, 0], out _));
        }
    }

    [Fact]
    public void Whatever_is_changed_in_a_message_it_is_a_page_or_malformed()
    {
        using var image = new PageImage();
        image.Reset(3, 3, PixelFormat.Gray8);
        var random = new Random(20261126);
        int pages = 0;
        foreach (PageContent content in (PageContent[])[Digital(), Pixels()])
        {
            byte[] message = Write(content, image);
            for (int i = 0; i < 20_000; i++)
            {
                byte[] changed = [.. message];
                for (int n = random.Next(1, 4); n > 0; n--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                pages += IsPage(changed) ? 1 : 0;
            }
        }

        // Most changes are to letters and coordinates: it must not be that all are refused for some other reason.
        Assert.InRange(pages, 1_000, 39_000);
    }

    private static bool IsPage(byte[] message)
    {
        try
        {
            PageContent content = Read(message, out _);
            IEnumerable<TextLine> lines =
                content.Text?.Lines ?? content.Regions.SelectMany(r => r.Lines.Select(l => l.Line));
            Assert.All(lines, line => Assert.True(float.IsFinite(line.Box.Width + line.Box.Height)));
            _ = content.Text?.Tables.Select(table => table.Columns).Sum();
            return true;
        }
        catch (MalformedMessageException)
        {
            return false;
        }
    }

    [Fact]
    public void A_number_of_parts_that_the_message_cannot_hold_allocates_nothing()
    {
        byte[] message = [0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<MalformedMessageException>(() => new MessageReader(message).CountOf(1));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void How_a_document_is_to_be_read_comes_as_it_was()
    {
        using var source = DocumentSource.FromBytes("%PDF-1.7"u8.ToArray(), "a \u202e b.pdf", new DocumentLimits());
        var options = new ReadingOptions
        {
            Dpi = 123,
            TextLayer = TextLayerMode.Never,
            HiddenText = HiddenText.Keep,
            Furigana = FuriganaMode.Drop,
            Attachments = true,
            Password = "geheim",
            Limits = new DocumentLimits
            {
                MaxBytes = long.MaxValue,
                MaxPages = 7,
                MaxPixelsPerPage = 1_000_001,
                MaxPageMemory = 3L << 32,
            },
        };
        var writer = new MessageWriter();
        OpenMessage.Write(writer, source, options);
        var reader = new MessageReader(writer.Written);

        (string name, DocumentType type, ReadingOptions read) = OpenMessage.Read(ref reader);
        reader.End();

        Assert.Equal((source.Name, DocumentType.Pdf), (name, type));
        Assert.Equal(options, read);
    }
}
