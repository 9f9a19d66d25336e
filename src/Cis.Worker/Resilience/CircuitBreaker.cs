namespace Cis.Worker.Resilience;

/// <summary>
/// Knows whether a dependency is down. While it is, no new messages are taken: they stay in the queue for whoever can
/// serve them. Work already in hand goes on trying, and its first success closes the circuit. Thread-safe.
/// </summary>
internal sealed class CircuitBreaker(TimeProvider time)
{
    // Single failures are what retries are for; five in a row without a success between them are an outage.
    private const int FailuresToOpen = 5;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private int _failures;
    private TimeSpan _pause;
    private long _pausedAt;

    /// <summary>Whether the dependency is taken to be down.</summary>
    internal bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _pause > TimeSpan.Zero;
            }
        }
    }

    /// <summary>A call has succeeded.</summary>
    /// <returns>Whether the circuit was open until now.</returns>
    internal bool Succeeded()
    {
        lock (_gate)
        {
            bool wasOpen = _pause > TimeSpan.Zero;
            _failures = 0;
            _pause = TimeSpan.Zero;
            return wasOpen;
        }
    }

    /// <summary>A call has failed.</summary>
    /// <returns>Whether this has opened the circuit.</returns>
    internal bool Failed()
    {
        lock (_gate)
        {
            _failures++;
            if (_failures < FailuresToOpen || _pause > TimeSpan.Zero)
            {
                return false;
            }

            _pause = FirstPause;
            _pausedAt = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>How many messages may be taken now: all, none, or one now and then to see whether it works again.</summary>
    /// <param name="wanted">How many the caller would take.</param>
    /// <param name="retryAfter">When to ask again, if none.</param>
    internal int Admit(int wanted, out TimeSpan retryAfter)
    {
        lock (_gate)
        {
            retryAfter = TimeSpan.Zero;
            if (_pause == TimeSpan.Zero)
            {
                return wanted;
            }

            TimeSpan waited = time.GetElapsedTime(_pausedAt);
            if (waited < _pause)
            {
                retryAfter = _pause - waited;
                return 0;
            }

            _pausedAt = time.GetTimestamp();
            TimeSpan next = _pause * 2;
            _pause = next < LongestPause ? next : LongestPause;
            return Math.Min(wanted, 1);
        }
    }
}
