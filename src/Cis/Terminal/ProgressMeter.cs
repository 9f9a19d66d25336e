using Cis.Reading;

namespace Cis.Terminal;

/// <summary>Keeps the status line of a terminal up to date with what a pool has done, until disposed.</summary>
internal sealed class ProgressMeter : IDisposable
{
    // Often enough to look alive, seldom enough not to flicker.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private const int StandardWidth = 80;

    private readonly ErrorOutput _error;
    private readonly PoolStatistics _statistics;
    private readonly int _files;
    private readonly Pace _pace = new(TimeProvider.System);
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly Timer? _timer;

    /// <summary>Starts drawing, if there is a terminal to draw on.</summary>
    internal ProgressMeter(ErrorOutput error, PoolStatistics statistics, int files)
    {
        _error = error;
        _statistics = statistics;
        _files = files;
        _timer = error.ShowsStatus ? new Timer(_ => Draw(), state: null, Interval, Interval) : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_timer is not null)
        {
            using var drawn = new ManualResetEvent(initialState: false);
            if (_timer.Dispose(drawn))
            {
                drawn.WaitOne();
            }

            _error.ShowStatus("");
        }
    }

    private void Draw()
    {
        var progress = new Progress(
            _files,
            _statistics.DocumentsOpened,
            _statistics.PagesFound,
            _statistics.PagesRead,
            TimeProvider.System.GetElapsedTime(_start)
        );
        lock (_pace)
        {
            progress = progress with { Left = _pace.Left(progress.PagesRead, progress.PagesExpected) };
        }

        _error.ShowStatus(ProgressLine.Draw(progress, TerminalWidth.Of(TerminalWidth.Error) ?? StandardWidth));
    }
}
