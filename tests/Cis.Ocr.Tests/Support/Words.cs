using Cis.Pages;

namespace Cis.Ocr.Tests.Support;

/// <summary>Words of a sample page, cut out to be set again.</summary>
internal static class Words
{
    private const int Margin = 3;

    /// <summary>Words of so many letters, sure ones only, with their pictures.</summary>
    public static IReadOnlyList<(string Text, Picture Picture)> Of(string document, int fewest, int most)
    {
        PageText read = Readings.Of(document)[0];
        Picture page = SamplePages.Of(document)[0];
        return
        [
            .. read
                .Lines.SelectMany(line => line.Words)
                .Where(word => word.Text.Length >= fewest && word.Text.Length <= most && word.Text.All(char.IsLetter))
                .Select(word => (word.Text, Cut(page, word.Box))),
        ];
    }

    /// <summary>A table of words, and its text row by row.</summary>
    public static (Picture Picture, string[] Words) Table(int rows, int columns, int columnWidth, int rowHeight)
    {
        IReadOnlyList<(string Text, Picture Picture)> words = Of("fax.tiff", 3, 5);
        var table = new Picture(columns * columnWidth, rows * rowHeight);
        table.Fill(255);
        var texts = new List<string>();
        for (int i = 0; i < rows * columns; i++)
        {
            (string text, Picture picture) = words[i % words.Count];
            int width = Math.Min(picture.Width, columnWidth);
            table.Paste(
                picture,
                0,
                0,
                width,
                Math.Min(picture.Height, rowHeight),
                i % columns * columnWidth,
                i / columns * rowHeight
            );
            texts.Add(text);
        }

        return (table, [.. texts]);
    }

    private static Picture Cut(Picture page, Quad box)
    {
        int left = Math.Max(0, (int)box.Left - Margin);
        int top = Math.Max(0, (int)box.Top);
        int width = Math.Min(page.Width, (int)box.Right + Margin) - left;
        int height = Math.Min(page.Height, (int)box.Bottom) - top;
        var picture = new Picture(width, height, page.Format);
        picture.Paste(page, left, top, width, height, 0, 0);
        return picture;
    }
}
