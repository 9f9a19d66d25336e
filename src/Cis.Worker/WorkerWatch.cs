using Cis.Reading;
using Cis.Worker.Monitoring;
using Microsoft.Extensions.Logging;

namespace Cis.Worker;

/// <summary>Watches the worker's process (memory, pages, stuck engines) and reports its state.</summary>
internal sealed class WorkerWatch(
    EnginePool pool,
    WorkerState state,
    WorkSummary summary,
    WorkerOptions options,
    TimeProvider time,
    ILogger logger
)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private long _saidAt = time.GetTimestamp();
    private long _received;
    private long _pages;
    private WorkerEnd _end = WorkerEnd.Stopped;

    /// <summary>Watches until cancelled, or until an engine is stuck.</summary>
    /// <param name="drain">Begins the worker's end; called at most once, when it is to restart.</param>
    /// <param name="cancellationToken">The worker has ended.</param>
    /// <returns>What the worker's end is to be called.</returns>
    internal async Task<WorkerEnd> RunAsync(Action drain, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                SayHowItIs();
                summary.LogIfDue();
                if (pool.OverdueBy is var overdue && overdue > options.StuckTimeout)
                {
                    LogMessages.Stuck(logger, Math.Round(overdue.TotalSeconds));
                    return WorkerEnd.Stuck;
                }

                if (_end == WorkerEnd.Stopped && WhyRecycle() is { } reason)
                {
                    _end = WorkerEnd.Recycle;
                    LogMessages.Recycling(logger, reason);
                    drain();
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The worker has ended.
        }

        return _end;
    }

    private string? WhyRecycle()
    {
        if (options.RecycleAfterPages > 0 && pool.Statistics.PagesRead >= options.RecycleAfterPages)
        {
            return $"{pool.Statistics.PagesRead} pages are read (recycle-after-pages)";
        }

        // Not before it has read something: under a limit that no start stays below it would do nothing but begin.
        bool mayCheck = options.MemoryLimit > 0 && state.Reading.PagesRead > 0;
        long resident = mayCheck ? ProcessMemory.Read().Resident : 0;
        return resident > options.MemoryLimit ? $"{resident >> 20} MiB are resident (memory-limit)" : null;
    }

    private void SayHowItIs()
    {
        TimeSpan elapsed = time.GetElapsedTime(_saidAt);
        if (options.StatusInterval <= TimeSpan.Zero || elapsed < options.StatusInterval)
        {
            return;
        }

        // An idle worker does not fill the log.
        if (state.Metrics.MessagesReceived != _received || state.Metrics.InFlight > 0)
        {
            Say(state.Reading.PagesRead - _pages, elapsed);
        }

        _saidAt = time.GetTimestamp();
        _received = state.Metrics.MessagesReceived;
        _pages = state.Reading.PagesRead;
    }

    private void Say(long pages, TimeSpan elapsed)
    {
        var memory = ProcessMemory.Read();
        LogMessages.Status(
            logger,
            state.Metrics.InFlight,
            state.Metrics.Waiting,
            state.EnginesBusy,
            state.Engines,
            Math.Round(pages / elapsed.TotalMinutes),
            state.Metrics.MessagesReceived,
            state.Metrics.MessagesDeleted,
            state.Metrics.MessagesDeadLettered,
            state.Down,
            memory.Resident >> 20,
            memory.Virtual >> 20
        );
    }
}
