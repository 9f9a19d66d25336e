using Cis.Worker.Ports;

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

    // Where messages that fare better are looked for, a receive's worth at a time, as quickly for the first few hundred.
    private const int FreshInSearch = IMessageQueue.BatchLimit;
    private const int QuickInSearch = 500;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private ITimer? _timer;
    private bool _isOpen;
    private bool _isSearch;
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
    /// <param name="isSearch">Whether messages that fare better are looked for: then any number of new ones is let in.</param>
    internal void Open(bool isSearch = false)
    {
        lock (_gate)
        {
            (_isOpen, _isSearch) = (true, isSearch);
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

    /// <summary>Takes the turn of new messages, if it is due.</summary>
    /// <returns>How many, up to what is wanted.</returns>
    internal int TakeFresh(int wanted)
    {
        lock (_gate)
        {
            int taken = Math.Min(wanted, _mayBeFresh);
            _mayBeFresh = taken > 0 ? 0 : _mayBeFresh;
            _fresh += taken;
            return taken;
        }
    }

    /// <summary>Records that a new message was well: where such are looked for, the next need not wait.</summary>
    internal void FoundWell()
    {
        lock (_gate)
        {
            _mayBeFresh = _isOpen && _isSearch ? FreshInSearch : _mayBeFresh;
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

            next = _isSearch ? NextInSearchLocked() : NextLocked();
            if (!_isSearch || _fresh >= QuickInSearch)
            {
                _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            }

            _timer!.Change(_pause, Timeout.InfiniteTimeSpan);
        }

        next?.TrySetResult();
    }

    // One that is in flight already, or a new one.
    private TaskCompletionSource? NextLocked()
    {
        bool isFreshOnesTurn = _waiting.Count == 0 || _turn % TurnsPerFresh == TurnsPerFresh - 1;
        _turn++;
        if (isFreshOnesTurn && (_fresh < maxFresh || _waiting.Count == 0))
        {
            _mayBeFresh = 1;
            return null;
        }

        return TakeFirstLocked();
    }

    private TaskCompletionSource? NextInSearchLocked()
    {
        _mayBeFresh = FreshInSearch;
        return TakeFirstLocked();
    }

    private TaskCompletionSource? TakeFirstLocked()
    {
        TaskCompletionSource? first = _waiting.First?.Value;
        if (first is not null)
        {
            _waiting.RemoveFirst();
        }

        return first;
    }
}
