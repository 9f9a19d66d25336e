namespace Cis.Worker.Queueing;

/// <summary>A token that is cancelled some time after another one.</summary>
internal sealed class DelayedStop : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _registration;

    internal DelayedStop(TimeSpan delay, TimeProvider time, CancellationToken cancellationToken)
    {
        _timer = time.CreateTimer(_ => Stop(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _registration = cancellationToken.UnsafeRegister(
            _ => _timer.Change(delay, Timeout.InfiniteTimeSpan),
            state: null
        );
    }

    internal CancellationToken Token => _stop.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
        _stop.Dispose();
    }

    private void Stop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // A timer's last call may still be on its way when the timer is disposed of.
        }
    }
}
