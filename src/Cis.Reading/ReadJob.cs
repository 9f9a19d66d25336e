using System.Diagnostics;
using Cis.Documents;
using Cis.Pages;

namespace Cis.Reading;

/// <summary>
/// One document on its way through the pool: which pages are still to be claimed, what came of the others, and who
/// waits for it. Its state changes only under the lock of its <see cref="PageScheduler"/>.
/// </summary>
internal sealed class ReadJob : IDisposable
{
    // A text layer takes about two milliseconds a page, pixels about a second.
    private const double TextPageSeconds = 0.002;
    private const double PicturePageSeconds = 1;

    // Documents that take less are read at once.
    private const double AtOnceSeconds = 0.5;

    // For each second that it takes, a document yields to those that arrive within this many seconds of it, up to the
    // maximum. With less, the backlog of a slow machine would be read before each small file that arrives.
    private const double YieldPerSecond = 30;
    private const double MaxYieldSeconds = 60;

    private readonly TaskCompletionSource<DocumentText> _completion = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _caller;
    private readonly TimeSpan _timeLimit;
    private readonly long[] _stageTicks = new long[StageTimes.StageCount];

    private DocumentSource? _source;
    private DocumentFacts _facts;
    private DocumentText? _failure;
    private int[] _pageIndices = [];
    private PageResult?[] _results = [];
    private bool _openClaimed;
    private bool _isOpen;
    private int _claimed;
    private int _finished;
    private long _begun;

    internal ReadJob(DocumentRequest request, TimeSpan timeLimit, long enqueuedAt, CancellationToken caller)
    {
        Request = request;
        Turn = enqueuedAt;
        _timeLimit = timeLimit;
        _caller = caller;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(caller);
    }

    internal DocumentRequest Request { get; }

    internal IReadingProgress? Progress => Request.Progress;

    /// <summary>
    /// The job with the lowest turn goes first: the timestamp of its arrival, plus a multiple of the time that it takes
    /// once that is known.
    /// </summary>
    internal long Turn { get; private set; }

    /// <summary>Cancelled when the caller gives up or the document's time is over.</summary>
    internal CancellationToken Stopped => _stop.Token;

    internal Task<DocumentText> Completion => _completion.Task;

    /// <summary>How many engines have the document open or are about to.</summary>
    internal int Engines { get; set; }

    /// <summary>How many pages are wanted; 0 until it is open.</summary>
    internal int PagesWanted => _pageIndices.Length;

    /// <summary>Whether an engine could take something of it now: its opening, or a page.</summary>
    internal bool HasUnclaimed => _failure is null && (!_openClaimed || _claimed < _pageIndices.Length);

    /// <summary>Whether nothing is left to do or to wait for.</summary>
    internal bool IsFinished => (_failure is not null || _isOpen && _finished == _pageIndices.Length) && Engines == 0;

    /// <summary>Gives an engine the opening, or else the next page. The document's time begins with either.</summary>
    /// <returns>A slot as in <see cref="PageTask"/>.</returns>
    internal int Claim()
    {
        if (!_openClaimed || _claimed == 0)
        {
            _begun = Stopwatch.GetTimestamp();
            _stop.CancelAfter(_timeLimit);
        }

        if (_openClaimed)
        {
            return _claimed++;
        }

        _openClaimed = true;
        return PageTask.Opening;
    }

    /// <summary>The page in a place among the wanted ones, numbered from 0.</summary>
    internal int PageIndexAt(int slot) => _pageIndices[slot];

    /// <summary>The document's bytes, got by the first engine that opens it and shared by all.</summary>
    internal DocumentSource Source() => _source ??= Request.OpenSource();

    /// <summary>Makes the wanted pages of the opened document ready to be claimed.</summary>
    internal void Opened(DocumentFacts facts)
    {
        _facts = facts;
        _pageIndices = Request.Pages.Indices(facts.PageCount);
        _results = new PageResult?[_pageIndices.Length];
        _isOpen = true;
        // It may have to wait now: that does not count.
        _stop.CancelAfter(Timeout.InfiniteTimeSpan);
        Turn += YieldOf(facts, _pageIndices.Length);
        if (_pageIndices.Length == 0)
        {
            Fail(Outcome.ObjectMissing, $"it has {Count(facts.PageCount)}, and none of the wanted {Request.Pages}");
        }
    }

    internal void Fail(Outcome outcome, string reason) =>
        _failure ??= DocumentText.Failed(outcome, reason) with
        {
            MimeType = _facts.MimeType,
            PageCount = _facts.PageCount,
        };

    internal void Finish(int slot, PageResult result, StageTimes times)
    {
        _results[slot] = result;
        _finished++;
        AddTimes(times);
    }

    internal void AddTimes(StageTimes times)
    {
        for (int stage = 0; stage < StageTimes.StageCount; stage++)
        {
            _stageTicks[stage] += times[(Stage)stage];
        }
    }

    /// <summary>Takes back what no engine has claimed: those pages end as the job's stop says.</summary>
    internal void Abandon()
    {
        (Outcome outcome, string reason) = WhyStopped();
        if (!_isOpen)
        {
            Fail(outcome, reason);
            return;
        }

        for (; _claimed < _pageIndices.Length; _claimed++, _finished++)
        {
            _results[_claimed] = new PageResult(_pageIndices[_claimed] + 1, outcome, reason, Text: null);
        }
    }

    /// <summary>The outcome of what was going on when <see cref="Stopped"/> was cancelled.</summary>
    internal (Outcome Outcome, string Reason) WhyStopped() =>
        _caller.IsCancellationRequested
            ? (Outcome.Cancelled, "reading was cancelled")
            : (
                Outcome.TimedOut,
                $"reading took longer than the {_timeLimit.TotalSeconds:0.###} seconds allowed for a file (file-seconds)"
            );

    /// <summary>Hands the result to the waiting caller and lets go of the bytes. Not under the scheduler's lock.</summary>
    internal void Complete()
    {
        _source?.Dispose();
        _completion.TrySetResult(Result());
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private static string Count(int pages) => pages == 1 ? "1 page" : $"{pages} pages";

    private static long YieldOf(DocumentFacts facts, int pages)
    {
        double seconds = pages * (facts.IsPicture ? PicturePageSeconds : TextPageSeconds);
        double yield = Math.Min(seconds * YieldPerSecond, MaxYieldSeconds);
        return seconds < AtOnceSeconds ? 0 : (long)(yield * Stopwatch.Frequency);
    }

    private DocumentText Result()
    {
        DocumentText text = _failure ?? DocumentOutcome.Assemble(_facts, _results!);
        return text with { Timing = Timing() };
    }

    private DocumentTiming Timing()
    {
        TimeSpan elapsed = _openClaimed ? Stopwatch.GetElapsedTime(_begun) : TimeSpan.Zero;
        return new DocumentTiming(elapsed, Array.ConvertAll(_stageTicks, ticks => Stopwatch.GetElapsedTime(0, ticks)));
    }
}
