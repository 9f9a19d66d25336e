using Cis.Ocr.Imaging;

namespace Cis.Ocr.Tests.Imaging;

public class AxisFilterTests
{
    private readonly AxisFilter _filter = new();

    [Fact]
    public void Weights_of_every_sample_sum_to_1_and_lie_within_the_source_whatever_was_prepared_before()
    {
        foreach (
            (int source, int target) in new[] { (2339, 960), (1, 32), (32, 960), (960, 32), (7, 5), (2, 3), (1, 1) }
        )
        {
            _filter.Prepare(source, target);
            for (int i = 0; i < target; i++)
            {
                Assert.InRange(_filter.First(i), 0, source - _filter.Taps);
                Assert.Equal(1, Sum(_filter.Weights(i)), 1e-4);
            }
        }
    }

    [Fact]
    public void The_same_size_takes_each_sample_as_it_is()
    {
        _filter.Prepare(50, 50);

        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(i * i, Apply(i, x => x * x), 1e-2);
        }
    }

    [Fact]
    public void Enlarging_interpolates_between_the_middles_of_samples()
    {
        _filter.Prepare(10, 20);

        Assert.Equal(0, Apply(0, x => x), 1e-5);
        Assert.Equal(4.25f, Apply(9, x => x), 1e-5);
        Assert.Equal(4.75f, Apply(10, x => x), 1e-5);
        Assert.Equal(9, Apply(19, x => x), 1e-5);
    }

    [Fact]
    public void Reducing_averages_stripes_to_gray_and_leaves_a_slope_where_it_is()
    {
        _filter.Prepare(2000, 700);

        for (int i = 2; i < 698; i++)
        {
            Assert.Equal(0.5, Apply(i, x => x % 2), 0.06);
            Assert.Equal((i + 0.5) * 2000 / 700 - 0.5, Apply(i, x => x), 0.1);
        }
    }

    private float Apply(int index, Func<int, float> sample)
    {
        float sum = 0;
        for (int tap = 0; tap < _filter.Taps; tap++)
        {
            sum += _filter.Weights(index)[tap] * sample(_filter.First(index) + tap);
        }

        return sum;
    }

    private static float Sum(ReadOnlySpan<float> weights)
    {
        float sum = 0;
        foreach (float weight in weights)
        {
            sum += weight;
        }

        return sum;
    }
}
