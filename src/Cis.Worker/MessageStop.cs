using Cis.Worker.Queueing;

namespace Cis.Worker;

/// <summary>
/// When the work for one message is to stop: when the message is lost; when the worker drains and no engine has begun
/// with it; in any case when the drain's time is over.
/// </summary>
internal sealed class MessageStop : IDisposable
{
    // Queues give a message up after three receives at the least, and one is to be left for when all works again.
    private const int MostReceives = 2;

    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _whileWaiting;
    private readonly CancellationTokenRegistration _whileUp;
    private readonly ReadAhead _readAhead;
    private readonly WorkerMetrics _metrics;
    private readonly Lock _gate = new();
    private bool _hasBegun;
    private int _pagesAside;

    /// <summary>For one message.</summary>
    /// <param name="lease">The message.</param>
    /// <param name="readAhead">Hears when it is set aside, and once when it begins or ends without having begun.</param>
    /// <param name="metrics">Likewise.</param>
    /// <param name="draining">Cancelled when nothing new is to be begun.</param>
    /// <param name="standDown">Likewise, for what is needed is down.</param>
    /// <param name="ending">Cancelled when nothing is to go on.</param>
    internal MessageStop(
        MessageLease lease,
        ReadAhead readAhead,
        WorkerMetrics metrics,
        CancellationToken draining,
        CancellationToken standDown,
        CancellationToken ending
    )
    {
        (_readAhead, _metrics) = (readAhead, metrics);
        _stop = CancellationTokenSource.CreateLinkedTokenSource(lease.Lost, ending);
        Token = _stop.Token;
        _whileWaiting = draining.UnsafeRegister(_ => StopWaiting(), state: null);
        MayGoBack = lease.Message.ReceiveCount < MostReceives;
        _whileUp = MayGoBack ? standDown.UnsafeRegister(_ => StopWaiting(standsDown: true), state: null) : default;
    }

    internal CancellationToken Token { get; }

    /// <summary>
    /// Whether it may go back into the queue for what is no fault of its own: once. The second time it stays in hand.
    /// </summary>
    internal bool MayGoBack { get; }

    /// <summary>Whether it is stopped because what it needs is down: it is not to come back at once.</summary>
    internal bool HasStoodDown { get; private set; }

    /// <summary>It is open, and waits on while quicker ones go first.</summary>
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

        _readAhead.SetAside(pages);
    }

    /// <summary>An engine reads it: from now on a drain lets it finish.</summary>
    internal void Begin()
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

        _readAhead.Begun(pagesAside);
        _metrics.Begun();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Begin();
        _whileWaiting.Dispose();
        _whileUp.Dispose();
        _stop.Dispose();
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
