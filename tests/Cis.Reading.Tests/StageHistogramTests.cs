using System.Diagnostics;

namespace Cis.Reading.Tests;

public sealed class StageHistogramTests
{
    [Fact]
    public void Percentiles_are_within_a_sixteenth_of_the_true_value()
    {
        var histogram = new StageHistogram();
        for (long ticks = 1; ticks <= 100_000; ticks++)
        {
            histogram.Add(ticks);
        }

        AssertNear(50_000, histogram.Percentile(0.5));
        AssertNear(95_000, histogram.Percentile(0.95));
        AssertNear(100_000, histogram.Percentile(1));
        Assert.Equal(100_000, histogram.Count);
        AssertNear(50_000, histogram.Mean);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(1_000_003)]
    [InlineData(3_600_000_000_000)]
    public void Every_size_of_sample_finds_its_bucket(long ticks)
    {
        var histogram = new StageHistogram();

        histogram.Add(ticks);

        AssertNear(ticks, histogram.Percentile(0.5));
    }

    [Fact]
    public void Without_samples_all_is_zero()
    {
        var histogram = new StageHistogram();

        Assert.Equal(TimeSpan.Zero, histogram.Percentile(0.5));
        Assert.Equal(TimeSpan.Zero, histogram.Mean);
    }

    private static void AssertNear(long ticks, TimeSpan actual)
    {
        TimeSpan expected = Stopwatch.GetElapsedTime(0, ticks);
        Assert.InRange(
            actual,
            expected * (15 / 16.0) - TimeSpan.FromTicks(1),
            expected * (17 / 16.0) + TimeSpan.FromTicks(1)
        );
    }
}
