namespace Cis.Worker.Queueing;

/// <summary>
/// Decides how many messages may wait in our hands for an engine: enough that no engine ever waits for a file, and not
/// more than the engines can start within seconds, for another worker could start them now. Thread-safe.
/// </summary>
/// <remarks>
/// Pictures that are set aside do not keep others out while quick ones come in between: those would wait in the queue
/// for every picture before them, and here they pass.
/// </remarks>
internal sealed class ReadAhead
{
    // Covers a receive and the slowest ordinary download.
    private static readonly TimeSpan Horizon = TimeSpan.FromSeconds(3);

    // A thousand small files a second would need more; bounds what a wrong estimate can hoard.
    private const int Max = 128;

    /// <summary>The maximum number of messages in flight at any stage: while the index is slow, their texts take memory.</summary>
    internal const int MaxInFlight = 512;

    // Nor more than are read in this time, or a few for each engine: SQS lets a queue have 120,000 in flight, which 234
    // instances that hold 512 each while the index is down use up, and then no other may receive.
    private static readonly TimeSpan HoldHorizon = TimeSpan.FromSeconds(10);
    private const int HeldForEachEngine = 16;

    // Messages that wait for long and cannot go back to the queue, such as those of a lost shard, take no room from others: so many
    // of them, or 500 instances would use up SQS's 120,000.
    private const int MaxKept = 128;

    // Half a minute's work: so long a picture that is set aside waits at most.
    private const int MaxPagesAside = 24;

    // From this share of quick documents on, room is made for more of them: some tenths of a second's work.
    private const double ManyQuick = 0.4;
    private const int QuickForEachEngine = 32;

    // The share that the newest document has in the mean, and among the quick ones.
    private const double Weight = 0.1;
    private const double QuickWeight = 0.2;

    private readonly Lock _gate = new();
    private readonly int _engines;
    private double? _meanSeconds;
    private double _quickShare;
    private int _waiting;
    private int _aside; // of those
    private long _pagesAside;
    private int _inFlight;
    private int _kept; // of those
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

    /// <summary>Waits until at least a batch, or a large share of the maximum, may be received.</summary>
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
                int room = Math.Min(
                    limit - (MayPassLocked ? _waiting - _aside : _waiting),
                    MaxInFlightLocked() - _inFlight + Math.Min(_kept, MaxKept)
                );
                // One at a time would be a call to the queue for each message.
                if (room >= Math.Min(batch, (limit + 1) / 2))
                {
                    int taken = Math.Min(batch, room);
                    _waiting += taken;
                    _inFlight += taken;
                    return taken;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Records that fewer messages were there than might have been received.</summary>
    internal void Return(int count) => Change(count, count);

    /// <summary>Counts a message that came from elsewhere as waiting.</summary>
    internal void Add() => Change(-1, -1);

    /// <summary>Records that an engine has opened a document.</summary>
    internal void Opened(bool isPicture)
    {
        lock (_gate)
        {
            _quickShare += QuickWeight * ((isPicture ? 0 : 1) - _quickShare);
        }
    }

    /// <summary>Counts a message as waiting although its document is open, because faster ones go first.</summary>
    internal void SetAside(int pages)
    {
        lock (_gate)
        {
            _aside++;
            _pagesAside += pages;
        }

        Change(0, 0);
    }

    /// <summary>Counts a message as no longer waiting: an engine is reading it, or it failed.</summary>
    /// <param name="pagesAside">The pages it was set aside with; 0 if it was not.</param>
    internal void Begun(int pagesAside)
    {
        lock (_gate)
        {
            _aside -= pagesAside > 0 ? 1 : 0;
            _pagesAside -= pagesAside;
        }

        Change(1, 0);
    }

    /// <summary>Records that a message waits for long: it takes no room from others.</summary>
    internal void Keep() => Keep(1);

    /// <summary>Records that a message is settled.</summary>
    /// <param name="isKept">See <see cref="Keep()"/>.</param>
    internal void Settled(bool isKept = false)
    {
        Keep(isKept ? -1 : 0);
        Change(0, 1);
    }

    /// <summary>Records that a document has been read.</summary>
    /// <param name="engineTime">The time of all engines at it together.</param>
    internal void Learn(TimeSpan engineTime)
    {
        lock (_gate)
        {
            double seconds = engineTime.TotalSeconds;
            _meanSeconds = _meanSeconds is { } mean ? mean + Weight * (seconds - mean) : seconds;
        }
    }

    private void Keep(int more)
    {
        lock (_gate)
        {
            _kept += more;
        }

        Change(0, 0);
    }

    private void Change(int waitingLess, int inFlightLess)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _waiting -= waitingLess;
            _inFlight -= inFlightLess;
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    private bool MayPassLocked => _quickShare >= ManyQuick && _pagesAside < (long)MaxPagesAside * _engines;

    private int MaxInFlightLocked()
    {
        // What waits, and what is read, must always fit.
        int least = Math.Max(HeldForEachEngine * _engines, LimitLocked() + _aside + _engines + 1);
        if (_meanSeconds is not { } mean)
        {
            return Math.Min(MaxInFlight, least);
        }

        double read = HoldHorizon.TotalSeconds * _engines / Math.Max(mean, 1e-4);
        return (int)Math.Min(MaxInFlight, Math.Max(read, least));
    }

    private int LimitLocked()
    {
        // Two for each engine come first: one to begin with and one to follow.
        int least = (MayPassLocked ? QuickForEachEngine : 2) * _engines;
        if (_meanSeconds is not { } mean)
        {
            return Math.Max(least, 4);
        }

        double covered = Horizon.TotalSeconds * _engines / Math.Max(mean, 1e-4);
        return Math.Max(least, (int)Math.Min(Max, covered));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
