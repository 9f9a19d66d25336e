using System.Globalization;
using System.Text;

namespace Cis.Worker.Monitoring;

/// <summary>Writes metrics in the text format of Prometheus, version 0.0.4.</summary>
internal sealed class MetricsText
{
    private readonly StringBuilder _text = new();

    /// <summary>Writes a metric, or nothing while it has no value.</summary>
    internal MetricsText Write(Metric metric)
    {
        IReadOnlyList<Sample> samples = metric.Read();
        if (samples.Count == 0 && metric.Times.Count == 0)
        {
            return this;
        }

        Head(metric);
        foreach ((string? label, double value) in samples)
        {
            string labels = label is null ? "" : $"{{{LabelOf(metric, label)}}}";
            _text.Append(CultureInfo.InvariantCulture, $"{metric.PrometheusName}{labels} {value}\n");
        }

        foreach ((string? label, DurationHistogram durations) in metric.Times)
        {
            Buckets(metric.PrometheusName, label is null ? "" : LabelOf(metric, label), durations);
        }

        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private void Buckets(string name, string label, DurationHistogram histogram)
    {
        // Taken once: between two looks it may grow, and the count has to be that of the last bucket.
        long[] counts = histogram.CumulativeCounts();
        string before = label.Length > 0 ? label + "," : "";
        string alone = label.Length > 0 ? $"{{{label}}}" : "";
        for (int i = 0; i < DurationHistogram.Bounds.Count; i++)
        {
            _text.Append(
                CultureInfo.InvariantCulture,
                $"{name}_bucket{{{before}le=\"{DurationHistogram.Bounds[i]}\"}} {counts[i]}\n"
            );
        }

        _text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{before}le=\"+Inf\"}} {counts[^1]}\n");
        _text.Append(CultureInfo.InvariantCulture, $"{name}_sum{alone} {histogram.Sum.TotalSeconds}\n");
        _text.Append(CultureInfo.InvariantCulture, $"{name}_count{alone} {counts[^1]}\n");
    }

    private void Head(Metric metric)
    {
        string type = metric.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        };
        string name = metric.PrometheusName;
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {metric.Help}\n# TYPE {name} {type}\n");
    }

    private static string LabelOf(Metric metric, string label) => $"{metric.Label}=\"{Escaped(label)}\"";

    private static string Escaped(string label) =>
        label
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
