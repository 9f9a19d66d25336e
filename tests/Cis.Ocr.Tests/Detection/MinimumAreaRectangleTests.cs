using Cis.Ocr.Detection;

namespace Cis.Ocr.Tests.Detection;

public class MinimumAreaRectangleTests
{
    private readonly MinimumAreaRectangle _rectangle = new();

    [Fact]
    public void A_rectangle_at_any_angle_is_found_again_with_its_axis_pointing_right()
    {
        // At 45 degrees either side may be the one that points right: not among these.
        for (int degrees = -89; degrees < 90; degrees += 3)
        {
            (float sin, float cos) = MathF.SinCos(degrees * MathF.PI / 180);
            var drawn = new RotatedRectangle(new(100, 90), cos, sin, 120, 30);

            RotatedRectangle found = Fit(new ProbabilityMap(200, 180).Fill(drawn, 1));

            RotatedRectangle expected = drawn.Upright();
            Assert.Equal(0, found.Center.DistanceTo(expected.Center), 1.0);
            Assert.InRange(found.Width, expected.Width - 3, expected.Width + 0.01f);
            Assert.InRange(found.Height, expected.Height - 3, expected.Height + 0.01f);
            Assert.True(MathF.Abs(found.AxisY) <= found.AxisX, $"at {degrees} degrees");
            // At 45 degrees either side may be the one that points right.
            Assert.True(
                degrees % 90 is 45 or -45 || found.AxisX * expected.AxisX + found.AxisY * expected.AxisY > 0.995f
            );
        }
    }

    [Fact]
    public void No_rectangle_at_another_angle_is_smaller_and_every_pixel_is_inside()
    {
        var random = new Random(3);
        for (int round = 0; round < 40; round++)
        {
            var map = new ProbabilityMap(40, 40);
            for (int blob = 0; blob < 6; blob++)
            {
                map.Fill(random.Next(10, 20), random.Next(10, 20), random.Next(1, 16), random.Next(1, 16), 1);
            }

            ReadOnlySpan<PixelRun> region = Label(map);
            RotatedRectangle found = _rectangle.Fit(region);

            (float width, float height) = Extent(region, found.AxisX, found.AxisY);
            Assert.Equal((width, height), (found.Width, found.Height), CloseEnough);
            for (float degrees = 0; degrees < 90; degrees += 0.5f)
            {
                (float sin, float cos) = MathF.SinCos(degrees * MathF.PI / 180);
                (float w, float h) = Extent(region, cos, sin);
                Assert.True(found.Width * found.Height <= w * h + 0.05f, $"{degrees} degrees is better");
            }
        }
    }

    [Fact]
    public void Regions_without_area_have_rectangles_without_area()
    {
        Assert.Equal((0, 0), SidesOf("...", ".#.", "..."));
        Assert.Equal((4, 0), SidesOf(".....", "#####"));
        Assert.Equal((0, 3), SidesOf("#", "#", "#", "#"));
        (float width, float height) = SidesOf("#..", ".#.", "..#");
        Assert.Equal(MathF.Sqrt(8), MathF.Max(width, height), 1e-4);
        Assert.Equal(0, MathF.Min(width, height), 1e-4);
    }

    private static bool CloseEnough((float A, float B) x, (float A, float B) y) =>
        MathF.Abs(x.A - y.A) < 1e-3f && MathF.Abs(x.B - y.B) < 1e-3f;

    private (float Width, float Height) SidesOf(params string[] rows)
    {
        RotatedRectangle found = Fit(ProbabilityMap.Parse(rows));
        return (found.Width, found.Height);
    }

    private RotatedRectangle Fit(ProbabilityMap map) => _rectangle.Fit(Label(map));

    private static ReadOnlySpan<PixelRun> Label(ProbabilityMap map)
    {
        var labeler = new ComponentLabeler();
        labeler.Label(map.Values, map.Size.Width, map.Size.Height, 0.5f);
        return labeler.Component(0);
    }

    private static (float Along, float Across) Extent(ReadOnlySpan<PixelRun> region, float axisX, float axisY)
    {
        float[] extremes = [float.MaxValue, float.MinValue, float.MaxValue, float.MinValue];
        foreach (PixelRun run in region)
        {
            foreach (int x in (ReadOnlySpan<int>)[run.Start, run.End])
            {
                float along = x * axisX + run.Row * axisY;
                float across = run.Row * axisX - x * axisY;
                (extremes[0], extremes[1]) = (MathF.Min(extremes[0], along), MathF.Max(extremes[1], along));
                (extremes[2], extremes[3]) = (MathF.Min(extremes[2], across), MathF.Max(extremes[3], across));
            }
        }

        return (extremes[1] - extremes[0], extremes[3] - extremes[2]);
    }
}
