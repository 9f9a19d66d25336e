using Cis.Ocr.Detection;

namespace Cis.Ocr.Tests.Detection;

public class BoxScoreTests
{
    [Fact]
    public void An_upright_box_scores_the_mean_of_exactly_its_pixels()
    {
        ProbabilityMap map = new ProbabilityMap(40, 30).Fill(10, 8, 12, 5, 0.8f).Fill(10, 8, 6, 5, 0.4f);

        // Around the middles of pixels 10..21 and rows 8..12.
        var box = new RotatedRectangle(new(15.5f, 10), 1, 0, 11, 4);

        Assert.Equal(0.6f, BoxScore.Mean(map.Values, map.Size, box), 1e-5);
    }

    [Fact]
    public void A_box_at_any_angle_takes_pixels_evenly_around_its_middle()
    {
        var map = new ProbabilityMap(100, 100);
        for (int i = 0; i < map.Values.Length; i++)
        {
            map.Values[i] = (i % 100 + 2 * (i / 100)) / 300f;
        }

        for (int degrees = -45; degrees <= 45; degrees += 5)
        {
            (float sin, float cos) = MathF.SinCos(degrees * MathF.PI / 180);
            var box = new RotatedRectangle(new(50, 45), cos, sin, 60, 12);

            Assert.Equal((50 + 2 * 45) / 300f, BoxScore.Mean(map.Values, map.Size, box), 0.003);
        }
    }

    [Fact]
    public void A_box_at_the_edge_takes_what_is_there()
    {
        ProbabilityMap map = new ProbabilityMap(20, 10).Fill(0, 0, 20, 10, 0.7f);

        var box = new RotatedRectangle(new(19, 9), 0.8f, 0.6f, 12, 6);

        Assert.Equal(0.7f, BoxScore.Mean(map.Values, map.Size, box), 1e-5);
    }
}
