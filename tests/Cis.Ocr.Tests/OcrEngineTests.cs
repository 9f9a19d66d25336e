using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests;

public class OcrEngineTests
{
    [Theory]
    [InlineData("v6", "scan.pdf", 0.01)]
    [InlineData("v6", "fax.tiff", 0.01)]
    [InlineData("v6", "photo.jpg", 0.01)]
    [InlineData("v6", "japanese.png", 0.01)]
    [InlineData("v4", "photo.jpg", 0.03)]
    public void Sample_pages_are_read_with_next_to_no_errors(string family, string document, double mostErrors)
    {
        IReadOnlyList<PageText> pages = Readings.Of(document, family);

        string text = string.Join("\n\n", pages.Select(page => page.Text));
        Assert.InRange(CharacterErrors.Rate(CharacterErrors.ExpectedOf(document), text), 0, mostErrors);
        Assert.All(pages, page => Assert.Equal(0, page.Rotation));
    }

    [Fact]
    public void Lines_and_words_lie_on_the_page_and_make_up_its_text()
    {
        PageText page = Readings.Of("fax.tiff")[0];

        foreach (TextLine line in page.Lines)
        {
            AssertInside(page, line.Box);
            Assert.All(line.Words, word => AssertInside(page, word.Box));
            Assert.Equal(line.Text, string.Join(' ', line.Words.Select(word => word.Text)));
            Assert.InRange(line.Confidence, 0.5f, 1f);
            Assert.Contains(line.Text, page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_lines_of_a_page_group_into_the_paragraphs_of_its_text()
    {
        PageText page = Readings.Of("fax.tiff")[0];

        var lines = new Queue<TextLine>(page.Lines);
        string[] paragraphs =
        [
            .. page.Paragraphs.Select(p =>
                string.Join('\n', Enumerable.Range(0, p.Lines).Select(_ => lines.Dequeue().Text))
            ),
        ];
        Assert.Empty(lines);
        Assert.Equal(page.Text, string.Join("\n\n", paragraphs));
        Assert.InRange(paragraphs.Length, 4, 5);
    }

    [Fact]
    public void A_page_without_text_is_read_as_empty()
    {
        var blank = new Picture(300, 200);
        blank.Fill(255);
        var noise = Picture.Random(200, 300, seed: 1);

        IReadOnlyList<PageText> pages = Readings.Read([blank, noise, Picture.Draw(1, 1, (_, _) => 0)]);

        Assert.All(pages, page => Assert.Equal(("", 0), (page.Text, page.Lines.Count)));
    }

    [Fact]
    public void A_cancelled_reading_stops_at_once_and_the_engine_reads_the_next_page()
    {
        Picture picture = SamplePages.Of("fax.tiff")[1];
        var times = new StageTimes();
        using var stop = new CancellationTokenSource();

        (bool stopped, PageText next) = Readings.WithEngine(
            (engine, image) =>
            {
                picture.CopyTo(image);
                var canceller = new Thread(() => CancelAfterDetection(times, stop));
                canceller.Start();
                bool stopped = Stops(() => engine.Read(image, times, stop.Token));
                canceller.Join();
                bool refused = Stops(() => engine.Read(image, new StageTimes(), stop.Token));
                return (stopped && refused, engine.Read(picture, image));
            }
        );

        Assert.True(stopped);
        Assert.Equal(0, times[Stage.Order]);
        Assert.Equal(Readings.Of("fax.tiff")[1].Text, next.Text);
    }

    [Fact]
    public async Task Engines_side_by_side_read_what_one_alone_reads()
    {
        PageText alone = Readings.Of("photo.jpg")[0];
        Picture picture = SamplePages.Of("photo.jpg")[0];

        Task<PageText>[] engines =
        [
            Readings.StartWithEngine((engine, image) => engine.Read(picture, image)),
            Readings.StartWithEngine((engine, image) => engine.Read(picture, image)),
        ];

        foreach (PageText page in await Task.WhenAll(engines))
        {
            Assert.Equal(alone.Text, page.Text);
            Assert.Equal(alone.Lines.Select(line => line.Box), page.Lines.Select(line => line.Box));
        }
    }

    [Fact]
    public void A_page_image_may_shrink_grow_and_change_its_format_between_pages()
    {
        Picture photo = SamplePages.Of("photo.jpg")[0];
        Picture japanese = SamplePages.Of("japanese.png")[0];
        var title = new Picture(600, 180, japanese.Format);
        title.Paste(japanese, 0, 0, 600, 180, 0, 0);

        IReadOnlyList<PageText> read = Readings.Read([title, photo, title]);

        Assert.Equal("図書館のご案内", read[0].Text);
        Assert.Equal(Readings.Of("photo.jpg")[0].Text, read[1].Text);
        Assert.Equal("図書館のご案内", read[2].Text);
    }

    [Fact]
    public void Reading_in_the_steady_state_allocates_little_beyond_the_text_and_its_boxes()
    {
        // A character of text is 2 bytes thrice (page, line, word), a word of 5 some 200 with its box and string; the fallback
        // family reads some lines twice.
        const int BytesPerCharacter = 170;
        Picture picture = SamplePages.Of("photo.jpg")[0];

        (long bytes, int characters) = Readings.WithEngine(
            (engine, image) =>
            {
                engine.Read(picture, image);
                long before = GC.GetAllocatedBytesForCurrentThread();
                PageText page = engine.Read(picture, image);
                return (GC.GetAllocatedBytesForCurrentThread() - before, page.Text.Length);
            }
        );

        Assert.InRange(bytes / characters, 1, BytesPerCharacter);
    }

    private static void CancelAfterDetection(StageTimes times, CancellationTokenSource stop)
    {
        SpinWait.SpinUntil(() => times[Stage.Detect] > 0);
        stop.Cancel();
    }

    private static bool Stops(Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private static void AssertInside(PageText page, Quad box)
    {
        Assert.InRange(box.Left, 0, page.Width);
        Assert.InRange(box.Right, box.Left, page.Width);
        Assert.InRange(box.Top, 0, page.Height);
        Assert.InRange(box.Bottom, box.Top, page.Height);
    }
}
