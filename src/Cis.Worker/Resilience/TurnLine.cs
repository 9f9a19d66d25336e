namespace Cis.Worker.Resilience;

/// <summary>
/// Who may try a dependency that is down: one at a time, in turn, at growing distances. What is in flight already comes
/// first, for it costs no receive: a queue counts those, and gives a message up after a few. Thread-safe.
/// </summary>
/// <param name="maxFresh">How many messages may be received in all while it is down, to see whether others fare better.</param>
/// <param name="time">The clock.</param>
internal sealed class TurnLine(int maxFresh, TimeProvider time) : IDisposable
{
    private const int TurnsPerFresh = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private ITimer? _timer;
    private bool _isOpen;
    private TimeSpan _pause;
    private long _turn;
    private int _mayBeFresh;
    private int _fresh;

    /// <summary>How many new messages were let in since the dependency went down.</summary>
    internal int Fresh
    {
        get
        {
            lock (_gate)
            {
                return _fresh;
            }
        }
    }

    /// <summary>Starts giving turns.</summary>
    internal void Open()
    {
        lock (_gate)
        {
            _isOpen = true;
            (_turn, _fresh, _mayBeFresh, _pause) = (0, 0, 0, FirstPause);
            _timer ??= time.CreateTimer(_ => Next(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(_pause, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Lets everything continue.</summary>
    internal void Close()
    {
        List<TaskCompletionSource> all;
        lock (_gate)
        {
            _isOpen = false;
            all = [.. _waiting];
            _waiting.Clear();
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        all.ForEach(one => one.TrySetResult());
    }

    /// <summary>Waits for a turn, or until everything may continue.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    internal async Task WaitAsync(CancellationToken cancellationToken)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (!_isOpen)
            {
                return;
            }

            _waiting.AddLast(mine);
        }

        try
        {
            // Not Task.WaitAsync: see Signal.
            using CancellationTokenRegistration stop = cancellationToken.UnsafeRegister(
                (_, token) => mine.TrySetCanceled(token),
                state: null
            );
            await mine.Task;
        }
        finally
        {
            lock (_gate)
            {
                _waiting.Remove(mine);
            }
        }
    }

    /// <summary>Takes the turn of a new message, if it is due.</summary>
    internal bool TryTakeFresh()
    {
        lock (_gate)
        {
            if (_mayBeFresh == 0)
            {
                return false;
            }

            _mayBeFresh = 0;
            _fresh++;
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    private void Next()
    {
        TaskCompletionSource? next = null;
        lock (_gate)
        {
            if (!_isOpen)
            {
                return;
            }

            bool isFreshOnesTurn = _waiting.Count == 0 || _turn % TurnsPerFresh == TurnsPerFresh - 1;
            _turn++;
            if (isFreshOnesTurn && (_fresh < maxFresh || _waiting.Count == 0))
            {
                _mayBeFresh = 1;
            }
            else
            {
                next = _waiting.First!.Value;
                _waiting.RemoveFirst();
            }

            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            _timer!.Change(_pause, Timeout.InfiniteTimeSpan);
        }

        next?.TrySetResult();
    }
}
