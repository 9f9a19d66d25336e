using Cis.Pages;
using Cis.Worker.Ports;
using static Cis.Worker.Monitoring.MetricKind;

namespace Cis.Worker.Monitoring;

/// <summary>Everything that the worker measures, in the order of docs/worker.md.</summary>
internal static class MetricTable
{
    private static readonly Stage[] Stages = Enum.GetValues<Stage>();

    /// <summary>The metrics of a worker.</summary>
    internal static IReadOnlyList<Metric> Of(WorkerState state) =>
        [.. Messages(state), .. Queue(state), .. Work(state), .. Services(state), .. Process(state)];

    private static IEnumerable<Metric> Messages(WorkerState state)
    {
        WorkerMetrics done = state.Metrics;
        const string Message = "{message}";
        yield return One(
            Counter,
            "cis.receives",
            "{call}",
            "Receive calls that the queue answered.",
            () => done.Receives
        );
        yield return One(Counter, "cis.messages.received", Message, "Messages received.", () => done.MessagesReceived);
        yield return ByOutcome("cis.messages.ended", "Messages by how they ended.", done.MessagesEnded);
        yield return One(
            Counter,
            "cis.messages.deleted",
            Message,
            "Messages done and deleted from the queue.",
            () => done.MessagesDeleted
        );
        yield return One(
            Counter,
            "cis.messages.released",
            Message,
            "Messages returned to the queue.",
            () => done.MessagesReleased
        );
        yield return ByOutcome(
            "cis.messages.dead_lettered",
            "Messages sent to the dead-letter queue, by outcome.",
            done.DeadLettered
        );
        yield return One(
            Counter,
            "cis.messages.ignored",
            Message,
            "Messages that name no file to read.",
            () => done.MessagesIgnored
        );
        yield return One(
            Counter,
            "cis.leases.lost",
            Message,
            "Messages that became visible to others while in flight.",
            () => done.LeasesLost
        );
        yield return One(
            Gauge,
            "cis.messages.in_flight",
            Message,
            "Messages received, and neither deleted nor returned yet.",
            () => done.InFlight
        );
        yield return One(
            Gauge,
            "cis.messages.in_hand",
            Message,
            "Deprecated: cis_messages_in_flight.",
            () => done.InFlight
        ) with
        {
            IsForPrometheusOnly = true,
        };
        yield return One(
            Gauge,
            "cis.messages.waiting",
            Message,
            "Messages in flight that no engine has started to read.",
            () => done.Waiting
        );
        yield return One(
            Gauge,
            "cis.messages.held",
            Message,
            "Messages kept in flight until it is clear whose fault their failure is.",
            () => done.MessagesHeld
        );
        yield return One(
            Gauge,
            "cis.oldest_message.age",
            "s",
            "Time since the oldest message in flight was sent.",
            () => state.OldestMessageAge.TotalSeconds
        );
        yield return Durations("cis.queue.wait", "Time from sending a message to receiving it.", done.QueueWait);
        yield return Durations("cis.message", "Time from receiving a message to its end.", done.MessageTime);
    }

    // Missing while they are not known, rather than what they were a while ago.
    private static IEnumerable<Metric> Queue(WorkerState state)
    {
        yield return new Metric(
            Gauge,
            "cis.queue.messages",
            "{message}",
            "Messages in the queue, approximate and up to two minutes old."
        )
        {
            Label = "state",
            Read = () =>
                state.Queue is { } counted ? [new("waiting", counted.Waiting), new("in-flight", counted.InFlight)] : [],
        };
        yield return new Metric(
            Gauge,
            "cis.dead_letters",
            "{message}",
            "Messages in the dead-letter queue, approximate and up to two minutes old."
        )
        {
            Read = () => state.Queue is { } counted ? [counted.Dead] : [],
        };
    }

