namespace Cis.Worker.Resilience;

/// <summary>
/// Knows whether a dependency is down: by calls that failed one after the other, by an answer that only a person can
/// mend, or by different files that failed alike. While it is down, nothing more is received; what is in flight tries in
/// turn, and the first success closes the circuit. Thread-safe.
/// </summary>
/// <param name="filesToOpen">See <see cref="FailurePattern"/>.</param>
/// <param name="time">The clock.</param>
internal sealed class CircuitBreaker(int filesToOpen, TimeProvider time) : IDisposable
{
    // Single failures are what retries are for; five in a row without a success between them are an outage.
    private const int FailuresToOpen = 5;

    // While messages that name something else are looked for, so many of those that failed wait here; more go back for a while.
    private const int MaxHeldInSearch = 100;

    private readonly Lock _gate = new();
    private readonly FailurePattern _pattern = new(filesToOpen);
    private int _failures;
    private bool _isOpen;
    private bool _isPattern;
    private bool _isSearch;
    private string? _part;
    private int _held;

    // Calls under way, each with the part that it goes to; and what is waited for before a pattern counts.
    private readonly Dictionary<long, string?> _calls = [];
    private long _lastBegun;
    private (Suspicion Suspicion, string? Part, long LastCall)? _pending;

    /// <summary>Decides which messages may be tried while the dependency is down.</summary>
    internal TurnLine Turns { get; } = new(maxFresh: 2 * filesToOpen, time);

    /// <summary>Whether the dependency is considered down.</summary>
    internal bool IsOpen
    {
        get
        {
            lock (_gate)
            {
                return _isOpen;
            }
        }
    }

    /// <summary>Whether it is down only as far as messages name it, and those that name something else are looked for.</summary>
    internal bool IsSearching
    {
        get
        {
            lock (_gate)
            {
                return _isOpen && _isSearch;
            }
        }
    }

    /// <summary>Messages kept in flight until it is clear whose fault their failure is.</summary>
    internal int Held
    {
        get
        {
            lock (_gate)
            {
                return _held;
            }
        }
    }

    /// <summary>
    /// Whether files enough have failed alike, and calls that were under way then are not over: of messages that are taken
    /// together, those that are refused are done first.
    /// </summary>
    internal bool IsPending
    {
        get
        {
            lock (_gate)
            {
                return _pending is not null;
            }
        }
    }

    /// <summary>The number of the last call that was started; anything started now comes after it.</summary>
    internal long Now
    {
        get
        {
            lock (_gate)
            {
                return _lastBegun;
            }
        }
    }

    /// <summary>Set when the circuit opens, or something succeeds.</summary>
    internal Signal News { get; } = new(time);

    /// <summary>Records the start of a call.</summary>
    /// <param name="part">With which part of the dependency.</param>
    /// <returns>Its number.</returns>
    internal long Begin(string? part)
    {
        lock (_gate)
        {
            _calls.Add(++_lastBegun, part);
            return _lastBegun;
        }
    }

    /// <summary>Records the end of a call, whatever its result; a success is reported before this.</summary>
    /// <returns>Whether this has opened the circuit.</returns>
    internal bool End(long call)
    {
        lock (_gate)
        {
            _calls.Remove(call);
            return OpenPendingLocked();
        }
    }

    /// <summary>Stops waiting for pending calls that could contradict a pattern: the pattern counts now.</summary>
    /// <returns>Whether this has opened the circuit.</returns>
    internal bool WaitNoLonger()
    {
        lock (_gate)
        {
            return _pending is { } pending
                && OpenLocked(isPattern: true, pending.Part, pending.Suspicion.IsNamedByMessage);
        }
    }

    /// <summary>Records that the files that failed here are part of a failure that other workers see too.</summary>
    /// <param name="suspicion">What is held against it.</param>
    /// <returns>Whether this has opened the circuit.</returns>
    internal bool FleetFails(Suspicion suspicion)
    {
        lock (_gate)
        {
            return OpenLocked(isPattern: true, suspicion.Part, suspicion.IsNamedByMessage);
        }
    }

    /// <summary>Whether a file that failed still counts towards a pattern.</summary>
    internal bool Suspects(string file, Suspicion suspicion)
    {
        lock (_gate)
        {
            return _pattern.Holds(file, suspicion);
        }
    }

