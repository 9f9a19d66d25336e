namespace Cis.Reading;

/// <summary>
/// The token under which one engine reads one page: canceled at the page's time limit or when the job is stopped. Time for
/// which the engine's thread was ready to run and got no CPU is not the page's: on a busy machine a page has longer. So has one
/// of more pixels than an A4 page at 300 dpi, from the moment that they are there.
/// </summary>
/// <param name="limit">The time for a page of up to <see cref="PixelsInLimit"/>; infinite for none.</param>
/// <param name="cpuWait">What tells how long the thread has waited for a CPU.</param>
/// <param name="pixels">What tells how many pixels the page has; 0 until it is rendered.</param>
/// <param name="clock">Measures the page's time.</param>
internal sealed class PageDeadline(TimeSpan limit, Func<TimeSpan> cpuWait, Func<long> pixels, TimeProvider clock)
    : IDisposable
{
    /// <summary>An A4 page at 300 dpi, 2480 x 3508: the print that can be on it is read well within the limit.</summary>
    internal const long PixelsInLimit = 8_699_840;

    // However busy the machine is, a page ends: the worker's watch and the message's owner wait for it.
    private const int MostLimits = 5;

    private readonly Lock _gate = new();
    private CancellationTokenSource _source = new();
    private CancellationTokenRegistration _jobStop;
    private ITimer? _timer;
    private long _begunAt;
    private TimeSpan _waitedBefore;
    private bool _isRunning;

    /// <summary>Starts the clock for a page.</summary>
    internal CancellationToken Start(CancellationToken jobStopped)
    {
        lock (_gate)
        {
            // The source is used again from page to page, and replaced only after it was canceled.
            if (!_source.TryReset())
            {
                _source.Dispose();
                _source = new CancellationTokenSource();
            }

            (_begunAt, _waitedBefore, _isRunning) = (clock.GetTimestamp(), cpuWait(), true);
            _timer ??= clock.CreateTimer(_ => End(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(limit, Timeout.InfiniteTimeSpan);
            _jobStop = jobStopped.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
            return _source.Token;
        }
    }

    /// <summary>The time that a page of as many pixels has, waits apart; infinite where there is no limit.</summary>
    internal TimeSpan Allowed() =>
        limit < TimeSpan.Zero ? limit : limit * Math.Max(1, pixels() / (double)PixelsInLimit);

    /// <summary>The time that the page has beyond the limit so far, for its pixels and its waits for a CPU.</summary>
    internal TimeSpan Extension()
    {
        lock (_gate)
        {
            return _isRunning ? Extend() : TimeSpan.Zero;
        }
    }

    /// <summary>Stops the clock.</summary>
    internal void Stop()
    {
        _jobStop.Dispose();
        lock (_gate)
        {
            _isRunning = false;
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _jobStop.Dispose();
        _timer?.Dispose();
        _source.Dispose();
    }

    private void End()
    {
        lock (_gate)
        {
            if (!_isRunning)
            {
                return;
            }

            TimeSpan left = limit + Extend() - clock.GetElapsedTime(_begunAt);
            if (left > TimeSpan.Zero)
            {
                _timer!.Change(left, Timeout.InfiniteTimeSpan);
                return;
            }

            // On another thread: what is registered there may take a lock of its own.
            _source.CancelAfter(TimeSpan.Zero);
        }
    }

    private TimeSpan Extend()
    {
        TimeSpan allowed = Allowed();
        TimeSpan waited = cpuWait() - _waitedBefore;
        TimeSpan most = allowed * (MostLimits - 1);
        return allowed - limit + (waited < most ? waited : most);
    }
}
