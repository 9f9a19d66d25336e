using Cis.Ocr.Detection;
using Cis.Ocr.Inference;
using Cis.Ocr.Models;
using Cis.Ocr.Tests.Support;
using Cis.Pages;

namespace Cis.Ocr.Tests.Detection;

public class TextDetectorTests
{
    // fax.tiff in half its size has an em of 13.5 pixels. Of this many the detector sees 960: 8, and 10.7 at 1280.
    private const int SideOfSmallPrint = 1620;

    // Here it is 10.4, and 13.8 at 1280.
    private const int SideOfCommonPrint = 1248;

    [Fact]
    public void A_page_of_small_print_is_looked_at_again_with_a_third_more_pixels()
    {
        Picture page = Page(SideOfSmallPrint);

        Assert.Equal(Detect(page, 1280), Detect(page, 960));
    }

    [Fact]
    public void A_page_of_common_print_is_looked_at_once()
    {
        Picture page = Page(SideOfCommonPrint);

        Assert.NotEqual(Detect(page, 1280), Detect(page, 960));
    }

    /// <summary>A title and two paragraphs on a white square.</summary>
    private static Picture Page(int side)
    {
        Picture text = SamplePages.Of("fax.tiff")[1].Halved();
        var page = new Picture(side, side);
        page.Fill(255);
        page.Paste(text, 0, 0, text.Width, 450, 100, 50);
        return page;
    }

    private static List<Quad> Detect(Picture picture, int side)
    {
        OcrModels models = LoadedModels.Of("v6");
        return MainThread
            .Start(() =>
            {
                var detector = new TextDetector(models, new OcrOptions { DetectorSide = side });
                using var control = new RunControl();
                using PageImage page = picture.ToPage();
                var boxes = new List<Quad>();
                detector.Detect(page, boxes, control);
                Assert.NotEmpty(boxes);
                return boxes;
            })
            .GetAwaiter()
            .GetResult();
    }
}
