namespace Cis.Terminal;

/// <summary>
/// Estimates the time that is left. Between two pieces it only falls, and stands still where a piece takes longer than
/// those before it; when one is done it is estimated again, and may rise for that reason. Not thread-safe.
/// </summary>
internal sealed class Pace(TimeProvider time)
{
    // Of the latest piece: a mean over some twenty of them follows a run of longer pages, and no single one.
    private const double Share = 0.05;

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private long _last = time.GetTimestamp();
    private long _done;
    private double _secondsEach;

    /// <summary>The time until all are done.</summary>
    /// <param name="done">How many are done; never fewer than before.</param>
    /// <param name="all">How many there are, as far as is known.</param>
    /// <returns>Null before the first is done.</returns>
    internal TimeSpan? Left(long done, long all)
    {
        if (done > _done)
        {
            Learn(done);
        }

        if (_done == 0)
        {
            return null;
        }

        double since = time.GetElapsedTime(_last).TotalSeconds;
        double ofNext = _secondsEach > 0 ? Math.Min(1, since / _secondsEach) : 0;
        var left = TimeSpan.FromSeconds(Math.Max(0, all - done - ofNext) * _secondsEach);
        return done < all && left < Least ? Least : left;
    }

    private void Learn(long done)
    {
        long count = done - _done;
        double each = time.GetElapsedTime(_last).TotalSeconds / count;
        // At first the plain mean, which is more of the latest than later on.
        double weight = Math.Max((double)count / done, 1 - Math.Pow(1 - Share, count));
        _secondsEach += weight * (each - _secondsEach);
        _last = time.GetTimestamp();
        _done = done;
    }
}
