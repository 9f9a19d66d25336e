namespace Cis.Worker.Resilience;

/// <summary>
/// Bounds the retries to a share of the successful calls: while a dependency is down, retries must not multiply the
/// load on it. Thread-safe.
/// </summary>
internal sealed class RetryBudget
{
    // Room for a burst, and then one retry for ten successes.
    private const double Max = 50;
    private const double PerSuccess = 0.1;

    private readonly Lock _gate = new();
    private double _tokens = Max;

    /// <summary>Takes one retry from the budget.</summary>
    /// <returns>False if it is used up.</returns>
    internal bool TryTake()
    {
        lock (_gate)
        {
            if (_tokens < 1)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }

    /// <summary>A call has succeeded.</summary>
    internal void Succeeded()
    {
        lock (_gate)
        {
            _tokens = Math.Min(Max, _tokens + PerSuccess);
        }
    }
}
