namespace Cis.Worker.Queueing;

/// <summary>
/// Decides how many messages may wait in our hands for an engine: enough that no engine ever waits for a file, and not
/// more than the engines can start within seconds, for another worker could start them now. Thread-safe.
/// </summary>
internal sealed class ReadAhead
{
    // Covers a receive and the slowest ordinary download.
    private static readonly TimeSpan Horizon = TimeSpan.FromSeconds(3);

    // A thousand small files a second would need more; bounds what a wrong estimate can hoard.
    private const int Most = 128;

    // What is read but not yet in the index and deleted counts here: while the index is slow, texts fill the memory.
    private const int MostInHand = 512;

    // The share that the newest document has in the mean.
    private const double Weight = 0.1;

    private readonly Lock _gate = new();
    private readonly int _engines;
    private double? _meanSeconds;
    private int _waiting;
    private int _inHand;
    private TaskCompletionSource _changed = NewSignal();

    internal ReadAhead(int engines) => _engines = engines;

    /// <summary>How many may wait.</summary>
    internal int Limit
    {
        get
        {
            lock (_gate)
            {
                return LimitLocked();
            }
        }
    }

    /// <summary>How many wait.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting;
            }
        }
    }

    /// <summary>Waits until at least a batch, or a good part of what is allowed at all, may be taken.</summary>
    /// <param name="batch">What the caller would take at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many may be taken, 1 to <paramref name="batch"/>; they count as waiting from now on.</returns>
    internal async Task<int> TakeAsync(int batch, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                int limit = LimitLocked();
                int room = Math.Min(limit - _waiting, MostInHand - _inHand);
                // One at a time would be a call to the queue for each message.
                if (room >= Math.Min(batch, (limit + 1) / 2))
                {
                    int taken = Math.Min(batch, room);
                    _waiting += taken;
                    _inHand += taken;
                    return taken;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>So many of those that might be taken were not there.</summary>
    internal void Return(int count) => Change(count, count);

    /// <summary>A message that came in otherwise waits, too.</summary>
    internal void Add() => Change(-1, -1);

    /// <summary>A message does not wait any more: an engine has begun with it, or it came to nothing.</summary>
    internal void Begun() => Change(1, 0);

    /// <summary>A message is out of our hands.</summary>
    internal void Settled() => Change(0, 1);

    /// <summary>A document has been read.</summary>
    /// <param name="engineTime">The time of all engines at it together.</param>
    internal void Learn(TimeSpan engineTime)
    {
        lock (_gate)
        {
            double seconds = engineTime.TotalSeconds;
            _meanSeconds = _meanSeconds is { } mean ? mean + Weight * (seconds - mean) : seconds;
        }
    }

    private void Change(int waitingLess, int inHandLess)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _waiting -= waitingLess;
            _inHand -= inHandLess;
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    private int LimitLocked()
    {
        // Two for each engine come first: one to begin with and one to follow.
        int least = 2 * _engines;
        if (_meanSeconds is not { } mean)
        {
            return Math.Max(least, 4);
        }

        double covered = Horizon.TotalSeconds * _engines / Math.Max(mean, 1e-4);
        return Math.Max(least, (int)Math.Min(Most, covered));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
