using Cis.Worker.Ports;

namespace Cis.Worker.Monitoring;

/// <summary>An answer to a health check.</summary>
/// <param name="IsGood">Whether all is well.</param>
/// <param name="Text">What is well or is not, a line each.</param>
public readonly record struct Health(bool IsGood, string Text);

/// <summary>
/// Whether the worker should be restarted (<c>/healthz</c>), and whether it can do its work (<c>/readyz</c>): the
/// distinction that orchestrators make between liveness and readiness.
/// </summary>
internal sealed class WorkerHealth(WorkerState state, WorkerOptions options)
{
    // This machine is seen with the first file.
    private static readonly Dependency[] Services = [Dependency.Queue, Dependency.Store, Dependency.Index];

    /// <summary>Alive: no engine is stuck.</summary>
    internal Health Alive =>
        state.OverdueBy > options.StuckTimeout
            ? new Health(false, $"an engine is stuck for {state.OverdueBy.TotalSeconds:0} s beyond its limit\n")
            : new Health(true, "alive\n");

    /// <summary>Ready: queue, store and index have answered, and none is down.</summary>
    internal Health Ready
    {
        get
        {
            string[] missing = [.. Services.Select(WhyNotReady).OfType<string>()];
            return missing.Length == 0 ? new Health(true, "ready\n") : new Health(false, string.Join("", missing));
        }
    }

    private string? WhyNotReady(Dependency service) =>
        state.Metrics.IsDown(service) ? $"{WorkerState.NameOf(service)} is down\n"
        : !state.Metrics.IsSeen(service) ? $"{WorkerState.NameOf(service)} has not answered yet\n"
        : null;
}
