using System.Diagnostics;
using Cis.Pages;

namespace Cis.Reading;

/// <summary>How large a pool is, and how long it may work at a page or file.</summary>
/// <param name="Engines">Threads, each with an engine of its own; at least 1.</param>
/// <param name="PageLimit">The most time for one page.</param>
/// <param name="DocumentLimit">The most time to open a document, and again to read its pages, from the first one on.</param>
public sealed record EnginePoolOptions(int Engines, TimeSpan PageLimit, TimeSpan DocumentLimit)
{
    /// <summary>
    /// How many documents are admitted at once. Null: one being read per engine, and as many ready for the moment one of
    /// them ends.
    /// </summary>
    public int? Room { get; init; }

    /// <summary>One engine per core but one, which is left to the system and to what feeds the engines; at least one.</summary>
    public static int DefaultEngines => Math.Max(1, Environment.ProcessorCount - 1);
}

/// <summary>
/// Threads with an engine each, started once, that read documents page by page. Thread-safe. It admits only so many
/// documents as keep the engines busy: the others wait outside, holding nothing.
/// </summary>
public sealed class EnginePool : IDisposable
{
    private readonly PageScheduler _scheduler;
    private readonly EngineThread[] _threads;
    private readonly EnginePoolOptions _options;
    private readonly SemaphoreSlim _room;

    /// <summary>Starts the threads.</summary>
    /// <param name="options">Number of engines and time limits.</param>
    /// <param name="createEngine">Makes an engine; called on its thread, at its first task and after it failed.</param>
    public EnginePool(EnginePoolOptions options, Func<IPageEngine> createEngine)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Engines, nameof(options));
        _options = options;
        _scheduler = new PageScheduler(options.Engines);
        _room = new SemaphoreSlim(options.Room ?? 2 * options.Engines);
        _threads = new EngineThread[options.Engines];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new EngineThread($"engine {i}", _scheduler, createEngine, options.PageLimit, Statistics);
            _threads[i].Start();
        }
    }

    /// <summary>How many engines there are.</summary>
    public int Engines => _threads.Length;

    /// <summary>How many of them are at work.</summary>
    public int EnginesBusy => _threads.Count(thread => thread.IsBusy);

    /// <summary>How many more documents would be admitted at once.</summary>
    public int Room => _room.CurrentCount;

    /// <summary>
    /// How long the slowest engine has been at a page, or an opening, beyond the time allowed for it. What does not end
    /// then heeds no token, and ends with the process only.
    /// </summary>
    public TimeSpan OverdueBy => _threads.Max(thread => thread.OverdueBy(_options.DocumentLimit));

    /// <summary>What the pool has done so far.</summary>
    public PoolStatistics Statistics { get; } = new();

    /// <summary>Reads a document, once there is room for it.</summary>
    /// <param name="request">Which document, and which of its pages.</param>
    /// <param name="cancellationToken">
    /// Ends the reading; the result then holds what was read until then, with the outcome <see cref="Outcome.Cancelled"/>
    /// for the rest.
    /// </param>
    /// <returns>Never faulted: whatever goes wrong is an outcome.</returns>
    public async Task<DocumentText> ReadAsync(DocumentRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await _room.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return DocumentText.Failed(Outcome.Cancelled, "reading was cancelled before it began");
        }

        try
        {
            return await ReadAdmittedAsync(request, cancellationToken);
        }
        finally
        {
            _room.Release();
        }
    }

    /// <summary>Lets the engines finish what was admitted and ends their threads.</summary>
    /// <param name="timeout">How long to wait for that.</param>
    /// <returns>False if a thread was still at work then; it ends with the process.</returns>
    public async Task<bool> StopAsync(TimeSpan timeout)
    {
        _scheduler.Close();
        var ended = Task.WhenAll(Array.ConvertAll(_threads, thread => thread.Ended));
        return await Task.WhenAny(ended, Task.Delay(timeout)) == ended;
    }

    /// <summary>Lets the engines finish what was admitted, however long that takes, and ends their threads.</summary>
    public void Dispose()
    {
        _scheduler.Close();
        foreach (EngineThread thread in _threads)
        {
            thread.Dispose();
        }

        _room.Dispose();
    }

    private async Task<DocumentText> ReadAdmittedAsync(DocumentRequest request, CancellationToken cancellationToken)
    {
        using var job = new ReadJob(request, _options.DocumentLimit, Stopwatch.GetTimestamp(), cancellationToken);
        _scheduler.Enqueue(job);
        using CancellationTokenRegistration stop = job.Stopped.UnsafeRegister(
            _ => _scheduler.Abandon(job),
            state: null
        );
        return await job.Completion;
    }
}
