using System.Diagnostics;
using Cis.Pages;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Resilience;

/// <summary>How often and for how long calls are retried.</summary>
/// <param name="Backoff">The waits between.</param>
/// <param name="MaxRetries">The most retries.</param>
/// <param name="Timeout">No retry begins later than this after the first try.</param>
internal sealed record RetryLimits(Backoff Backoff, int MaxRetries, TimeSpan Timeout);

/// <summary>Calls one dependency: retries temporary failures within a budget, and knows when the dependency is down.</summary>
internal sealed class DependencyGuard(
    Dependency dependency,
    RetryLimits limits,
    int filesToOpen,
    TimeProvider time,
    WorkerMetrics metrics,
    ILogger logger
) : IDisposable
{
    private readonly RetryBudget _budget = new();
    private volatile string _lastSuspicion = "";

    internal CircuitBreaker Breaker { get; } = new(filesToOpen, time);

    /// <summary>Called when the dependency turns out to be down.</summary>
    internal Action Opened { get; init; } = () => { };

    /// <summary>Makes a call, and retries it after temporary failures.</summary>
    /// <param name="part">Which part of it, see <see cref="Suspicion"/>.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="isProof">Whether a result shows that all is well; if not, it is but an answer. Null for every one.</param>
    /// <exception cref="TransientException">The last failure, when there was no more use or budget in trying.</exception>
    internal async Task<T> CallAsync<T>(
        string? part,
        Func<CancellationToken, Task<T>> call,
        CancellationToken cancellationToken,
        Predicate<T>? isProof = null
    )
    {
        long start = time.GetTimestamp();
        for (int retry = 0; ; retry++)
        {
            try
            {
                return await CallOnceAsync(part, call, isProof, cancellationToken);
            }
            catch (ReadException)
            {
                Answered(part);
                throw;
            }
            catch (TransientException e)
            {
                TimeSpan delay = limits.Backoff.DelayOf(retry, e.RetryAfter);
                if (!MayRetry(e, part, retry, time.GetElapsedTime(start) + delay))
                {
                    throw;
                }

                await Task.Delay(delay, time, cancellationToken);
            }
        }
    }

    /// <summary>Records the success of a call that was made elsewhere.</summary>
    /// <param name="part">See <see cref="Suspicion"/>.</param>
    /// <param name="began">See <see cref="CircuitBreaker.Succeeded"/>.</param>
    internal void Succeeded(string? part = null, long began = long.MaxValue)
    {
        _budget.Succeeded();
        metrics.Seen(dependency);
        if (Breaker.Succeeded(part, began))
        {
            SayUp();
        }
    }

    /// <summary>Records an answer other than success: the dependency works.</summary>
    internal void Answered(string? part = null)
    {
        _budget.Succeeded();
        metrics.Seen(dependency);
        if (Breaker.Answered(part))
        {
            SayUp();
        }
    }

    /// <summary>Records that the dependency is the right one.</summary>
    internal void Proven()
    {
        if (Breaker.Proven())
        {
            SayUp();
        }
    }

    /// <summary>Records the failure of a call that was made elsewhere.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="isForAPerson">See <see cref="TransientException.IsWorthRetrying"/>.</param>
    /// <param name="part">See <see cref="Suspicion"/>.</param>
    internal void Failed(string reason, bool isForAPerson = false, string? part = null)
    {
        metrics.DependencyFailed(dependency);
        if (Breaker.Failed(isForAPerson, part))
        {
            SayDown(reason);
        }
    }

    /// <summary>Records the failure of a file that may be the dependency's fault.</summary>
    /// <param name="file">Which.</param>
    /// <param name="suspicion">What of it.</param>
    /// <param name="reason">Why, for a person.</param>
    /// <param name="began"><see cref="CircuitBreaker.Now"/> when its try began.</param>
    internal void Suspected(string file, Suspicion suspicion, string? reason, long began)
    {
        _lastSuspicion =
            $"{filesToOpen} different files in a row failed alike ({suspicion.Cause}) with none well between, so it is not the "
            + $"files: {Advice}{Search(suspicion)} If they are at fault, raise failures-in-a-row. The last one: {reason}";
        if (Breaker.Failed(file, suspicion, began))
        {
            SayDown(_lastSuspicion);
        }
    }

    /// <summary>Stops waiting for what was under way when enough files had failed alike.</summary>
    internal void WaitNoLonger()
    {
        if (Breaker.WaitNoLonger())
        {
            SayDown(_lastSuspicion);
        }
    }

    /// <summary>Records that the failures here, too few for a pattern, are enough together with those of other workers.</summary>
    internal void FleetFails(Suspicion suspicion, string? reason)
    {
        if (Breaker.FleetFails(suspicion))
        {
            SayDown(
                $"nothing has gone well for minutes since a file failed ({suspicion.Cause}), and {filesToOpen} messages or more "
                    + $"are in flight, here and with other workers, so it is hardly the file: {Advice}{Search(suspicion)} The last one: {reason}"
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Breaker.Dispose();

    private async Task<T> CallOnceAsync<T>(
        string? part,
        Func<CancellationToken, Task<T>> call,
        Predicate<T>? isProof,
        CancellationToken cancellationToken
    )
    {
        long number = Breaker.Begin(part);
        try
        {
            T result = await call(cancellationToken);
            if (isProof?.Invoke(result) != false)
            {
                Succeeded(part, number);
            }
            else
            {
                Answered(part);
            }

            return result;
        }
        finally
        {
            if (Breaker.End(number))
            {
                SayDown(_lastSuspicion);
            }
        }
    }

    private static string Search(Suspicion suspicion) =>
        suspicion.IsNamedByMessage ? " Files that messages find elsewhere are read on." : "";

    private string Advice =>
        dependency switch
        {
            Dependency.Queue => "is queue-url the right queue, and s3-bucket set?",
            Dependency.Store =>
                "check the bucket (s3-bucket), its region, the endpoint if one is set, s3:GetObject and kms:Decrypt.",
            Dependency.Index => "see cis index diff.",
            Dependency.Host => "check this machine: scratch, memory; and this log for event 207.",
            _ => throw new UnreachableException(),
        };

    private void SayDown(string reason)
    {
        metrics.SetDown(dependency, true);
        LogMessages.CircuitOpened(logger, dependency, reason);
        Opened();
    }

    private void SayUp()
    {
        metrics.SetDown(dependency, false);
        LogMessages.CircuitClosed(logger, dependency);
    }

    private bool MayRetry(TransientException e, string? part, int retry, TimeSpan elapsed)
    {
        // A full scratch folder is no fault of the dependency that was to fill it.
        if (e.Dependency == dependency)
        {
            LogMessages.CallFailed(logger, dependency, e.Message);
            Failed(e.Message, isForAPerson: !e.IsWorthRetrying, part);
        }

        return e.IsWorthRetrying && retry < limits.MaxRetries && elapsed <= limits.Timeout && _budget.TryTake();
    }
}
