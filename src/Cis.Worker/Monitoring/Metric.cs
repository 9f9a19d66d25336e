namespace Cis.Worker.Monitoring;

/// <summary>The kind of a metric.</summary>
internal enum MetricKind
{
    /// <summary>It only grows.</summary>
    Counter,

    /// <summary>It goes up and down.</summary>
    Gauge,

    /// <summary>A distribution of durations.</summary>
    Histogram,
}

/// <summary>A value of a metric.</summary>
/// <param name="Label">The value of the metric's label; null if it has none.</param>
/// <param name="Value">The number.</param>
internal readonly record struct Sample(string? Label, double Value)
{
    /// <summary>The only value of a metric.</summary>
    public static implicit operator Sample(double value) => new(Label: null, value);
}

/// <summary>The durations of a metric.</summary>
/// <param name="Label">The value of the metric's label; null if it has none.</param>
/// <param name="Durations">The durations.</param>
internal readonly record struct Times(string? Label, DurationHistogram Durations);

/// <summary>
/// One thing that is measured: declared once, for Prometheus, for <see cref="System.Diagnostics.Metrics"/> and for CloudWatch.
/// </summary>
/// <param name="Kind">How its values are to be taken.</param>
/// <param name="Name">As OpenTelemetry names it: <c>cis.messages.received</c>.</param>
/// <param name="Unit">In UCUM: <c>s</c>, <c>By</c>, or in braces what is counted; empty if it has none.</param>
/// <param name="Help">What it is, for a person.</param>
internal sealed record Metric(MetricKind Kind, string Name, string Unit, string Help)
{
    /// <summary>The label that distinguishes its values; null if it has a single value.</summary>
    internal string? Label { get; init; }

    /// <summary>Its current values, unless it is a histogram; empty while they are unknown.</summary>
    internal Func<IReadOnlyList<Sample>> Read { get; init; } = () => [];

    /// <summary>Its durations, if it is one.</summary>
    internal IReadOnlyList<Times> Times { get; init; } = [];

    /// <summary>Whether it is a Prometheus convention or an old name that only Prometheus needs.</summary>
    internal bool IsForPrometheusOnly { get; init; }

    /// <summary>Its name in Prometheus, by OpenTelemetry's own rule: <c>cis_messages_received_total</c>.</summary>
    internal string PrometheusName { get; } =
        Name.Replace('.', '_')
        + Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        }
        + (Kind == MetricKind.Counter ? "_total" : "");
}
