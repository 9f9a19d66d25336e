using Cis.Worker.Monitoring;

namespace Cis.Worker.Tests.Monitoring;

public sealed class DurationHistogramTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.95)]
    [InlineData(0.99)]
    public void Percentiles_are_within_a_thirtysecond_of_the_true_ones(double share)
    {
        var histogram = new DurationHistogram();
        var random = new Random(1);
        // From a tenth of a millisecond to minutes, as steps of files are.
        TimeSpan[] all =
        [
            .. Enumerable.Range(0, 10_000).Select(_ => Microseconds(Math.Pow(10, 2 + (6 * random.NextDouble())))),
        ];

        foreach (TimeSpan duration in all)
        {
            histogram.Add(duration);
        }

        TimeSpan exact = all.Order().ElementAt((int)Math.Ceiling(all.Length * share) - 1);
        Assert.InRange(histogram.Percentile(share) / exact, 1 - (1 / 32.0), 1 + (1 / 32.0));
        Assert.Equal(all.Max(), histogram.Max);
    }

    [Fact]
    public void Of_one_duration_every_percentile_is_that_one()
    {
        var histogram = new DurationHistogram();

        histogram.Add(TimeSpan.FromDays(40));

        Assert.Equal(histogram.Max, TimeSpan.FromDays(40));
        Assert.InRange(histogram.Percentile(0.5), TimeSpan.FromDays(12), TimeSpan.FromDays(13)); // the last bucket's
    }

    [Fact]
    public void Of_none_they_are_zero() => Assert.Equal(TimeSpan.Zero, new DurationHistogram().Percentile(0.5));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(31)]
    public void Microseconds_count_too(int microseconds)
    {
        var histogram = new DurationHistogram();

        histogram.Add(Microseconds(microseconds));

        Assert.Equal(Microseconds(microseconds), histogram.Percentile(1));
    }

    private static TimeSpan Microseconds(double microseconds) => TimeSpan.FromMicroseconds(Math.Round(microseconds));
}
