using Cis.Ocr.Detection;

namespace Cis.Ocr.Tests.Detection;

public class ComponentLabelerTests
{
    private readonly ComponentLabeler _labeler = new();

    [Theory]
    [InlineData(1, "##", "##")]
    [InlineData(1, "#.", ".#")]
    [InlineData(1, ".#", "#.")]
    [InlineData(2, "#.#", "#.#")]
    [InlineData(2, "#..", "..#")]
    [InlineData(1, "#.#.#", "#.#.#", "#####")]
    [InlineData(1, "#####", "#...#", "#.###")]
    [InlineData(2, "#.", "..", "#.")]
    [InlineData(0, "..", "..")]
    public void Pixels_that_touch_by_side_or_corner_are_one_region(int regions, params string[] rows)
    {
        var map = ProbabilityMap.Parse(rows);

        _labeler.Label(map.Values, map.Size.Width, map.Size.Height, 0.5f);

        Assert.Equal(regions, _labeler.ComponentCount);
    }

    [Fact]
    public void Regions_are_those_of_a_flood_fill_on_map_after_map()
    {
        var random = new Random(7);
        for (int round = 0; round < 120; round++)
        {
            var map = new ProbabilityMap(random.Next(1, 90), random.Next(1, 90));
            float density = random.NextSingle();
            foreach (ref float value in map.Values.AsSpan())
            {
                value = random.NextSingle();
            }

            _labeler.Label(map.Values, map.Size.Width, map.Size.Height, density);

            Assert.Equal(FloodFill(map, density), RegionsOfPixels(map.Size));
        }
    }

    [Fact]
    public void A_region_lists_its_runs_by_row_then_column_and_regions_come_from_the_top()
    {
        var map = ProbabilityMap.Parse("..#.#", "..###", "#....", "#....");

        _labeler.Label(map.Values, 5, 4, 0.5f);

        Assert.Equal(
            [new PixelRun(0, 2, 2), new PixelRun(0, 4, 4), new PixelRun(1, 2, 4)],
            _labeler.Component(0).ToArray()
        );
        Assert.Equal([new PixelRun(2, 0, 0), new PixelRun(3, 0, 0)], _labeler.Component(1).ToArray());
    }

    [Fact]
    public void A_pixel_at_the_threshold_or_no_number_is_no_text()
    {
        _labeler.Label([0.3f, float.NaN, 0.30001f], 3, 1, 0.3f);

        Assert.Equal([new PixelRun(0, 2, 2)], _labeler.Component(0).ToArray());
        Assert.Equal(1, _labeler.ComponentCount);
    }

    /// <summary>The region of every pixel, numbered by its first pixel in reading order; -1 for none.</summary>
    private int[] RegionsOfPixels(DetectorSize size)
    {
        int[] regions = new int[size.Width * size.Height];
        Array.Fill(regions, -1);
        for (int c = 0; c < _labeler.ComponentCount; c++)
        {
            foreach (PixelRun run in _labeler.Component(c))
            {
                regions.AsSpan(run.Row * size.Width + run.Start, run.End - run.Start + 1).Fill(c);
            }
        }

        return regions;
    }

    private static int[] FloodFill(ProbabilityMap map, float threshold)
    {
        int[] regions = new int[map.Values.Length];
        Array.Fill(regions, -1);
        int count = 0;
        var open = new Stack<int>();
        for (int seed = 0; seed < regions.Length; seed++)
        {
            if (regions[seed] < 0 && map.Values[seed] > threshold)
            {
                open.Push(seed);
                Spread(map, threshold, regions, count++, open);
            }
        }

        return regions;
    }

    private static void Spread(ProbabilityMap map, float threshold, int[] regions, int region, Stack<int> open)
    {
        while (open.TryPop(out int pixel))
        {
            (int x, int y) = (pixel % map.Size.Width, pixel / map.Size.Width);
            regions[pixel] = region;
            for (int ny = Math.Max(0, y - 1); ny <= Math.Min(map.Size.Height - 1, y + 1); ny++)
            {
                for (int nx = Math.Max(0, x - 1); nx <= Math.Min(map.Size.Width - 1, x + 1); nx++)
                {
                    int next = ny * map.Size.Width + nx;
                    if (regions[next] < 0 && map.Values[next] > threshold)
                    {
                        open.Push(next);
                    }
                }
            }
        }
    }
}
