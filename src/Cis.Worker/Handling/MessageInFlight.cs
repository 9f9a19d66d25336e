using System.Diagnostics;
using Cis.Pages;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Recovery;
using Cis.Worker.Resilience;
using Cis.Worker.Tracing;

namespace Cis.Worker.Handling;

/// <summary>
/// A received message for as long as it is ours, and all that is known of it: how long it stays hidden, whether an engine
/// has begun with it, and when its work is to stop. <see cref="MessagesInFlight.Enter"/> makes it, its disposal takes it
/// out of everything it was entered in. Thread-safe.
/// </summary>
internal sealed class MessageInFlight : IJudgedMessage, IAsyncDisposable
{
    private readonly MessagesInFlight _owner;

    // What is no fault of its own costs a message one return, and only where the queue then still has a receive to spare: one
    // for when all works again, and one for a worker that dies.
    private const int ReceivesToGoBack = 1;
    private const int ReceivesToSpare = 2;

    private readonly TimeSpan _visibility;
    private readonly int _receivesAllowed;
    private readonly TaskCompletionSource<bool> _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _whileWaiting;
    private readonly CancellationTokenRegistration _whileUp;
    private readonly Lock _gate = new();
    private bool _isKept = true;
    private bool _hasBegun;
    private int _pagesAside;
    private int _readers;
    private int _keeps;

