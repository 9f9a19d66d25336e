using Cis.Ocr.Detection;
using Cis.Pages;

namespace Cis.Ocr.Tests.Detection;

public class BoxUnionTests
{
    private static readonly Quad s_headline = Quad.FromRectangle(100, 100, 900, 200);

    [Fact]
    public void Print_that_only_the_wider_look_saw_stands_and_pieces_of_it_go()
    {
        List<Quad> closer = [Quad.FromRectangle(150, 120, 200, 180), Quad.FromRectangle(0, 500, 100, 520)];

        BoxUnion.Join([s_headline], closer);

        Assert.Equal([s_headline, Quad.FromRectangle(0, 500, 100, 520)], closer);
    }

    [Fact]
    public void A_line_that_the_closer_look_saw_the_end_of_only_stands_as_the_wider_one_saw_it()
    {
        List<Quad> closer = [Quad.FromRectangle(502, 103, 898, 198)];

        BoxUnion.Join([s_headline], closer);

        Assert.Equal([s_headline], closer);
    }

    [Fact]
    public void A_line_of_which_the_wider_look_saw_a_piece_stands_as_the_closer_one_saw_it()
    {
        var line = Quad.FromRectangle(0, 95, 2000, 195);
        List<Quad> closer = [line];

        BoxUnion.Join([s_headline], closer);

        Assert.Equal([line], closer);
    }
}
