using System.Collections.Concurrent;
using Cis.Pages;
using Cis.Reading;
using Cis.Worker.Fetching;
using Cis.Worker.Indexing;
using Cis.Worker.Monitoring;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Recovery;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging;

namespace Cis.Worker;

/// <summary>
/// The worker: takes messages out of the queue, reads their files and puts the text into the index, until it is told to
/// stop. The order of its parts is a message's way.
/// </summary>
public sealed class MessageWorker : IDisposable
{
    /// <summary>The most messages in hand: the room that the pool of engines needs, for the worker itself bounds them.</summary>
    public const int MostInHand = ReadAhead.MostInHand;

    // What is cancelled answers within milliseconds; a library that hangs must not keep the worker from ending.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly WorkerPorts _ports;
    private readonly EnginePool _pool;
    private readonly WorkerOptions _options;
    private readonly Scratch _scratch;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<MessageLease, Task> _inHand = new();
    private readonly WorkerState _state;
    private readonly FaultJudge _judge;
    private readonly CrashJournal _journal;
    private readonly ReadAhead _readAhead;
    private readonly VisibilityHeartbeat _heartbeat;
    private readonly MessageAcker _acker;
    private readonly BulkIndexer _indexer;
    private readonly MessageHandler _handler;
    private readonly MessagePoller _poller;