    private static IEnumerable<Metric> Work(WorkerState state)
    {
        WorkerMetrics done = state.Metrics;
        yield return Durations(
            "cis.fetch",
            "Time to download a file, with retries and the wait for scratch.",
            done.FetchTime
        );
        yield return Durations("cis.read", "Time to read a file, from the start of its first engine.", done.ReadTime);
        yield return Durations("cis.index", "Time from finishing a document to the index's answer.", done.IndexTime);
        yield return One(
            Counter,
            "cis.documents.opened",
            "{document}",
            "Files that engines have started to read.",
            () => state.Reading.DocumentsOpened
        );
        yield return One(
            Counter,
            "cis.pages.read",
            "{page}",
            "Pages read, or given up.",
            () => state.Reading.PagesRead
        );
        yield return new Metric(Counter, "cis.stage", "s", "Engine time by stage.")
        {
            Label = "stage",
            Read = state.ReadStages,
        };
        yield return new Metric(Histogram, "cis.file.stage", "s", "Engine time for a file, by stage.")
        {
            Label = "stage",
            Times = [.. Stages.Select(stage => new Times(WorkerState.NameOf(stage), done.StageTime(stage)))],
        };
        yield return One(
            Counter,
            "cis.files",
            "{file}",
            "Files finished, whatever their outcome.",
            () => done.FilesEnded
        );
        yield return One(Gauge, "cis.engines", "{engine}", "Engines of the worker.", () => state.Engines);
        yield return One(Gauge, "cis.engines.busy", "{engine}", "Engines reading a page.", () => state.EnginesBusy);
        yield return One(
            Counter,
            "cis.engine.busy",
            "s",
            "Time that engines were busy, all together.",
            () => state.Reading.BusyTime.TotalSeconds
        );
        yield return One(Gauge, "cis.scratch.used", "By", "Scratch space in use.", () => state.Scratch.Used);
        yield return One(
            Gauge,
            "cis.scratch.capacity",
            "By",
            "Scratch space that may be used (scratch-bytes).",
            () => state.Scratch.Capacity
        );
    }

    private static IEnumerable<Metric> Services(WorkerState state)
    {
        WorkerMetrics done = state.Metrics;
        yield return One(
            Counter,
            "cis.bulk.requests",
            "{request}",
            "Bulk requests that the index answered.",
            () => done.BulkRequests
        );
        yield return One(
            Counter,
            "cis.bulk.documents",
            "{document}",
            "Documents in bulk requests.",
            () => done.BulkDocuments
        );
        yield return new Metric(Counter, "cis.service.failures", "{call}", "Failed calls, retries included.")
        {
            Label = "service",
            Read = () => ByService(service => done.Failures(service)),
        };
        yield return new Metric(
            Gauge,
            "cis.service.up",
            Unit: "",
            "1, or 0 while the dependency is considered down and nothing is received."
        )
        {
            Label = "service",
            Read = () => ByService(service => done.IsDown(service) ? 0 : 1),
        };
    }

    private static IEnumerable<Metric> Process(WorkerState state)
    {
        yield return One(
            Gauge,
            "process.resident_memory",
            "By",
            "Resident memory.",
            () => ProcessMemory.Read().Resident
        );
        yield return One(Gauge, "process.virtual_memory", "By", "Address space.", () => ProcessMemory.Read().Virtual);
        yield return One(
            Gauge,
            "process.start_time",
            "s",
            "Start time of the process, in seconds since 1970.",
            () => state.StartedAt.ToUnixTimeSeconds()
        ) with
        {
            IsForPrometheusOnly = true,
        };
        yield return One(Counter, "process.cpu", "s", "CPU time.", () => Environment.CpuUsage.TotalTime.TotalSeconds);
        yield return One(Gauge, "process.open_fds", "{file}", "Open file descriptors.", () => OpenFiles.Count());
        yield return One(
            Gauge,
            "process.max_fds",
            "{file}",
            "Maximum number of open file descriptors.",
            () => OpenFiles.ReadLimit()
        ) with
        {
            IsForPrometheusOnly = true,
        };
        yield return new Metric(Gauge, "cis.build_info", Unit: "", "Always 1.")
        {
            Label = "version",
            Read = () => [new(state.Version, 1)],
            IsForPrometheusOnly = true,
        };
    }

    private static Metric One(MetricKind kind, string name, string unit, string help, Func<double> read) =>
        new(kind, name, unit, help) { Read = () => [read()] };

    private static Metric ByOutcome(string name, string help, Func<Outcome, long> read) =>
        new(Counter, name, "{message}", help)
        {
            Label = "outcome",
            Read = () => [.. OutcomePolicy.Rows.Select(row => new Sample(OutcomePolicy.NameOf(row), read(row)))],
        };

    private static Metric Durations(string name, string help, DurationHistogram durations) =>
        new(Histogram, name, "s", help) { Times = [new(Label: null, durations)] };

    private static IReadOnlyList<Sample> ByService(Func<Dependency, double> read) =>
        [.. WorkerState.Services.Select(service => new Sample(WorkerState.NameOf(service), read(service)))];
}
