using System.Diagnostics;
using System.Numerics;

namespace Cis.Reading;

/// <summary>The times of one stage over many pages, in bounded memory. Not thread-safe.</summary>
/// <remarks>
/// Samples fall into buckets that part each doubling in sixteen: a percentile is off by at most 1/16 of its value, and
/// the whole range from a tick to an hour takes a few hundred counters.
/// </remarks>
public sealed class StageHistogram
{
    private const int StepBits = 4;
    private const int Steps = 1 << StepBits;

    private readonly long[] _buckets = new long[(64 - StepBits + 1) * Steps];
    private long _totalTicks;

    /// <summary>How many pages went through the stage.</summary>
    public long Count { get; private set; }

    /// <summary>The sum over all pages.</summary>
    public TimeSpan Total => Stopwatch.GetElapsedTime(0, _totalTicks);

    /// <summary>The mean over the pages that went through the stage; zero if none did.</summary>
    public TimeSpan Mean => Count == 0 ? TimeSpan.Zero : Total / Count;

    /// <summary>Adds one page's time.</summary>
    /// <param name="ticks">In ticks of <see cref="Stopwatch"/>.</param>
    public void Add(long ticks)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(ticks);
        _buckets[BucketOf(ticks)]++;
        _totalTicks += ticks;
        Count++;
    }

    /// <summary>The time that a share of the pages does not exceed; zero if there are none.</summary>
    /// <param name="share">0 to 1; 0.5 is the median.</param>
    public TimeSpan Percentile(double share)
    {
        long rank = Math.Max(1, (long)Math.Ceiling(share * Count));
        long seen = 0;
        for (int bucket = 0; bucket < _buckets.Length; bucket++)
        {
            seen += _buckets[bucket];
            if (seen >= rank)
            {
                return Stopwatch.GetElapsedTime(0, MiddleOf(bucket));
            }
        }

        return TimeSpan.Zero;
    }

    // Below 2 * Steps a bucket holds one value; above, the leading bits after the first pick the step.
    private static int BucketOf(long ticks)
    {
        int shift = Math.Max(0, BitOperations.Log2((ulong)ticks) - StepBits);
        return shift * Steps + (int)(ticks >> shift);
    }

    private static long MiddleOf(int bucket)
    {
        int shift = Math.Max(0, bucket / Steps - 1);
        long lowest = (long)(bucket - shift * Steps) << shift;
        return lowest + ((1L << shift) >> 1);
    }
}