    /// <summary>Puts the parts together; nothing runs yet.</summary>
    /// <param name="ports">What it works between.</param>
    /// <param name="pool">What reads files.</param>
    /// <param name="options">How it works.</param>
    /// <param name="scratch">Where files lie while they are read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public MessageWorker(
        WorkerPorts ports,
        EnginePool pool,
        WorkerOptions options,
        Scratch scratch,
        TimeProvider time,
        ILogger logger
    )
    {
        ArgumentNullException.ThrowIfNull(ports);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(scratch);
        _ports = ports;
        _pool = pool;
        _options = options;
        _scratch = scratch;
        _time = time;
        _logger = logger;

        var bulk = new BatchLimits(options.BulkDocuments, options.BulkBytes, options.BulkAge, Parallel: 2);

        _state = new WorkerState(Metrics, pool, scratch, options, time);
        _judge = new FaultJudge(options, time, Metrics, logger, _draining.Token);
        _journal = new CrashJournal(scratch.Folder, logger);
        _readAhead = new ReadAhead(pool.Engines);
        _heartbeat = new VisibilityHeartbeat(ports.Queue, options.Visibility, time, Metrics, logger);
        _acker = new MessageAcker(ports.Queue, time, logger);
        DependencyGuard index = _judge[Dependency.Index];
        _indexer = new BulkIndexer(
            ports.Index,
            index,
            bulk,
            options.IndexPatience,
            time,
            Metrics,
            logger,
            _ending.Token
        );
        var fetcher = new ObjectFetcher(ports.Store, scratch, _judge[Dependency.Store], options.Limits.MaxBytes);
        var records = new RecordBuilder(options, time);
        var files = new FileHandler(
            fetcher,
            pool,
            ports.Isolated,
            records,
            _indexer,
            _journal,
            _readAhead,
            _judge,
            options,
            Metrics,
            time,
            logger
        );
        _handler = new MessageHandler(files, ports.Queue, _acker, _heartbeat, _judge, options, Metrics, time, logger);
        _poller = new MessagePoller(
            ports.Queue,
            options,
            _readAhead,
            () => _inHand.IsEmpty,
            _judge,
            time,
            Metrics,
            logger
        );
    }

    /// <summary>What it has done so far.</summary>
    public WorkerMetrics Metrics { get; } = new();

    /// <summary>How it is at this moment, in the text format of Prometheus.</summary>
    public string DescribeMetrics() => _state.Describe();

    /// <summary>Works until it is told to stop, or has been idle for as long as is set.</summary>
    /// <param name="drain">The first signal: begins nothing new, finishes what runs, gives the rest back.</param>
    /// <param name="abandon">The second signal: gives everything back at once.</param>
    /// <returns>Why it has ended.</returns>
    public async Task<WorkerEnd> RunAsync(CancellationToken drain, CancellationToken abandon)
    {
        LogMessages.Started(_logger, _pool.Engines);
        using CancellationTokenRegistration first = drain.UnsafeRegister(_ => BeginDrain(), state: null);
        using CancellationTokenRegistration second = abandon.UnsafeRegister(_ => EndAll(), state: null);
        using var beating = new CancellationTokenSource();
        Task heartbeat = _heartbeat.RunAsync(beating.Token);

        var watch = new WorkerWatch(_pool, _state, _options, _time, _logger);
        Task<WorkerEnd> watching = watch.RunAsync(BeginDrain, beating.Token);
        Task working = WorkAsync();
        if (await Task.WhenAny(working, watching) == watching && await watching == WorkerEnd.Stuck)
        {
            return WorkerEnd.Stuck;
        }

        await working;
        await beating.CancelAsync();
        await heartbeat;
        LogMessages.Ended(_logger, Metrics.MessagesDeleted, Metrics.MessagesReleased, Metrics.MessagesDeadLettered);
        return await watching;
    }

    /// <summary>Logs why a worker is about to be told to drain.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="reason">For a person.</param>
    public static void LogEnding(ILogger logger, string reason) => LogMessages.ToldToEnd(logger, reason);

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal.Dispose();
        _judge.Dispose();
        _draining.Dispose();
        _ending.Dispose();
    }

    private async Task WorkAsync()
    {
        await ResumeAsync();
        await _poller.RunAsync(Take, _draining.Token);
        await FinishAsync();
    }

    private void Take(QueueMessage message, long receivedAt) =>
        Begin(
            new MessageLease(message, receivedAt, _options.Visibility) { JournalNumber = _journal.Received(message) }
        );

    private void Begin(MessageLease lease)
    {
        _heartbeat.Watch(lease);
        // Entered before it can end, so that its end finds it.
        var registered = new TaskCompletionSource();
        _inHand[lease] = registered.Task;
        _ = RunAsync(lease, registered);
    }

    private async Task RunAsync(MessageLease lease, TaskCompletionSource ended)
    {
        await Task.Yield();
        try
        {
            using var stop = new MessageStop(
                lease,
                _readAhead,
                Metrics,
                _draining.Token,
                _judge.StandDown,
                _ending.Token
            );
            await _handler.HandleAsync(lease, stop);
        }
        finally
        {
            _journal.Settled(lease.JournalNumber);
            _readAhead.Settled();
            _poller.LastBusyAt = _time.GetTimestamp();
            _inHand.TryRemove(lease, out _);
            lease.Dispose();
            ended.SetResult();
        }
    }

    /// <summary>Takes up what earlier workers had in hand when they died, and sweeps what they left behind.</summary>
    private async Task ResumeAsync()
    {
        foreach (OrphanFolder orphan in _scratch.FindOrphans())
        {
            using (orphan)
            {
                IReadOnlyList<JournalLine> lines = CrashJournal.ReadOrphan(orphan.Folder);
                if (lines.Count > 0)
                {
                    int suspects = lines.Count(line => line.State == JournalState.Reading);
                    LogMessages.Recovering(_logger, lines.Count, suspects);
                }

                foreach (JournalLine[] batch in lines.Chunk(IMessageQueue.BatchLimit))
                {
                    await ResumeAsync(batch);
                }
            }
        }
    }

    private async Task ResumeAsync(JournalLine[] lines)
    {
        long asked = _time.GetTimestamp();
        VisibilityChange[] changes = Array.ConvertAll(
            lines,
            line => new VisibilityChange(line.Message!.Receipt, _options.Visibility)
        );
        try
        {
            IReadOnlyList<EntryResult> results = await _ports.Queue.ChangeVisibilityAsync(changes, _ending.Token);
            for (int i = 0; i < lines.Length; i++)
            {
                // What is no longer hidden, the queue gives to somebody anyway.
                if (results[i].Status == EntryStatus.Done)
                {
                    Resume(lines[i], asked);
                }
            }
        }
        catch (Exception e) when (e is TransientException or OperationCanceledException)
        {
            LogMessages.HeartbeatFailed(_logger, lines.Length, e.Message);
        }
    }

    private void Resume(JournalLine line, long receivedAt)
    {
        _readAhead.Add();
        Begin(
            new MessageLease(line.Message!, receivedAt, _options.Visibility)
            {
                JournalNumber = _journal.Received(line.Message!),
                IsSuspect = line.State == JournalState.Reading,
            }
        );
    }

    private void BeginDrain()
    {
        LogMessages.Draining(_logger, Metrics.InFlight);
        _draining.Cancel();
    }

    private void EndAll()
    {
        _draining.Cancel();
        _ending.Cancel();
    }

    private async Task FinishAsync()
    {
        await _draining.CancelAsync();
        if (!await EndedWithinAsync(_options.DrainTimeout, _ending.Token))
        {
            LogMessages.GivingBack(_logger, Metrics.InFlight);
            await _ending.CancelAsync();
            await EndedWithinAsync(EndPatience, CancellationToken.None);
        }
    }

    /// <summary>Waits until nothing is in hand, sending what waits for company on its way meanwhile.</summary>
    private async Task<bool> EndedWithinAsync(TimeSpan patience, CancellationToken giveUp)
    {
        using var timeout = new CancellationTokenSource(patience, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, giveUp);
        try
        {
            while (!_inHand.IsEmpty)
            {
                await Task.WhenAll(_inHand.Values).WaitAsync(stop.Token);
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return _inHand.IsEmpty;
        }
    }
}
