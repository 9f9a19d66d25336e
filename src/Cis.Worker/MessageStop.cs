using Cis.Worker.Queueing;

namespace Cis.Worker;

/// <summary>
/// When the work for one message is to stop: when the message is lost; when the worker drains and no engine has begun
/// with it; in any case when the drain's time is over.
/// </summary>
internal sealed class MessageStop : IDisposable
{
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _whileWaiting;
    private readonly Action _begun;
    private int _hasBegun;

    /// <summary>For one message.</summary>
    /// <param name="lease">The message.</param>
    /// <param name="begun">Called once, when it begins or ends without having begun.</param>
    /// <param name="draining">Cancelled when nothing new is to be begun.</param>
    /// <param name="ending">Cancelled when nothing is to go on.</param>
    internal MessageStop(MessageLease lease, Action begun, CancellationToken draining, CancellationToken ending)
    {
        _begun = begun;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(lease.Lost, ending);
        Token = _stop.Token;
        _whileWaiting = draining.UnsafeRegister(_ => StopWaiting(), state: null);
    }

    internal CancellationToken Token { get; }

    /// <summary>An engine begins with it: from now on a drain lets it finish.</summary>
    internal void Begin()
    {
        if (Interlocked.Exchange(ref _hasBegun, 1) == 0)
        {
            _begun();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Begin();
        _whileWaiting.Dispose();
        _stop.Dispose();
    }

    private void StopWaiting()
    {
        if (Volatile.Read(ref _hasBegun) == 0)
        {
            _stop.Cancel();
        }
    }
}
