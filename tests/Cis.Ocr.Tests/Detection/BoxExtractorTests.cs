using Cis.Ocr.Detection;
using Cis.Pages;

namespace Cis.Ocr.Tests.Detection;

public class BoxExtractorTests
{
    private readonly BoxExtractor _extractor = new();

    [Fact]
    public void A_region_grows_by_area_times_one_and_a_half_by_perimeter_and_is_scaled_to_the_page()
    {
        ProbabilityMap map = new ProbabilityMap(320, 160).Fill(100, 50, 101, 11, 0.9f);

        Quad box = Assert.Single(Extract(map, 640, 480));

        // Between the middles of the outer pixels it is 100 x 10.
        const float Distance = 100 * 10 * 1.5f / (2 * (100 + 10));
        Assert.Equal((100 - Distance) * 2, box.TopLeft.X, 1e-3);
        Assert.Equal((50 - Distance) * 3, box.TopLeft.Y, 1e-3);
        Assert.Equal((200 + Distance) * 2, box.BottomRight.X, 1e-3);
        Assert.Equal((60 + Distance) * 3, box.BottomRight.Y, 1e-3);
    }

    [Fact]
    public void A_slanted_region_gives_a_slanted_box_whose_first_corner_is_top_left()
    {
        var drawn = new RotatedRectangle(new(150, 80), 0.96f, 0.28f, 120, 16);

        Quad box = Assert.Single(Extract(new ProbabilityMap(320, 160).Fill(drawn, 0.9f), 320, 160));

        const float Grown = 2 * 120 * 16 * 1.5f / (2 * (120 + 16));
        Assert.InRange(box.Width, 120 + Grown - 4, 120.01f + Grown);
        Assert.InRange(box.Height, 16 + Grown - 4, 16.01f + Grown);
        Assert.Equal(0.28f / 0.96f, (box.TopRight.Y - box.TopLeft.Y) / (box.TopRight.X - box.TopLeft.X), 0.03);
        Assert.True(box.TopLeft.Y < box.BottomLeft.Y && box.TopLeft.X < box.TopRight.X);
    }

    [Theory]
    [InlineData(0.59f, 0)]
    [InlineData(0.61f, 1)]
    public void A_region_of_which_the_detector_is_not_sure_is_no_line(float probability, int boxes) =>
        Assert.Equal(boxes, Extract(new ProbabilityMap(64, 64).Fill(10, 10, 40, 10, probability), 64, 64).Count);

    [Theory]
    [InlineData(0.29f, 2)]
    [InlineData(0.31f, 1)]
    public void Lines_joined_by_a_faint_bridge_are_one_only_if_the_bridge_counts_as_text(float bridge, int boxes)
    {
        ProbabilityMap map = new ProbabilityMap(96, 64)
            .Fill(4, 10, 40, 10, 0.9f)
            .Fill(48, 10, 40, 10, 0.9f)
            .Fill(44, 10, 4, 10, bridge);

        Assert.Equal(boxes, Extract(map, 96, 64).Count);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(4, 1)]
    public void A_region_of_three_rows_is_a_speck(int rows, int boxes) =>
        Assert.Equal(boxes, Extract(new ProbabilityMap(64, 64).Fill(10, 10, 40, rows, 1), 64, 64).Count);

    [Fact]
    public void A_table_of_thousands_of_cells_is_boxed_and_the_bound_says_when_it_cut()
    {
        Assert.Equal(2500, Extract(Cells(50, 50), 500, 500).Count);
        Assert.False(_extractor.WasCut);

        Assert.Equal(BoxExtractor.MostBoxes, Extract(Cells(160, 150), 1600, 1500).Count);
        Assert.True(_extractor.WasCut);
    }

    private static ProbabilityMap Cells(int columns, int rows)
    {
        var map = new ProbabilityMap(columns * 10, rows * 10);
        for (int i = 0; i < columns * rows; i++)
        {
            map.Fill(i % columns * 10, i / columns * 10, 7, 7, 1);
        }

        return map;
    }

    [Fact]
    public void Boxes_end_where_the_page_ends()
    {
        ProbabilityMap map = new ProbabilityMap(64, 64).Fill(0, 0, 64, 20, 1).Fill(10, 40, 54, 24, 1);

        List<Quad> boxes = Extract(map, 100, 90);

        Assert.Equal(Quad.FromRectangle(0, 0, 100, boxes[0].Bottom), boxes[0]);
        Assert.Equal((100, 90), (boxes[1].BottomRight.X, boxes[1].BottomRight.Y));
    }

    private List<Quad> Extract(ProbabilityMap map, int pageWidth, int pageHeight)
    {
        using var page = new PageImage();
        page.Reset(pageWidth, pageHeight, PixelFormat.Gray8);
        var boxes = new List<Quad> { default };
        _extractor.Extract(map.Values, map.Size, page, boxes);
        return boxes;
    }
}
