using Cis.Layout;
using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Orientation;

public class TurnedPageTests
{
    // The em of japanese.png, see tests/data/make: its cells are squares of this side.
    private const int Em = 38;

    [Theory]
    [InlineData("photo.jpg", 90)]
    [InlineData("photo.jpg", 180)]
    [InlineData("photo.jpg", 270)]
    [InlineData("japanese.png", 90)]
    public void A_turned_page_is_read_as_the_upright_one_and_says_how_to_turn_it_back(string document, int degrees)
    {
        Picture upright = SamplePages.Of(document)[0];

        PageText page = Readings.Read([upright.Turned((ReadingDirection)degrees)])[0];

        Assert.Equal(360 - degrees, page.Rotation);
        Assert.InRange(CharacterErrors.Rate(CharacterErrors.ExpectedOf(document), page.Text), 0, 0.02);
        AssertFirstLineIsWhereItWas(
            Readings.Of(document)[0].Lines[0],
            page.Lines[0],
            (ReadingDirection)degrees,
            upright
        );
    }

    [Theory]
    [InlineData(90)]
    [InlineData(270)]
    public void No_line_of_a_crooked_page_on_its_side_is_lost(int degrees)
    {
        Picture page = SetWide(SamplePages.Of("fax.tiff")[0], Readings.Of("fax.tiff", "v6")[0].Lines);
        string expected = Readings.Read([page], "v6")[0].Text;

        PageText read = Readings.Read([page.Slanted(degrees: 2).Turned((ReadingDirection)degrees)], "v6")[0];

        Assert.Equal(360 - degrees, read.Rotation);
        Assert.InRange(CharacterErrors.Rate(expected, read.Text), 0, 0.02);
    }

    [Fact]
    public void Vertical_japanese_is_no_turned_page_and_is_read_from_right_to_left()
    {
        Picture page = SetVertically(SamplePages.Of("japanese.png")[0], out string expected);

        // PP-OCRv4/v3 was not taught vertical lines.
        PageText read = Readings.Read([page], "v6")[0];

        Assert.Equal(0, read.Rotation);
        Assert.InRange(CharacterErrors.Rate(expected, read.Text), 0, 0.05);
    }

    /// <summary>Beginnings of lines, with much white around and between them.</summary>
    private static Picture SetWide(Picture source, IReadOnlyList<TextLine> lines)
    {
        const int Side = 2000;
        const int Margin = 200;
        const int Leading = 80;
        const int Length = 700;
        var page = new Picture(Side, Side);
        page.Fill(255);
        for (int i = 0; Margin + (i + 1) * Leading < Side; i++)
        {
            Quad box = lines[i % lines.Count].Box;
            (int left, int top) = ((int)box.Left - 4, (int)box.Top - 2);
            int width = Math.Min(Length, (int)box.Right + 4 - left);
            page.Paste(source, left, top, width, (int)box.Bottom + 2 - top, Margin, Margin + i * Leading);
        }

        return page;
    }

    private static void AssertFirstLineIsWhereItWas(
        TextLine upright,
        TextLine turned,
        ReadingDirection direction,
        Picture page
    )
    {
        bool quarter = direction is ReadingDirection.Downwards or ReadingDirection.Upwards;
        var frame = new PageFrame(
            direction.ToRotation(),
            quarter ? page.Height : page.Width,
            quarter ? page.Width : page.Height
        );
        Quad box = frame.ToReader(turned.Box);
        // The detector sees a turned page a little differently: half a line's height.
        float tolerance = upright.Box.Height / 2;
        Assert.Equal(upright.Box.Left, box.Left, tolerance);
        Assert.Equal(upright.Box.Top, box.Top, tolerance);
        Assert.Equal(upright.Box.TopLeft.X, box.TopLeft.X, tolerance);
        Assert.Equal(upright.Box.TopLeft.Y, box.TopLeft.Y, tolerance);
    }

    /// <summary>Sets the first two paragraphs again, a line a column, without the full stops that would have to move.</summary>
    private static Picture SetVertically(Picture source, out string expected)
    {
        string[] lines =
        [
            "海辺の町に小さな図書館があります。建物は古い倉庫を改修し",
            "たもので、窓からは港を出入りする漁船が見えます。",
            "開館時間は午前九時から午後六時までです。月曜日は休館です",
            "が、祝日と重なる場合は翌日の火曜日に休みます。貸出しは一",
        ];
        int[] tops = [228, 296, 402, 470];
        var page = new Picture(source.Width, source.Height, source.Format);
        page.Fill(255);
        expected = "";
        for (int line = 0; line < lines.Length; line++)
        {
            int column = source.Width - (3 + 2 * line) * Em;
            int row = 2 * Em;
            for (int i = 0; i < lines[line].Length; i++)
            {
                if (lines[line][i] is not ('、' or '。'))
                {
                    page.Paste(source, (2 + i) * Em, tops[line], Em, Em, column, row);
                    row += Em;
                    expected += lines[line][i];
                }
            }
        }

        return page;
    }
}
