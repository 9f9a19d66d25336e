using Cis.Worker;
using Cis.Worker.Monitoring;

namespace Cis.Service;

/// <summary>Tells the service manager at regular intervals how the worker is.</summary>
/// <param name="manager">The service manager.</param>
/// <param name="health">The judgment of <c>/healthz</c>.</param>
/// <param name="readiness">The judgment of <c>/readyz</c>.</param>
/// <param name="metrics">What the worker has done.</param>
/// <param name="time">The clock.</param>
internal sealed class ServiceReport(
    ServiceManager manager,
    Func<Health> health,
    Func<Health> readiness,
    WorkerMetrics metrics,
    TimeProvider time
)
{
    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(10);

    // What sd_watchdog_enabled(3) recommends.
    private TimeSpan Interval => manager.Watchdog is { } watchdog && watchdog / 2 < Slowest ? watchdog / 2 : Slowest;

    /// <summary>Reports until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            Tell();
        } while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>How the worker is, in a line.</summary>
    internal string Describe()
    {
        Health ready = readiness();
        string counts =
            $"{metrics.InFlight} in flight, {metrics.MessagesReceived} received, {metrics.MessagesDeleted} done, "
            + $"{metrics.MessagesDeadLettered} to the dead-letter queue";
        return ready.IsGood ? counts : $"{ready.Text.TrimEnd('\n')}\n{counts}";
    }

    private void Tell()
    {
        Health alive = health();
        if (alive.IsGood)
        {
            manager.Alive(Describe());
        }
        else
        {
            manager.Unwell(alive.Text);
        }
    }
}
