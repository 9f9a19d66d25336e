using Cis.Pages;
using Cis.Worker.Ports;
using Microsoft.Extensions.Logging;

namespace Cis.Worker.Resilience;

/// <summary>How often and for how long calls are tried again.</summary>
/// <param name="Backoff">The waits between.</param>
/// <param name="MaxRetries">The most retries.</param>
/// <param name="Patience">No retry begins later than this after the first try.</param>
internal sealed record RetryLimits(Backoff Backoff, int MaxRetries, TimeSpan Patience);

/// <summary>Calls one dependency: tries again what may pass, within its budget, and knows when it is down.</summary>
internal sealed class DependencyGuard(
    Dependency dependency,
    RetryLimits limits,
    TimeProvider time,
    WorkerMetrics metrics,
    ILogger logger
)
{
    private readonly RetryBudget _budget = new();

    internal CircuitBreaker Breaker { get; } = new(time);

    /// <summary>Calls, and calls again where a fault may pass.</summary>
    /// <exception cref="TransientException">The last failure, when there was no more use or budget in trying.</exception>
    internal async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        for (int retry = 0; ; retry++)
        {
            try
            {
                T result = await call(cancellationToken);
                Succeeded();
                return result;
            }
            catch (ReadException)
            {
                // An answer, if not the one hoped for: the dependency works.
                Succeeded();
                throw;
            }
            catch (TransientException e)
            {
                TimeSpan delay = limits.Backoff.DelayOf(retry, e.RetryAfter);
                if (!MayRetry(e, retry, time.GetElapsedTime(start) + delay))
                {
                    throw;
                }

                await Task.Delay(delay, time, cancellationToken);
            }
        }
    }

    /// <summary>A call made otherwise has succeeded.</summary>
    internal void Succeeded()
    {
        _budget.Succeeded();
        metrics.Seen(dependency);
        if (Breaker.Succeeded())
        {
            metrics.SetDown(dependency, false);
            LogMessages.CircuitClosed(logger, dependency);
        }
    }

    /// <summary>A call made otherwise has failed.</summary>
    internal void Failed(string reason)
    {
        metrics.DependencyFailed(dependency);
        LogMessages.CallFailed(logger, dependency, reason);
        if (Breaker.Failed())
        {
            metrics.SetDown(dependency, true);
            LogMessages.CircuitOpened(logger, dependency, reason);
        }
    }

    private bool MayRetry(TransientException e, int retry, TimeSpan elapsed)
    {
        // A full scratch folder is no fault of the dependency that was to fill it.
        if (e.Dependency == dependency)
        {
            Failed(e.Message);
        }

        return e.IsWorthRetrying && retry < limits.MaxRetries && elapsed <= limits.Patience && _budget.TryTake();
    }
}
