using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Cis.Worker.Monitoring;

/// <summary>
/// The worker's metrics as a meter of .NET, which OpenTelemetry and <c>dotnet-counters</c> attach to.
/// </summary>
/// <remarks>
/// What is counted stays in <see cref="WorkerMetrics"/>, which the log, the health checks and Prometheus read whether anybody
/// listens or not; counters and gauges are observed there, when a listener asks. Only durations are passed on one by one,
/// by <see cref="DurationHistogram.Add"/>. So nothing is counted twice, and where nobody listens a duration costs a comparison.
/// </remarks>
internal sealed class MeterInstruments : IDisposable
{
    /// <summary>The meter's name.</summary>
    internal const string Name = "cis";

    /// <summary>Offers metrics to listeners.</summary>
    /// <param name="metrics">The metrics.</param>
    /// <param name="version">The version of cis.</param>
    internal MeterInstruments(IEnumerable<Metric> metrics, string version)
    {
        Meter = new Meter(Name, version);
        foreach (Metric metric in metrics.Where(metric => !metric.IsForPrometheusOnly))
        {
            Add(metric);
        }
    }

    /// <summary>The meter.</summary>
    internal Meter Meter { get; }

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    private void Add(Metric metric)
    {
        switch (metric.Kind)
        {
            case MetricKind.Counter:
                Meter.CreateObservableCounter(metric.Name, () => Observe(metric), metric.Unit, metric.Help);
                break;
            case MetricKind.Gauge:
                Meter.CreateObservableGauge(metric.Name, () => Observe(metric), metric.Unit, metric.Help);
                break;
            case MetricKind.Histogram:
                AddHistogram(metric);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void AddHistogram(Metric metric)
    {
        Histogram<double> histogram = Meter.CreateHistogram(
            metric.Name,
            metric.Unit,
            metric.Help,
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationHistogram.Bounds }
        );
        foreach ((string? label, DurationHistogram durations) in metric.Times)
        {
            durations.PassOnTo(histogram, TagOf(metric, label));
        }
    }

    private static IEnumerable<Measurement<double>> Observe(Metric metric)
    {
        foreach ((string? label, double value) in metric.Read())
        {
            yield return new Measurement<double>(value, TagOf(metric, label));
        }
    }

    private static KeyValuePair<string, object?>[] TagOf(Metric metric, string? label) =>
        label is null ? [] : [new(metric.Label!, label)];
}
