using System.Diagnostics.Metrics;

namespace Cis.Worker.Monitoring;

/// <summary>Durations, counted into buckets of fixed bounds as Prometheus adds them up. Thread-safe.</summary>
public sealed class DurationHistogram
{
    // In seconds. A small file takes tens of milliseconds, a book half an hour, a backlog hours.
    private static readonly double[] UpperBounds =
    [
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
        60,
        300,
        1800,
        7200,
    ];

    private readonly long[] _counts = new long[UpperBounds.Length + 1];
    private readonly DurationDigest _digest = new();
    private long _sumTicks;
    private Histogram<double>? _histogram;
    private KeyValuePair<string, object?>[] _tags = [];

    /// <summary>The upper bound of each bucket but the last, in seconds.</summary>
    internal static IReadOnlyList<double> Bounds => UpperBounds;

    /// <summary>The sum of all durations.</summary>
    public TimeSpan Sum => new(Interlocked.Read(ref _sumTicks));

    /// <summary>How many durations there were.</summary>
    public long Count => CumulativeCounts()[^1];

    /// <summary>The longest duration.</summary>
    public TimeSpan Max => _digest.Max;

    /// <summary>The duration that a given share does not exceed, to within 1/32; zero if there are none.</summary>
    /// <param name="share">0.5 for the median.</param>
    public TimeSpan Percentile(double share) => _digest.Percentile(share);

    /// <summary>Counts a duration. Other clocks may disagree with ours, so a negative one counts as zero.</summary>
    internal void Add(TimeSpan duration)
    {
        TimeSpan counted = duration > TimeSpan.Zero ? duration : TimeSpan.Zero;
        Interlocked.Increment(ref _counts[BucketOf(counted.TotalSeconds)]);
        Interlocked.Add(ref _sumTicks, counted.Ticks);
        _digest.Add(counted);
        _histogram?.Record(counted.TotalSeconds, _tags);
    }

    /// <summary>Passes each duration to an instrument from now on; to be called before the first one.</summary>
    internal void PassOnTo(Histogram<double> histogram, KeyValuePair<string, object?>[] tags) =>
        (_histogram, _tags) = (histogram, tags);

    /// <summary>The counts of durations in finer buckets; see <see cref="DurationDigest.Counts"/>.</summary>
    internal long[] DigestCounts() => _digest.Counts();

    /// <summary>For each bound, how many durations do not exceed it; the last is the total.</summary>
    internal long[] CumulativeCounts()
    {
        long[] counts = new long[_counts.Length];
        long sum = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            sum += Interlocked.Read(ref _counts[i]);
            counts[i] = sum;
        }

        return counts;
    }

    private static int BucketOf(double seconds)
    {
        int bucket = 0;
        while (bucket < UpperBounds.Length && seconds > UpperBounds[bucket])
        {
            bucket++;
        }

        return bucket;
    }
}
