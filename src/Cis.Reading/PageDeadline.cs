namespace Cis.Reading;

/// <summary>
/// The token under which one engine reads one page: cancelled at the page's time limit or when the job is stopped. The
/// source behind it is used again from page to page, and replaced only after it was cancelled.
/// </summary>
internal sealed class PageDeadline(TimeSpan limit) : IDisposable
{
    private CancellationTokenSource _source = new();
    private CancellationTokenRegistration _jobStop;

    /// <summary>Starts the clock for a page.</summary>
    internal CancellationToken Start(CancellationToken jobStopped)
    {
        if (!_source.TryReset())
        {
            _source.Dispose();
            _source = new CancellationTokenSource();
        }

        _source.CancelAfter(limit);
        _jobStop = jobStopped.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        return _source.Token;
    }

    /// <summary>Stops the clock.</summary>
    internal void Stop()
    {
        _jobStop.Dispose();
        _source.CancelAfter(Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _jobStop.Dispose();
        _source.Dispose();
    }
}
