using Cis.Layout;
using Cis.Ocr.Orientation;
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

    [Fact]
    public void Vertical_japanese_is_no_turned_page_and_is_read_from_right_to_left()
    {
        Picture page = SetVertically(SamplePages.Of("japanese.png")[0], out string expected);

        // PP-OCRv4/v3 was not taught vertical lines.
        PageText read = Readings.Read([page], "v6")[0];

        Assert.Equal(0, read.Rotation);
        Assert.InRange(CharacterErrors.Rate(expected, read.Text), 0, 0.05);
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
