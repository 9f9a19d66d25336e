using Cis.Pages;

namespace Cis.Documents.Tests;

public class TextLayerTests
{
    [Theory]
    [InlineData("born-digital")]
    [InlineData("japanese-born-digital")]
    public void A_born_digital_document_gives_its_own_text(string name)
    {
        using var reader = new TestReader();

        IReadOnlyList<PageContent> pages = reader.ReadAll(TestFiles.Data(name + ".pdf"));

        string text = string.Join("\n\n", pages.Select(page => page.Text!.Text));
        Assert.Equal(Unwrap(File.ReadAllText(TestFiles.Data(name + ".expected.txt"))), Unwrap(text));
    }

    [Fact]
    public void A_mixed_document_gives_text_and_pixels_by_page()
    {
        using var reader = new TestReader();

        IReadOnlyList<PageContent> pages = reader.ReadAll(TestFiles.Data("mixed.pdf"));

        // Page 2 is a scan with a stamp of text, page 3 a scan over an invisible layer: both must be read from pixels.
        Assert.Equal([true, false, false], pages.Select(page => page.Text is not null));
    }

    [Fact]
    public void An_invisible_layer_is_taken_when_asked_for()
    {
        using var reader = new TestReader { Options = new() { TextLayer = TextLayerMode.Always } };

        PageContent page = reader.ReadAll(TestFiles.Data("mixed.pdf"))[2];

        Assert.StartsWith("garbled layer", page.Text!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void No_layer_is_taken_when_pixels_are_asked_for()
    {
        using var reader = new TestReader { Options = new() { TextLayer = TextLayerMode.Never } };

        PageContent page = reader.ReadFirst(TestFiles.Data("born-digital.pdf"));

        Assert.Null(page.Text);
        Assert.Equal((1653, 2339), (reader.Image.Width, reader.Image.Height));
    }

    [Fact]
    public void Words_have_boxes_where_the_page_shows_them()
    {
        using var reader = new TestReader();

        PageText page = reader.ReadFirst(TestFiles.Data("born-digital.pdf")).Text!;

        // Drawn at x = 64, y = 765 of 841.9 points, 20 points high; 200 dots an inch.
        TextWord title = page.Lines[0].Words[0];
        Assert.Equal("Instruments", title.Text);
        Assert.Equal(64 / 72.0 * 200, title.Box.Left, 3.0);
        Assert.InRange((841.9 - 765) / 72 * 200, title.Box.Top, title.Box.Bottom);
        Assert.InRange(title.Box.Height, 40, 80);
    }

    /// <summary>Lines joined as a reader would, so that only the order, words and paragraphs are compared.</summary>
    private static string Unwrap(string text) => string.Join('\n', text.Trim().Split("\n\n").Select(JoinLines));

    private static string JoinLines(string paragraph)
    {
        string joined = "";
        foreach (string line in paragraph.Split('\n'))
        {
            bool glued = joined.Length == 0 || joined[^1] is '-' or > '\u2E80' || line[0] > '\u2E80';
            joined += (glued ? "" : " ") + line;
        }

        return joined;
    }
}
