namespace Cis.Worker.Monitoring;

/// <summary>A metric in the form for CloudWatch.</summary>
/// <param name="Definition">Its name and unit.</param>
/// <param name="Values">The values since the last line: one, or durations.</param>
internal readonly record struct EmfMetric(EmfDefinition Definition, double[] Values);

/// <summary>
/// All metrics at a moment. Counters and durations are kept as they are since the worker's start: a line has what came in
/// between two readings, which CloudWatch adds up over all workers.
/// </summary>
internal sealed class EmfReading
{
    // An array of a line has no more.
    private const int MaxValues = 100;

    private readonly Dictionary<string, double> _counters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _durations = new(StringComparer.Ordinal);
    private readonly List<(EmfDefinition Definition, double Value)> _gauges = [];
    private readonly List<(EmfDefinition Definition, bool HasLabel)> _counterNames = [];

    private EmfReading() { }

    /// <summary>Nothing has been done yet.</summary>
    internal static EmfReading Start { get; } = new();

    /// <summary>Reads metrics.</summary>
    internal static EmfReading Of(IEnumerable<Metric> metrics)
    {
        var reading = new EmfReading();
        foreach (Metric metric in metrics.Where(metric => !metric.IsForPrometheusOnly))
        {
            reading.Add(metric);
        }

        return reading;
    }

    /// <summary>
    /// What came in since an earlier reading. Durations of which there were none are left out, and so are counters of one label
    /// that did not move: each name that is written is paid for.
    /// </summary>
    internal List<EmfMetric> Since(EmfReading earlier)
    {
        List<EmfMetric> metrics = _gauges.ConvertAll(gauge => new EmfMetric(gauge.Definition, [gauge.Value]));
        foreach ((EmfDefinition definition, bool hasLabel) in _counterNames)
        {
            double moved = _counters[definition.Name] - earlier._counters.GetValueOrDefault(definition.Name);
            if (moved > 0 || !hasLabel)
            {
                metrics.Add(new EmfMetric(definition, [Rounded(moved)]));
            }
        }

        foreach ((string name, long[] counts) in _durations)
        {
            if (Spread(counts, earlier._durations.GetValueOrDefault(name)) is { Length: > 0 } values)
            {
                metrics.Add(new EmfMetric(new EmfDefinition(name, "Seconds"), values));
            }
        }

        return metrics;
    }

    private void Add(Metric metric)
    {
        foreach ((string? label, double value) in metric.Read())
        {
            var definition = new EmfDefinition(NameOf(metric, label), UnitOf(metric));
            if (metric.Kind == MetricKind.Counter)
            {
                _counters.Add(definition.Name, value);
                _counterNames.Add((definition, label is not null));
            }
            else
            {
                _gauges.Add((definition, Rounded(value)));
            }
        }

        foreach ((string? label, DurationHistogram durations) in metric.Times)
        {
            _durations.Add(NameOf(metric, label), durations.DigestCounts());
        }
    }

    /// <summary>
    /// Each duration, or a hundred that stand for as many equal parts of them: averages and percentiles are as those of all.
    /// </summary>
    private static double[] Spread(long[] counts, long[]? earlier)
    {
        long[] fresh = earlier is null ? counts : [.. counts.Zip(earlier, (now, before) => now - before)];
        long total = fresh.Sum();
        double[] values = new double[Math.Min(total, MaxValues)];
        int bucket = -1;
        long seen = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double rank = (i + 0.5) * total / values.Length;
            while (seen < rank)
            {
                seen += fresh[++bucket];
            }

            values[i] = Rounded(DurationDigest.DurationOf(bucket).TotalSeconds);
        }

        return values;
    }

    private static string NameOf(Metric metric, string? label) =>
        label is null ? metric.Name : $"{metric.Name}.{label}";

    private static string UnitOf(Metric metric) =>
        metric.Unit switch
        {
            "s" => "Seconds",
            "By" => "Bytes",
            "" => "None",
            _ => "Count",
        };

    // To the microsecond: sums of fractions end in digits that mean nothing.
    private static double Rounded(double value) => Math.Round(value, 6);
}
