using Cis.Ocr.Recognition;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Orientation;

/// <summary>The marks that the recognizer loses in vertical writing, on a rendered page.</summary>
public class VerticalMarkTests
{
    [Fact]
    public void The_marks_of_vertical_japanese_are_read()
    {
        PageText page = Readings.Of("japanese-vertical.png", "v6")[0];

        Assert.Equal(0, page.Rotation);
        Assert.InRange(CharacterErrors.Rate(CharacterErrors.ExpectedOf("japanese-vertical.png"), page.Text), 0, 0.02);
        Assert.DoesNotContain('・', page.Text.Replace("菓子・茶・", "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_horizontal_page_that_lies_on_its_side_gets_none()
    {
        Picture upright = SamplePages.Of("japanese.png")[0];

        PageText turned = Readings.Read([upright.Turned(ReadingDirection.Downwards)], "v6")[0];

        Assert.Equal(Marks(Readings.Of("japanese.png", "v6")[0].Text), Marks(turned.Text));
    }

    private static int Marks(string text) => text.Count(c => c is '、' or '。' or 'っ' or 'ー' or '「' or '」');
}
