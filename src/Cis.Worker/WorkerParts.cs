using Cis.Reading;
using Cis.Worker.Fetching;
using Cis.Worker.Handling;
using Cis.Worker.Indexing;
using Cis.Worker.Monitoring;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Recovery;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging;

namespace Cis.Worker;

/// <summary>The parts of a worker, assembled in the order in which a message passes them. Nothing runs yet.</summary>
internal sealed class WorkerParts : IDisposable
{
    private readonly CrashJournal _journal;
    private readonly Scratch _scratch;
    private readonly FaultJudge _judge;
    private readonly BulkIndexer _batches;
    private readonly MessageAcker _acker;

    internal WorkerParts(
        WorkerPorts ports,
        EnginePool pool,
        WorkerOptions options,
        Scratch scratch,
        WorkerMetrics metrics,
        TimeProvider time,
        ILogger logger
    )
    {
        var bulk = new BatchLimits(options.BulkDocuments, options.BulkBytes, options.BulkAge, Parallel: 2);

        _scratch = scratch;
        Supervisor = new Supervisor(time, logger);
        Drain = new Drain(options.DrainTimeout, metrics, time, logger);
        _judge = new FaultJudge(ports.Queue, ports.Store, options, time, metrics, logger, Drain.Draining);
        var readAhead = new ReadAhead(pool.Engines);
        _journal = new CrashJournal(scratch.Folder, logger);
        Receives = new ReceiveLimit(ports.Queue, time);
        var limits = new FlightLimits(
            options.Visibility,
            () => Receives.Receives,
            () => _judge.StoodDown,
            Drain.Draining,
            Drain.Ending
        );
        InFlight = new MessagesInFlight(_journal, readAhead, metrics, limits, time);
        Heartbeat = new VisibilityHeartbeat(ports.Queue, InFlight, options.Visibility, time, metrics, logger);
        Recovery = new MessageRecovery(ports.Queue, scratch, readAhead, options.Visibility, time, logger);
        Poller = new MessagePoller(
            ports.Queue,
            options,
            readAhead,
            () => InFlight.EmptyFor,
            _judge,
            time,
            metrics,
            logger
        );

        var fetcher = new ObjectFetcher(ports.Store, scratch, _judge[Dependency.Store], options.Limits.MaxBytes);
        var reader = new FileReader(
            fetcher,
            pool,
            ports.Isolated,
            readAhead,
            _judge,
            options.Limits,
            metrics,
            time,
            logger
        );
        _batches = new BulkIndexer(
            ports.Index,
            _judge[Dependency.Index],
            bulk,
            options.IndexTimeout,
            time,
            metrics,
            logger,
            Drain.Ending
        );
        var records = new RecordBuilder(options, time);
        var indexer = new FileIndexer(records, _batches, options, metrics, time);
        var files = new FileHandler(reader, indexer, _judge, metrics, time, logger);
        _acker = new MessageAcker(ports.Queue, time, logger);
        Handler = new MessageHandler(files, ports.Queue, _acker, _judge, options, metrics, logger);

        Depth = new QueueDepth(ports.Queue, options.CountsQueue, time);
        State = new WorkerState(metrics, pool, scratch, Depth, new OldestMessage(InFlight, time), options, time);
        Instruments = new MeterInstruments(MetricTable.Of(State), options.WorkerVersion);
        Health = new WorkerHealth(State, options);
        Summary = new WorkSummary(State, options.SummaryFiles, time, logger);
        Watch = new WorkerWatch(pool, State, Summary, options, time, logger);
    }

    internal Supervisor Supervisor { get; }

    internal Drain Drain { get; }

    internal MessagesInFlight InFlight { get; }

    internal VisibilityHeartbeat Heartbeat { get; }

    internal MessageRecovery Recovery { get; }

    internal ReceiveLimit Receives { get; }

    internal MessagePoller Poller { get; }

    internal MessageHandler Handler { get; }

    internal QueueDepth Depth { get; }

    internal WorkerState State { get; }

    internal MeterInstruments Instruments { get; }

    internal WorkerHealth Health { get; }

    internal WorkSummary Summary { get; }

    internal WorkerWatch Watch { get; }

    /// <summary>
    /// Ends it. Where messages are still in flight, engines may still be inside a library with them: then their journal
    /// stays open and on scratch, for the next process to know whom to suspect.
    /// </summary>
    public void Dispose()
    {
        Instruments.Dispose();
        if (InFlight.WhenEmpty.IsCompleted)
        {
            _batches.Dispose();
            _acker.Dispose();
            _journal.Dispose();
            _judge.Dispose();
            Drain.Dispose();
        }
        else
        {
            _scratch.Keep();
        }
    }
}
