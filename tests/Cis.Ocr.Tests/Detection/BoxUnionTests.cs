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
    public void Print_that_both_saw_is_boxed_as_the_closer_look_saw_it()
    {
        List<Quad> closer = [Quad.FromRectangle(102, 103, 500, 198), Quad.FromRectangle(505, 103, 898, 198)];

        BoxUnion.Join([s_headline], closer);

        Assert.Equal(2, closer.Count);
    }
}
