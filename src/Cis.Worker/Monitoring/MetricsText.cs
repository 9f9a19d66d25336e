using System.Globalization;
using System.Text;

namespace Cis.Worker.Monitoring;

/// <summary>Writes metrics in the text format of Prometheus, version 0.0.4.</summary>
internal sealed class MetricsText
{
    private readonly StringBuilder _text = new();

    /// <summary>What only grows.</summary>
    internal MetricsText Counter(string name, string help, double value) => Single(name, "counter", help, value);

    /// <summary>What goes up and down.</summary>
    internal MetricsText Gauge(string name, string help, double value) => Single(name, "gauge", help, value);

    /// <summary>A metric that has a value for each value of one label.</summary>
    internal MetricsText Family(
        string name,
        string type,
        string help,
        string label,
        IEnumerable<(string Label, double Value)> samples
    )
    {
        Head(name, type, help);
        foreach ((string value, double sample) in samples)
        {
            _text.Append(CultureInfo.InvariantCulture, $"{name}{{{label}=\"{Escaped(value)}\"}} {sample}\n");
        }

        return this;
    }

    /// <summary>Durations in seconds.</summary>
    internal MetricsText Histogram(string name, string help, DurationHistogram histogram)
    {
        Head(name, "histogram", help);
        Buckets(name, label: "", histogram);
        return this;
    }

    /// <summary>Durations in seconds, for each value of one label.</summary>
    internal MetricsText Histograms(
        string name,
        string help,
        string label,
        IEnumerable<(string Label, DurationHistogram Times)> histograms
    )
    {
        Head(name, "histogram", help);
        foreach ((string value, DurationHistogram times) in histograms)
        {
            Buckets(name, $"{label}=\"{Escaped(value)}\"", times);
        }

        return this;
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private MetricsText Single(string name, string type, string help, double value)
    {
        Head(name, type, help);
        _text.Append(CultureInfo.InvariantCulture, $"{name} {value}\n");
        return this;
    }

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

    private void Head(string name, string type, string help) =>
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    private static string Escaped(string label) =>
        label
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