    /// <summary>Records the success of a call or a file.</summary>
    /// <param name="part">With which part of the dependency: that another one is wrong is not mended by it.</param>
    /// <param name="began">The call's number; none for what began after all failures.</param>
    /// <returns>Whether the circuit was open until now.</returns>
    internal bool Succeeded(string? part = null, long began = long.MaxValue)
    {
        lock (_gate)
        {
            _failures = 0;
            if (_pattern.IsClear && !_isOpen)
            {
                return false;
            }

            _pattern.Clear(part, began);
            _pending = _pending is { } pending && IsReachedLocked(pending.Part) ? _pending : null;
            // A call from before a pattern says nothing against it.
            bool isMended = !(_isPattern && IsReachedLocked(_part));
            bool wasOpen = isMended && (_part is null || _part == part) && CloseLocked();
            if (_isOpen && _isSearch)
            {
                Turns.FoundWell();
            }

            News.Set();
            return wasOpen;
        }
    }

    /// <summary>Records that the whole is known to be the right one, whatever was held against it before.</summary>
    /// <returns>Whether the circuit was open until now because of that.</returns>
    internal bool Proven()
    {
        lock (_gate)
        {
            _pattern.ClearWhole();
            bool wasOpen = _isOpen && _isSearch && _part is null && CloseLocked();
            News.Set();
            return wasOpen;
        }
    }

    /// <summary>Records an answer other than success: the dependency can be reached. Does not affect a pattern.</summary>
    /// <returns>Whether the circuit was open until now.</returns>
    internal bool Answered(string? part = null)
    {
        lock (_gate)
        {
            _failures = 0;
            return _isOpen && !_isPattern && (_part is null || _part == part) && CloseLocked();
        }
    }

    /// <summary>Records the failure of a call.</summary>
    /// <param name="isForAPerson">No further call can fare better until somebody puts it right.</param>
    /// <param name="part">With which part of the dependency; counts where only a person can mend it.</param>
    /// <returns>Whether this has opened the circuit.</returns>
    internal bool Failed(bool isForAPerson = false, string? part = null)
    {
        lock (_gate)
        {
            _failures++;
            return isForAPerson
                ? OpenLocked(isPattern: false, part, isSearch: false)
                : _failures >= FailuresToOpen && OpenLocked(isPattern: false, part: null, isSearch: false);
        }
    }

    /// <summary>Records the failure of a file that may be the dependency's fault.</summary>
    /// <param name="file">Which.</param>
    /// <param name="suspicion">What of it.</param>
    /// <param name="began"><see cref="Now"/> when its try began.</param>
    /// <returns>Whether this has opened the circuit.</returns>
    internal bool Failed(string file, Suspicion suspicion, long began)
    {
        lock (_gate)
        {
            _pattern.Add(file, suspicion, began);
            if (!_isOpen && (_pattern.IsReached(suspicion.Part) || _pattern.IsReachedByAll))
            {
                _pending ??= (suspicion, _pattern.IsReached(suspicion.Part) ? suspicion.Part : null, _lastBegun);
            }

            return OpenPendingLocked();
        }
    }

    /// <summary>Keeps a message in flight, if there is room for one more.</summary>
    /// <param name="mustStay">There is always room for it.</param>
    internal bool TryHold(bool mustStay = false)
    {
        lock (_gate)
        {
            int room = _isSearch ? MaxHeldInSearch : filesToOpen + Turns.Fresh;
            if (!mustStay && _held >= room)
            {
                return false;
            }

            _held++;
            return true;
        }
    }

    /// <summary>Stops keeping a message.</summary>
    internal void Release()
    {
        lock (_gate)
        {
            _held--;
        }
    }

    /// <summary>How many messages may be received now: all, none, or occasionally a few to find out whether the dependency works again.</summary>
    internal int Admit(int wanted) => IsOpen ? Turns.TakeFresh(wanted) : wanted;

    /// <inheritdoc/>
    public void Dispose() => Turns.Dispose();

    // Without a part it is of all of them, or of a dependency that has none.
    private bool IsReachedLocked(string? part) => _pattern.IsReached(part) || (part is null && _pattern.IsReachedByAll);

    private bool OpenPendingLocked()
    {
        if (_pending is not { } pending)
        {
            return false;
        }

        foreach ((long call, string? part) in _calls)
        {
            if ((pending.Part is null || part == pending.Part) && call <= pending.LastCall)
            {
                return false;
            }
        }

        return OpenLocked(isPattern: true, pending.Part, pending.Suspicion.IsNamedByMessage);
    }

    private bool OpenLocked(bool isPattern, string? part, bool isSearch)
    {
        _pending = null;
        if (_isOpen)
        {
            return false;
        }

        (_isOpen, _isPattern, _part, _isSearch) = (true, isPattern, part, isSearch);
        Turns.Open(isSearch);
        News.Set();
        return true;
    }

    private bool CloseLocked()
    {
        bool wasOpen = _isOpen;
        (_isOpen, _part) = (false, null);
        _failures = 0;
        if (wasOpen)
        {
            Turns.Close();
        }

        return wasOpen;
    }
}
