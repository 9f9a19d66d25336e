using System.Diagnostics;
using Cis.Pages;

namespace Cis.Reading;

/// <summary>
/// One thread of the pool and its engine: takes a task, does it, takes the next. Whatever the engine throws becomes the
/// outcome of the page it was reading; after a failure without a typed outcome the engine is replaced.
/// </summary>
internal sealed class EngineThread : IDisposable
{
    // PDFium parses nested objects by recursion, with limits made for the 8 MB of a main thread.
    private const int StackBytes = 8 << 20;

    private readonly PageScheduler _scheduler;
    private readonly Func<IPageEngine> _createEngine;
    private readonly TimeSpan _pageLimit;
    private readonly PoolStatistics _statistics;
    private readonly PageDeadline _deadline;
    private readonly StageTimes _times = new();
    private readonly Thread _thread;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CpuWait? _cpuWait;
    private IPageEngine? _engine;
    private ReadJob? _current; // the job this engine belongs to
    private long _begunAt; // when the task at hand was begun, as a timestamp; 0 while there is none
    private volatile bool _isOpening;
    private bool _isOpen; // whether the engine has its document open

    internal EngineThread(
        string name,
        PageScheduler scheduler,
        Func<IPageEngine> createEngine,
        TimeSpan pageLimit,
        PoolStatistics statistics
    )
    {
        _scheduler = scheduler;
        _createEngine = createEngine;
        _pageLimit = pageLimit;
        _statistics = statistics;
        _deadline = new PageDeadline(
            pageLimit,
            () => _cpuWait?.Total() ?? TimeSpan.Zero,
            () => Volatile.Read(ref _engine)?.Pixels ?? 0,
            TimeProvider.System
        );
        _thread = new Thread(Run, StackBytes) { IsBackground = true, Name = name };
    }

    internal void Start() => _thread.Start();

    /// <summary>Whether it is at a task.</summary>
    internal bool IsBusy => Volatile.Read(ref _begunAt) != 0;

    /// <summary>Completes when the thread has ended, as it does after the scheduler was closed.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>
    /// How long it has been at its task beyond the time allowed for one: a library that heeds no token. Negative or zero
    /// if all is well.
    /// </summary>
    /// <param name="documentLimit">The time allowed for an opening.</param>
    internal TimeSpan OverdueBy(TimeSpan documentLimit)
    {
        long begunAt = Volatile.Read(ref _begunAt);
        TimeSpan limit = _isOpening ? documentLimit : _pageLimit;
        return begunAt == 0 || limit < TimeSpan.Zero
            ? TimeSpan.Zero
            : Stopwatch.GetElapsedTime(begunAt) - limit - _deadline.Extension();
    }

    /// <summary>Waits for the thread to end.</summary>
    public void Dispose()
    {
        _thread.Join();
        _deadline.Dispose();
        _cpuWait?.Dispose();
    }

    private void Run()
    {
        _cpuWait = new CpuWait();
        while (TakeNext(out PageTask task))
        {
            _times.Clear();
            _isOpening = task.IsOpening;
            Volatile.Write(ref _begunAt, Stopwatch.GetTimestamp());
            if (task.IsOpening)
            {
                OpenDocument(task.Job);
            }
            else
            {
                ReadPage(task);
            }

            _statistics.Worked(Stopwatch.GetElapsedTime(_begunAt));
            Volatile.Write(ref _begunAt, 0);
        }

        DiscardEngine();
        _ended.SetResult();
    }

    private bool TakeNext(out PageTask task)
    {
        if (!_scheduler.TryTake(_current, out task))
        {
            LeaveCurrent();
            if (!_scheduler.Take(out task))
            {
                return false;
            }
        }

        if (task.Job != _current)
        {
            LeaveCurrent();
            _current = task.Job;
            _current.Progress?.Entered();
        }

        return true;
    }

    private void OpenDocument(ReadJob job)
    {
        int pagesWanted = 0;
        // Opening looks at the first page: it may take as long as a page.
        CancellationToken token = _deadline.Start(job.Stopped);
        try
        {
            DocumentFacts facts = Open(job, token);
            job.Progress?.Opened(facts);
            pagesWanted = _scheduler.Opened(job, facts, _times);
        }
        catch (Exception e)
        {
            (Outcome outcome, string reason) = Explain(e, token.IsCancellationRequested);
            _scheduler.Fail(job, outcome, reason);
        }
        finally
        {
            _deadline.Stop();
        }

        _statistics.DocumentOpened(pagesWanted, _times);
    }

    private void ReadPage(PageTask task)
    {
        if (task.Slot == 0)
        {
            task.Job.Progress?.Begun();
        }

        PageResult result = Read(task.Job, task.Job.PageIndexAt(task.Slot));
        _statistics.PageRead(_times);
        _scheduler.Finish(task, result, _times);
    }

    private PageResult Read(ReadJob job, int pageIndex)
    {
        CancellationToken token = _deadline.Start(job.Stopped);
        try
        {
            IPageEngine engine = OpenEngine(job, token);
            PageReading reading = engine.Read(pageIndex, _times, token);
            return new PageResult(pageIndex + 1, Outcome.Ok, RemarkText.Of(reading), reading.Text);
        }
        catch (Exception e)
        {
            (Outcome outcome, string reason) = Explain(e, token.IsCancellationRequested);
            return new PageResult(pageIndex + 1, outcome, reason, Text: null);
        }
        finally
        {
            _deadline.Stop();
        }
    }

    private IPageEngine OpenEngine(ReadJob job, CancellationToken token)
    {
        if (!_isOpen)
        {
            Open(job, token);
        }

        return _engine!;
    }

    private DocumentFacts Open(ReadJob job, CancellationToken token)
    {
        _engine ??= _createEngine();
        using StageMeasurement open = _times.Measure(Stage.Open);
        DocumentFacts facts = _engine.Open(job.Source(), token);
        _isOpen = true;
        return facts;
    }

    private (Outcome Outcome, string Reason) Explain(Exception e, bool stopped)
    {
        if (
            e
            is not (
                OperationCanceledException
                or ReadException { Outcome: not Outcome.Crashed }
                or ReadException { IsContained: true }
            )
        )
        {
            DiscardEngine();
        }

        if (e is ReadException expected)
        {
            return (expected.Outcome, expected.Message);
        }

        if (stopped)
        {
            return _current!.Stopped.IsCancellationRequested ? _current.WhyStopped() : PageTimedOut();
        }

        return (Outcome.Crashed, $"cis failed inside ({e.GetType().Name}: {FirstLine(e.Message)}); please report it");
    }

    private (Outcome Outcome, string Reason) PageTimedOut() =>
        (
            Outcome.TimedOut,
            $"reading took longer than the {_deadline.Allowed().TotalSeconds:0.###} seconds allowed for a page of its size (page-seconds)"
        );

    private static string FirstLine(string message) => message.AsSpan().Trim().ToString().Split('\n', 2)[0];

    private void LeaveCurrent()
    {
        if (_current is not { } job)
        {
            return;
        }

        if (_isOpen)
        {
            _engine!.Close();
        }

        (_current, _isOpen) = (null, false);
        job.Progress?.Left();
        _scheduler.Leave(job);
    }

    private void DiscardEngine()
    {
        _engine?.Dispose();
        (_engine, _isOpen) = (null, false);
    }
}