    /// <summary>A message that was just received.</summary>
    /// <param name="owner">Hears what becomes of it.</param>
    /// <param name="message">The message.</param>
    /// <param name="entry">Where it came from, and its place in the journal.</param>
    /// <param name="limits">How long it is hidden, and what ends its work.</param>
    internal MessageInFlight(MessagesInFlight owner, QueueMessage message, MessageEntry entry, FlightLimits limits)
    {
        (_owner, Message, _visibility) = (owner, message, limits.Visibility);
        (Number, ReceivedAt, IsSuspect) = (entry.Number, entry.ReceivedAt, entry.IsSuspect);
        Trace = TraceParent.Of(message);
        Renewed(TimeSpan.Zero);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token, limits.Ending);
        Stopped = _stop.Token;
        _receivesAllowed = limits.ReceivesAllowed();
        _whileWaiting = MustStay ? default : limits.Draining.UnsafeRegister(_ => StopWaiting(), state: null);
        _whileUp = MayGoBack
            ? limits.StandDown().UnsafeRegister(_ => StopWaiting(standsDown: true), state: null)
            : default;
    }

    /// <summary>As it was received.</summary>
    internal QueueMessage Message { get; }

    /// <summary>The trace that it belongs to: the sender's span at first, our own once it is handled; the default if there is none.</summary>
    internal ActivityContext Trace { get; set; }

    /// <summary>Its number in the crash journal.</summary>
    internal long Number { get; }

    /// <summary>When it was received, as a timestamp of the time provider.</summary>
    internal long ReceivedAt { get; }

    /// <summary>Whether a process died while it was reading this message's file.</summary>
    internal bool IsSuspect { get; }

    /// <summary>Its outcome; an internal error until it is known.</summary>
    internal Outcome Outcome { get; set; } = Outcome.Crashed;

    /// <summary>Whether it has left the queue for good: deleted, or sent to the dead-letter queue and deleted.</summary>
    internal bool IsSettled { get; set; }

    /// <summary>
    /// Completes when all that came before it in its group is out of flight: with false if that went back to the queue, for
    /// then this must as well, or it would overtake it.
    /// </summary>
    internal Task<bool> ItsTurn { get; init; } = Task.FromResult(true);

    /// <summary>Completes when this is no longer in flight; see <see cref="ItsTurn"/>.</summary>
    internal Task<bool> Left => _left.Task;

    /// <summary>When it becomes visible again unless extended: time since <see cref="ReceivedAt"/>.</summary>
    internal TimeSpan Expiry { get; private set; }

    /// <summary>When its visibility timeout has to be extended: time since <see cref="ReceivedAt"/>.</summary>
    internal TimeSpan RenewAt { get; private set; }

    /// <summary>
    /// Whether it may go back into the queue for what is no fault of its own: once. The second time it stays in flight, and the first
    /// where the queue allows fewer than three receives.
    /// </summary>
    public bool MayGoBack =>
        Message.ReceiveCount <= ReceivesToGoBack && Message.ReceiveCount <= _receivesAllowed - ReceivesToSpare;

    /// <summary>Whether this was the last receive that the queue allows: returned, its own policy would take the message away.</summary>
    public bool MustStay => Message.ReceiveCount >= _receivesAllowed;

    /// <summary>Whether it was stopped because a dependency is down, so it must not become visible at once.</summary>
    internal bool HasStoodDown { get; private set; }

    /// <summary>
    /// Cancelled when the work for it is to stop: when it is lost; when the worker drains, or what it needs is down, and no
    /// engine has begun with it; in any case when the drain's time is over.
    /// </summary>
    public CancellationToken Stopped { get; }

    /// <summary>Whether it is lost: whoever receives it now settles it.</summary>
    internal bool IsLost { get; private set; }

    /// <summary>Whether its visibility timeout is to be extended.</summary>
    internal bool IsKept
    {
        get
        {
            lock (_gate)
            {
                return _isKept;
            }
        }
    }

    /// <summary>Whether it has waited for long, and so takes no room from others.</summary>
    internal bool IsKeptForLong => Volatile.Read(ref _keeps) > 0;

    /// <summary>Its state in the journal, for the next process should this one die.</summary>
    internal JournalState JournalState =>
        Volatile.Read(ref _readers) > 0 ? JournalState.Reading : JournalState.InFlight;

    /// <summary>Records that it is hidden for the whole visibility timeout from this age on.</summary>
    internal void Renewed(TimeSpan age)
    {
        Expiry = age + _visibility;
        // Spread, so that messages received together are not all renewed in the same moment forever.
        RenewAt = age + (_visibility * (0.35 + 0.15 * Random.Shared.NextDouble()));
    }

    /// <summary>Stops extending its visibility timeout: it is being settled.</summary>
    /// <returns>False if that was so before.</returns>
    internal bool LetGo()
    {
        lock (_gate)
        {
            return _isKept && !(_isKept = false);
        }
    }

    /// <summary>Records that it is lost, and cancels work on it, which would be for nobody.</summary>
    /// <returns>False if it is being settled already.</returns>
    internal bool TryLose()
    {
        if (!LetGo())
        {
            return false;
        }

        IsLost = true;
        try
        {
            _lost.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It was settled while the queue's answer was on its way: nothing is being done for it any more.
        }

        return true;
    }

    /// <summary>Records that its file is open, and waits while faster ones go first.</summary>
    internal void SetAside(int pages)
    {
        lock (_gate)
        {
            if (_hasBegun || _pagesAside > 0)
            {
                return; // another file of the same message
            }

            _pagesAside = pages;
        }

        _owner.SetAside(pages);
    }

    /// <summary>Records that an engine reads it: from now on a drain lets it finish.</summary>
    public void Begin()
    {
        int pagesAside;
        lock (_gate)
        {
            if (_hasBegun)
            {
                return;
            }

            _hasBegun = true;
            pagesAside = _pagesAside;
        }

        _owner.Begun(pagesAside);
    }

    /// <inheritdoc/>
    public void Keep()
    {
        if (Interlocked.Increment(ref _keeps) == 1)
        {
            _owner.Keep();
        }
    }

    /// <summary>Records that an engine has called a library with one of its files.</summary>
    internal void EnterEngine() => _owner.ReadersChanged(this, Interlocked.Increment(ref _readers) == 1);

    /// <summary>Records that an engine is done with one of its files; others may be reading more of them.</summary>
    internal void LeaveEngine() => _owner.ReadersChanged(this, Interlocked.Decrement(ref _readers) == 0);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Begin();
        LetGo();
        await _whileWaiting.DisposeAsync();
        await _whileUp.DisposeAsync();
        _owner.Leave(this);
        // What was returned after its last receive does not come again: nothing can overtake it.
        _left.SetResult(IsSettled || MustStay);
        _stop.Dispose();
        _lost.Dispose();
    }

    private void StopWaiting(bool standsDown = false)
    {
        lock (_gate)
        {
            if (_hasBegun)
            {
                return;
            }

            HasStoodDown |= standsDown;
        }

        _stop.Cancel();
    }
}

/// <summary>Where a message came from.</summary>
/// <param name="Number">Its number in the crash journal.</param>
/// <param name="ReceivedAt">A timestamp from before it was asked for.</param>
/// <param name="IsSuspect">A process died while it was reading its file.</param>
internal readonly record struct MessageEntry(long Number, long ReceivedAt, bool IsSuspect);

/// <summary>The time limits of every message in flight.</summary>
/// <param name="Visibility">How long a receive or a renewal hides a message.</param>
/// <param name="ReceivesAllowed">Gives how often the queue gives a message out; see <see cref="ReceiveLimit"/>.</param>
/// <param name="StandDown">Gives what is cancelled when something that messages need is next found to be down.</param>
/// <param name="Draining">Cancelled when nothing new is to be begun.</param>
/// <param name="Ending">Cancelled when nothing is to go on.</param>
internal readonly record struct FlightLimits(
    TimeSpan Visibility,
    Func<int> ReceivesAllowed,
    Func<CancellationToken> StandDown,
    CancellationToken Draining,
    CancellationToken Ending
);
