using System.Numerics;

namespace Cis.Worker.Monitoring;

/// <summary>
/// Durations in buckets that grow with them, a sixteenth of a power of two each, as HdrHistogram has them: percentiles are
/// within 1/32 of the true ones, in 5 KB, however many durations there are. Thread-safe.
/// </summary>
internal sealed class DurationDigest
{
    private const int StepBits = 4;
    private const int Steps = 1 << StepBits;

    // Of microseconds: 2^40 are twelve days.
    private const int MaxBits = 40;

    private readonly long[] _counts = new long[(MaxBits - StepBits + 1) * Steps];
    private long _maxTicks;

    /// <summary>The longest.</summary>
    internal TimeSpan Max => new(Interlocked.Read(ref _maxTicks));

    internal void Add(TimeSpan duration)
    {
        Interlocked.Increment(ref _counts[BucketOf(duration.Ticks / TimeSpan.TicksPerMicrosecond)]);
        long max;
        while (duration.Ticks > (max = Interlocked.Read(ref _maxTicks)))
        {
            _ = Interlocked.CompareExchange(ref _maxTicks, duration.Ticks, max);
        }
    }

    /// <summary>How many durations are in each bucket.</summary>
    internal long[] Counts()
    {
        long[] counts = new long[_counts.Length];
        for (int i = 0; i < counts.Length; i++)
        {
            counts[i] = Interlocked.Read(ref _counts[i]);
        }

        return counts;
    }

    /// <summary>The duration in the middle of a bucket.</summary>
    internal static TimeSpan DurationOf(int bucket) => MiddleOf(bucket) * TimeSpan.FromMicroseconds(1);

    /// <summary>The duration that a given share does not exceed; zero if there are none.</summary>
    /// <param name="share">0.5 for the median.</param>
    internal TimeSpan Percentile(double share)
    {
        long[] counts = Counts();
        long rank = (long)Math.Ceiling(counts.Sum() * share);
        long sum = 0;
        for (int i = 0; i < counts.Length && rank > 0; i++)
        {
            sum += counts[i];
            if (sum >= rank)
            {
                long ticks = MiddleOf(i) * TimeSpan.TicksPerMicrosecond;
                return new TimeSpan(Math.Min(ticks, Interlocked.Read(ref _maxTicks)));
            }
        }

        return TimeSpan.Zero;
    }

    // Up to Steps microseconds a bucket each; from there on the highest bits count.
    private static int BucketOf(long microseconds)
    {
        long value = Math.Clamp(microseconds, 0, (1L << MaxBits) - 1);
        int shift = Math.Max(0, BitOperations.Log2((ulong)value | 1) - StepBits);
        return (shift * Steps) + (int)(value >> shift);
    }

    private static long MiddleOf(int bucket)
    {
        int shift = Math.Max(0, (bucket / Steps) - 1);
        long from = (long)(bucket - (shift * Steps)) << shift;
        return from + ((1L << shift) / 2);
    }
}
