using System.Diagnostics.Metrics;
using Cis.Reading;
using Cis.Worker.Fetching;
using Cis.Worker.Handling;
using Cis.Worker.Monitoring;
using Cis.Worker.Ports;
using Cis.Worker.Queueing;
using Cis.Worker.Resilience;
using Microsoft.Extensions.Logging;

namespace Cis.Worker;

/// <summary>
/// The worker: takes messages out of the queue, reads their files and puts the text into the index, until it is told to
/// stop. <see cref="WorkerParts"/> puts it together.
/// </summary>
public sealed class MessageWorker : IDisposable
{
    /// <summary>The maximum number of messages in flight, which the engine pool needs room for; the worker bounds them itself.</summary>
    public const int MaxInFlight = ReadAhead.MaxInFlight;

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WorkerParts _parts;

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
        _time = time;
        _logger = logger;
        _parts = new WorkerParts(ports, pool, options, scratch, Metrics, time, logger);
    }

    /// <summary>What it has done so far.</summary>
    public WorkerMetrics Metrics { get; } = new();

    /// <summary>The current state.</summary>
    internal WorkerState State => _parts.State;

    /// <summary>The metrics for listeners of .NET.</summary>
    internal Meter Meter => _parts.Instruments.Meter;

    /// <summary>The current metrics in the text format of Prometheus.</summary>
    public string DescribeMetrics() => _parts.State.Describe();

    /// <summary>Whether the process is healthy; if not, it should be restarted.</summary>
    public Health DescribeHealth() => _parts.Health.Alive;

    /// <summary>Whether it can do its work: queue, store and index have answered, and none is down.</summary>
    public Health DescribeReadiness() => _parts.Health.Ready;

    /// <summary>Writes the metrics for CloudWatch until cancelled, and then a last line.</summary>
    /// <param name="options">How often, and where CloudWatch puts them.</param>
    /// <param name="output">Gets each line in one piece.</param>
    /// <param name="cancellationToken">The worker has ended.</param>
    public Task WriteMetricsAsync(EmfOptions options, Stream output, CancellationToken cancellationToken)
    {
        // Outside the loop, so that one which is started again goes on from the last line.
        var report = new EmfReport(_parts.State, options, output, _time, _logger);
        return _parts.Supervisor.RunAsync("metrics for CloudWatch", report.RunAsync, cancellationToken);
    }

    /// <summary>Runs until told to stop, or idle for the configured time.</summary>
    /// <param name="drain">The first signal: begins nothing new, finishes what runs, returns the rest to the queue.</param>
    /// <param name="abandon">The second signal: returns everything at once.</param>
    /// <returns>Why it has ended.</returns>
    public async Task<WorkerEnd> RunAsync(CancellationToken drain, CancellationToken abandon)
    {
        using CancellationTokenRegistration first = drain.UnsafeRegister(_ => _parts.Drain.Begin(), state: null);
        using CancellationTokenRegistration second = abandon.UnsafeRegister(_ => _parts.Drain.EndAll(), state: null);
        using var beating = new CancellationTokenSource();
        Supervisor supervisor = _parts.Supervisor;
        Task heartbeat = supervisor.RunAsync("heartbeat", _parts.Heartbeat.RunAsync, beating.Token);
        Task counting = supervisor.RunAsync("queue depth", _parts.Depth.RunAsync, beating.Token);
        Task following = supervisor.RunAsync("redrive policy", _parts.Receives.RunAsync, beating.Token);
        Task<WorkerEnd> watching = supervisor.RunAsync(
            "watch",
            token => _parts.Watch.RunAsync(_parts.Drain.Begin, token),
            beating.Token
        );
        Task working = WorkAsync();
        if (await Task.WhenAny(working, watching) == watching && await watching == WorkerEnd.Stuck)
        {
            return WorkerEnd.Stuck;
        }

        await working;
        await beating.CancelAsync();
        await heartbeat;
        await counting;
        await following;
        WorkerEnd end = await watching; // which sums up as well, until then
        _parts.Summary.Log();
        LogMessages.Ended(_logger, Metrics.MessagesDeleted, Metrics.MessagesReleased, Metrics.MessagesDeadLettered);
        return end;
    }

    /// <summary>Logs why a worker is about to be told to drain.</summary>
    /// <param name="logger">The log.</param>
    /// <param name="reason">For a person.</param>
    public static void LogEnding(ILogger logger, string reason) => LogMessages.ToldToEnd(logger, reason);

    /// <summary>Logs which layers the sandbox has.</summary>
    public static void LogSandbox(ILogger logger, string layers) => LogMessages.Sandboxed(logger, layers);

    /// <summary>Logs why there is no sandbox, or what a document tried in it.</summary>
    public static void LogSandboxWarning(ILogger logger, string what) => LogMessages.SandboxSays(logger, what);

    /// <inheritdoc/>
    public void Dispose() => _parts.Dispose();

    private async Task WorkAsync()
    {
        try
        {
            await _parts.Receives.LearnFirstAsync(_parts.Drain.Draining);
            await _parts.Recovery.ResumeAsync(Take, _parts.Drain.Ending);
            await _parts.Supervisor.RunAsync(
                "receiver",
                token => _parts.Poller.RunAsync((message, at) => Take(message, at, false), token),
                _parts.Drain.Draining
            );
        }
        catch (OperationCanceledException) when (_parts.Drain.Draining.IsCancellationRequested)
        {
            // Told to drain during the pause after a fault.
        }

        await _parts.Drain.FinishAsync(_parts.InFlight);
    }

    // Entered before this returns, so that a drain waits for it; handled elsewhere, so that the receives go on.
    private void Take(QueueMessage message, long receivedAt, bool isSuspect) =>
        _ = HandleAsync(_parts.InFlight.Enter(message, receivedAt, isSuspect));

    private async Task HandleAsync(MessageInFlight message)
    {
        await using (message)
        {
            await Task.Yield();
            await _parts.Handler.HandleAsync(message);
        }
    }
}
