using System.Text.Json;
using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Fetching;
using Cis.Worker.Ports;

namespace Cis.Worker.Monitoring;

/// <summary>The current state of the worker, for its log and its metrics.</summary>
internal sealed class WorkerState(
    WorkerMetrics metrics,
    EnginePool pool,
    Scratch scratch,
    QueueDepth depth,
    OldestMessage oldest,
    WorkerOptions options,
    TimeProvider time
)
{
    // What the worker is of no use without.
    internal static readonly Dependency[] Services = Enum.GetValues<Dependency>();

    internal WorkerMetrics Metrics => metrics;

    internal PoolStatistics Reading => pool.Statistics;

    internal int Engines => pool.Engines;

    internal int EnginesBusy => pool.EnginesBusy;

    /// <summary>By how much the slowest engine exceeds its time limit; zero or less if none does.</summary>
    internal TimeSpan OverdueBy => pool.OverdueBy;

    /// <summary>The names of the dependencies that are down; <c>none</c> if all work.</summary>
    internal string Down
    {
        get
        {
            string[] down = [.. Services.Where(metrics.IsDown).Select(NameOf)];
            return down.Length == 0 ? "none" : string.Join(", ", down);
        }
    }

    /// <summary>The steps of handling a message with their durations, for the summary.</summary>
    internal IEnumerable<(string Name, DurationHistogram Times)> Steps =>
        [
            ("queue-wait", metrics.QueueWait),
            ("fetch", metrics.FetchTime),
            .. Enum.GetValues<Stage>().Select(stage => (NameOf(stage), metrics.StageTime(stage))),
            ("read", metrics.ReadTime),
            ("index", metrics.IndexTime),
            ("message", metrics.MessageTime),
        ];

    /// <summary>When the worker began.</summary>
    internal DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    /// <summary>The version of cis.</summary>
    internal string Version => options.WorkerVersion;

    /// <summary>The number of messages in the queue; null while unknown.</summary>
    internal QueueStatus? Queue => depth.Last;

    /// <summary>How long ago the oldest message in flight was sent.</summary>
    internal TimeSpan OldestMessageAge => oldest.Age;

    /// <summary>Where files lie while they are read.</summary>
    internal Scratch Scratch => scratch;

    /// <summary>All of it in the text format of Prometheus.</summary>
    internal string Describe()
    {
        var text = new MetricsText();
        foreach (Metric metric in MetricTable.Of(this))
        {
            text.Write(metric);
        }

        return text.ToString();
    }

    /// <summary>Engines' time by stage.</summary>
    internal IReadOnlyList<Sample> ReadStages()
    {
        var samples = new List<Sample>();
        Reading.ReadStages(stages =>
            samples.AddRange(stages.Select((stage, i) => new Sample(NameOf((Stage)i), stage.Total.TotalSeconds)))
        );
        return samples;
    }

    internal static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
