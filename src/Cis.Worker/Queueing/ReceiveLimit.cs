using Cis.Worker.Ports;

namespace Cis.Worker.Queueing;

/// <summary>
/// How often the queue gives a message out before its own redrive policy takes it away: what must not be returned to the queue
/// depends on it. Thread-safe.
/// </summary>
internal sealed class ReceiveLimit(IMessageQueue queue, TimeProvider time)
{
    // A queue that is down says nothing, and is asked again; a policy is seldom changed.
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(10);

    private volatile int _receives = int.MaxValue;

    /// <summary>So many receives; <see cref="int.MaxValue"/> where there is no limit, or the queue does not tell.</summary>
    internal int Receives => _receives;

    /// <summary>
    /// Asks the queue before the first message is in flight; without an answer the first receives are as if there was no limit.
    /// </summary>
    internal async Task LearnFirstAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LearnAsync(cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The loop below meets it as well, and its supervisor says so.
        }
    }

    /// <summary>Follows changes of the policy until cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                bool isKnown = await LearnAsync(cancellationToken);
                await Task.Delay(isKnown ? LookAgain : AskAgain, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end of the worker.
        }
    }

    /// <summary>Asks the queue.</summary>
    /// <returns>False if it did not answer.</returns>
    private async Task<bool> LearnAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AnswerTime, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            _receives = await queue.ReceivesAllowedAsync(stop.Token) ?? int.MaxValue;
            return true;
        }
        catch (TransientException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
