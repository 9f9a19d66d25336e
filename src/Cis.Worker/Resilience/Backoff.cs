namespace Cis.Worker.Resilience;

/// <summary>How long to wait before a call is retried.</summary>
/// <param name="First">The upper bound of the first wait; each further one is twice as long.</param>
/// <param name="Longest">No wait is longer.</param>
internal sealed record Backoff(TimeSpan First, TimeSpan Longest)
{
    /// <summary>
    /// How much of a wait is left to chance: all of it (full jitter), so that callers who failed together do not come back
    /// together; or less where a wait must not come to nothing.
    /// </summary>
    internal double Jitter { get; init; } = 1;

    /// <summary>1, 2, 4 ... 20 seconds.</summary>
    internal static Backoff Standard { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));

    /// <summary>
    /// For messages that are tried again: what a few retries did not heal takes longer. 10 to 15 seconds, then twice as long each
    /// time up to a quarter of an hour: a queue that allows three receives must not use them up within seconds.
    /// </summary>
    internal static Backoff BetweenReceives { get; } =
        new(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(15)) { Jitter = 1.0 / 3 };

    /// <summary>A random wait up to the bound; see <see cref="Jitter"/>.</summary>
    /// <param name="retry">From 0.</param>
    /// <param name="asked">What the other side asked for: at least this, up to the longest.</param>
    internal TimeSpan DelayOf(int retry, TimeSpan? asked = null)
    {
        // Beyond 2^30 the bound has long been reached.
        TimeSpan bound = First * Math.Pow(2, Math.Min(retry, 30));
        TimeSpan delay = (bound < Longest ? bound : Longest) * (1 - Jitter * Random.Shared.NextDouble());
        TimeSpan least = asked is { } wanted && wanted > TimeSpan.Zero ? wanted : TimeSpan.Zero;
        return delay > least ? delay
            : least < Longest ? least
            : Longest;
    }
}
