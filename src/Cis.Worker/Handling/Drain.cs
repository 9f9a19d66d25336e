using Microsoft.Extensions.Logging;

namespace Cis.Worker.Handling;

/// <summary>
/// The two steps in which a worker ends: nothing new is begun and what no engine has begun with is returned to the
/// queue; then, after a while or at once, nothing goes on.
/// </summary>
internal sealed class Drain(TimeSpan timeout, WorkerMetrics metrics, TimeProvider time, ILogger logger) : IDisposable
{
    // What is cancelled answers within milliseconds; a library that hangs must not keep the worker from ending.
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Cancelled when nothing new may be started.</summary>
    internal CancellationToken Draining => _draining.Token;

    /// <summary>Cancelled when everything must stop.</summary>
    internal CancellationToken Ending => _ending.Token;

    /// <summary>Starts the drain: nothing new is started from now on.</summary>
    internal void Begin()
    {
        LogMessages.Draining(logger, metrics.InFlight);
        _draining.Cancel();
    }

    /// <summary>Stops everything.</summary>
    internal void EndAll()
    {
        _draining.Cancel();
        _ending.Cancel();
    }

    /// <summary>Waits for the messages in flight, and stops those that take too long.</summary>
    internal async Task FinishAsync(MessagesInFlight inFlight)
    {
        await _draining.CancelAsync();
        if (!await EndedWithinAsync(inFlight, timeout, _ending.Token))
        {
            LogMessages.GivingBack(logger, metrics.InFlight);
            await _ending.CancelAsync();
            await EndedWithinAsync(inFlight, EndTimeout, CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _draining.Dispose();
        _ending.Dispose();
    }

    private async Task<bool> EndedWithinAsync(MessagesInFlight inFlight, TimeSpan limit, CancellationToken giveUp)
    {
        using var timeUp = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeUp.Token, giveUp);
        try
        {
            await inFlight.WhenEmpty.WaitAsync(stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return inFlight.WhenEmpty.IsCompleted;
        }
    }
}
