using System.Text.Json;
using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Fetching;
using Cis.Worker.Ports;

namespace Cis.Worker.Monitoring;

/// <summary>How the worker is at this moment: for its log and for whoever watches it.</summary>
internal sealed class WorkerState(
    WorkerMetrics metrics,
    EnginePool pool,
    Scratch scratch,
    QueueDepth depth,
    WorkerOptions options,
    TimeProvider time
)
{
    // What the worker is of no use without.
    internal static readonly Dependency[] Services = Enum.GetValues<Dependency>();

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    internal WorkerMetrics Metrics => metrics;

    internal PoolStatistics Reading => pool.Statistics;

    internal int Engines => pool.Engines;

    internal int EnginesBusy => pool.EnginesBusy;

    /// <summary>By how much the slowest engine is over its time; zero or less if none is.</summary>
    internal TimeSpan OverdueBy => pool.OverdueBy;

    /// <summary>The services that are down, for a person; <c>none</c> if all work.</summary>
    internal string Down
    {
        get
        {
            string[] down = [.. Services.Where(metrics.IsDown).Select(NameOf)];
            return down.Length == 0 ? "none" : string.Join(", ", down);
        }
    }

    /// <summary>The steps of a message's way with their times, for the summary.</summary>
    internal IEnumerable<(string Name, DurationHistogram Times)> Steps =>
        [
            ("queue-wait", metrics.QueueWait),
            ("fetch", metrics.FetchTime),
            .. Enum.GetValues<Stage>().Select(stage => (NameOf(stage), metrics.StageTime(stage))),
            ("read", metrics.ReadTime),
            ("index", metrics.IndexTime),
            ("message", metrics.MessageTime),
        ];

    /// <summary>All of it in the text format of Prometheus.</summary>
    internal string Describe()
    {
        var text = new MetricsText();
        DescribeMessages(text);
        DescribeQueue(text);
        DescribeWork(text);
        DescribeServices(text);
        DescribeProcess(text);
        return text.ToString();
    }

    private void DescribeMessages(MetricsText text) =>
        text.Counter("cis_receives_total", "Receive calls that the queue answered.", metrics.Receives)
            .Counter("cis_messages_received_total", "Messages received.", metrics.MessagesReceived)
            .Family(
                "cis_messages_ended_total",
                "counter",
                "Messages by how they ended.",
                "outcome",
                OutcomePolicy.Rows.Select(row => (OutcomePolicy.NameOf(row), (double)metrics.MessagesEnded(row)))
            )
            .Counter("cis_messages_deleted_total", "Messages deleted: done.", metrics.MessagesDeleted)
            .Counter("cis_messages_released_total", "Messages returned to the queue.", metrics.MessagesReleased)
            .Family(
                "cis_messages_dead_lettered_total",
                "counter",
                "Messages sent to the dead-letter queue, by outcome.",
                "outcome",
                OutcomePolicy.Rows.Select(row => (OutcomePolicy.NameOf(row), (double)metrics.DeadLettered(row)))
            )
            .Counter("cis_messages_ignored_total", "Messages that tell of nothing to read.", metrics.MessagesIgnored)
            .Counter("cis_leases_lost_total", "Messages that others saw while in flight.", metrics.LeasesLost)
            .Gauge("cis_messages_in_flight", "Messages received and not settled.", metrics.InFlight)
            .Gauge("cis_messages_in_hand", "Deprecated: cis_messages_in_flight.", metrics.InFlight)
            .Gauge("cis_messages_waiting", "Of those, the ones that no engine has begun with.", metrics.Waiting)
            .Gauge("cis_messages_held", "Kept until it is known whose fault it is.", metrics.MessagesHeld)
            .Histogram("cis_queue_wait_seconds", "From a message's sending to its receipt.", metrics.QueueWait)
            .Histogram("cis_message_seconds", "From a message's receipt to its end.", metrics.MessageTime);

    private void DescribeQueue(MetricsText text)
    {
        if (depth.Last is { } counted)
        {
            text.Family(
                    "cis_queue_messages",
                    "gauge",
                    "Messages of the queue: approximate, and up to two minutes old.",
                    "state",
                    [("waiting", counted.Waiting), ("in-flight", counted.InFlight)]
                )
                .Gauge(
                    "cis_dead_letters",
                    "Messages of the dead-letter queue: approximate, and up to two minutes old.",
                    counted.Dead
                );
        }
    }

    private void DescribeWork(MetricsText text) =>
        text.Histogram("cis_fetch_seconds", "Downloads, with retries and the wait for scratch.", metrics.FetchTime)
            .Histogram("cis_read_seconds", "Reading a file, from its first engine's start on.", metrics.ReadTime)
            .Histogram("cis_index_seconds", "From a document's making to the index's answer.", metrics.IndexTime)
            .Counter("cis_documents_opened_total", "Files that engines began with.", Reading.DocumentsOpened)
            .Counter("cis_pages_read_total", "Pages read, or given up.", Reading.PagesRead)
            .Family("cis_stage_seconds_total", "counter", "Engines' time by stage.", "stage", StageTotals())
            .Histograms(
                "cis_file_stage_seconds",
                "Engines' time for a file, by stage.",
                "stage",
                Enum.GetValues<Stage>().Select(stage => (NameOf(stage), metrics.StageTime(stage)))
            )
            .Counter("cis_files_total", "Files that came to an end.", metrics.FilesEnded)
            .Gauge("cis_engines", "Engines.", Engines)
            .Gauge("cis_engines_busy", "Engines at work.", EnginesBusy)
            .Counter("cis_engine_busy_seconds_total", "Time of all engines at work.", Reading.BusyTime.TotalSeconds)
            .Gauge("cis_scratch_used_bytes", "Room on scratch that is taken.", scratch.Used)
            .Gauge("cis_scratch_capacity_bytes", "Room on scratch (scratch-bytes).", scratch.Capacity);

    private void DescribeServices(MetricsText text) =>
        text.Counter("cis_bulk_requests_total", "Batches that the index answered.", metrics.BulkRequests)
            .Counter("cis_bulk_documents_total", "Documents in those.", metrics.BulkDocuments)
            .Family(
                "cis_service_failures_total",
                "counter",
                "Failed calls, retries included.",
                "service",
                Services.Select(service => (NameOf(service), (double)metrics.Failures(service)))
            )
            .Family(
                "cis_service_up",
                "gauge",
                "0 while a service is taken to be down: then nothing is received.",
                "service",
                Services.Select(service => (NameOf(service), metrics.IsDown(service) ? 0.0 : 1.0))
            );

    private void DescribeProcess(MetricsText text)
    {
        var memory = ProcessMemory.Read();
        var resources = ProcessResources.Read();
        text.Gauge("process_resident_memory_bytes", "Resident memory.", memory.Resident)
            .Gauge("process_virtual_memory_bytes", "Address space.", memory.Virtual)
            .Gauge(
                "process_start_time_seconds",
                "When it began, in seconds since 1970.",
                _startedAt.ToUnixTimeSeconds()
            )
            .Counter("process_cpu_seconds_total", "CPU time.", resources.CpuTime.TotalSeconds)
            .Gauge("process_open_fds", "File descriptors.", resources.OpenFiles)
            .Gauge("process_max_fds", "How many it may have.", resources.MaxOpenFiles)
            .Family("cis_build_info", "gauge", "Always 1.", "version", [(options.WorkerVersion, 1)]);
    }

    private List<(string, double)> StageTotals()
    {
        var totals = new List<(string, double)>();
        Reading.ReadStages(stages =>
            totals.AddRange(stages.Select((stage, i) => (NameOf((Stage)i), stage.Total.TotalSeconds)))
        );
        return totals;
    }

    internal static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
